//! Every kind of change: its name, its text in an audit trail, and its mail.

use super::mail::Mail;
use serde::{Deserialize, Serialize};

/// The kind of a change. The names are stored in the table and appear in audit trails and on the bus, so they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is its name in the past tense")]
pub enum ChangeKind {
    UserSignedUp,
    UserInvited,
    UserChanged,
    SignedIn,
    EmailVerificationRequested,
    EmailVerified,
    EmailChangeRequested,
    EmailChanged,
    EmailChangeUndone,
    PasswordResetRequested,
    PasswordChanged,
    RefreshTokenReused,
    SecondFactorAdded,
    SecondFactorRemoved,
    RecoveryCodesReplaced,
    RecoveryCodeUsed,
    SecondFactorLocked,
    SessionsEnded,
    UserSuspended,
    UserReactivated,
    UserErased,
    AccountCreated,
    AccountChanged,
    AccountDeleted,
    AccountRestored,
    OwnershipOffered,
    OwnershipOfferEnded,
    OwnershipTransferred,
    MemberAdded,
    MemberInvited,
    InvitationResent,
    InvitationAccepted,
    InvitationDeclined,
    MemberChanged,
    MemberRemoved,
}

impl ChangeKind {
    /// Every kind.
    pub const ALL: [Self; 35] = [
        Self::UserSignedUp,
        Self::UserInvited,
        Self::UserChanged,
        Self::SignedIn,
        Self::EmailVerificationRequested,
        Self::EmailVerified,
        Self::EmailChangeRequested,
        Self::EmailChanged,
        Self::EmailChangeUndone,
        Self::PasswordResetRequested,
        Self::PasswordChanged,
        Self::RefreshTokenReused,
        Self::SecondFactorAdded,
        Self::SecondFactorRemoved,
        Self::RecoveryCodesReplaced,
        Self::RecoveryCodeUsed,
        Self::SecondFactorLocked,
        Self::SessionsEnded,
        Self::UserSuspended,
        Self::UserReactivated,
        Self::UserErased,
        Self::AccountCreated,
        Self::AccountChanged,
        Self::AccountDeleted,
        Self::AccountRestored,
        Self::OwnershipOffered,
        Self::OwnershipOfferEnded,
        Self::OwnershipTransferred,
        Self::MemberAdded,
        Self::MemberInvited,
        Self::InvitationResent,
        Self::InvitationAccepted,
        Self::InvitationDeclined,
        Self::MemberChanged,
        Self::MemberRemoved,
    ];

    /// The name, in the table and in answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.described().0
    }

    /// The text of this kind in an audit trail.
    #[must_use]
    pub fn wording(self) -> &'static str {
        self.described().1
    }

    /// The mail that it asks for, if it is due ([`Mail::is_due`]).
    #[must_use]
    pub fn mail(self) -> Option<Mail> {
        self.described().2
    }

    /// Name, text and mail of each kind.
    #[rustfmt::skip]
    fn described(self) -> (&'static str, &'static str, Option<Mail>) {
        match self {
            Self::UserSignedUp => ("UserSignedUp", "Signed up", Some(Mail::Verification)),
            Self::UserInvited => ("UserInvited", "Was invited for the first time", None),
            Self::UserChanged => ("UserChanged", "Changed the profile", None),
            Self::SignedIn => ("SignedIn", "Signed in", Some(Mail::NewSignIn)),
            Self::EmailVerificationRequested => ("EmailVerificationRequested", "Asked for a verification mail", Some(Mail::Verification)),
            Self::EmailVerified => ("EmailVerified", "Verified the address", None),
            Self::EmailChangeRequested => ("EmailChangeRequested", "Asked for another address", Some(Mail::EmailChangeRequested)),
            Self::EmailChanged => ("EmailChanged", "Changed the address", Some(Mail::EmailChanged)),
            Self::EmailChangeUndone => ("EmailChangeUndone", "Undid the change of the address", Some(Mail::EmailChangeUndone)),
            Self::PasswordResetRequested => ("PasswordResetRequested", "Asked for a new password", Some(Mail::PasswordReset)),
            Self::PasswordChanged => ("PasswordChanged", "Changed the password", Some(Mail::PasswordChanged)),
            Self::RefreshTokenReused => ("RefreshTokenReused", "Used a refresh token twice", Some(Mail::RefreshReused)),
            Self::SecondFactorAdded => ("SecondFactorAdded", "Added a second factor", Some(Mail::FactorAdded)),
            Self::SecondFactorRemoved => ("SecondFactorRemoved", "Removed a second factor", Some(Mail::FactorRemoved)),
            Self::RecoveryCodesReplaced => ("RecoveryCodesReplaced", "Replaced the recovery codes", None),
            Self::RecoveryCodeUsed => ("RecoveryCodeUsed", "Used a recovery code", Some(Mail::RecoveryCodeUsed)),
            Self::SecondFactorLocked => ("SecondFactorLocked", "Guessed too many codes", Some(Mail::FactorLocked)),
            Self::SessionsEnded => ("SessionsEnded", "Ended all sessions of the person", Some(Mail::SessionsEnded)),
            Self::UserSuspended => ("UserSuspended", "Suspended the person", Some(Mail::UserSuspended)),
            Self::UserReactivated => ("UserReactivated", "Reactivated the person", Some(Mail::UserReactivated)),
            Self::UserErased => ("UserErased", "Erased the person", Some(Mail::PersonErased)),
            Self::AccountCreated => ("AccountCreated", "Created the account", None),
            Self::AccountChanged => ("AccountChanged", "Changed the account", Some(Mail::AccountSuspended)),
            Self::AccountDeleted => ("AccountDeleted", "Deleted the account", Some(Mail::AccountDeleted)),
            Self::AccountRestored => ("AccountRestored", "Restored the account", None),
            Self::OwnershipOffered => ("OwnershipOffered", "Offered the ownership", Some(Mail::OwnershipOffered)),
            Self::OwnershipOfferEnded => ("OwnershipOfferEnded", "Ended the offer of the ownership", None),
            Self::OwnershipTransferred => ("OwnershipTransferred", "Handed the account over", Some(Mail::OwnershipTransferred)),
            Self::MemberAdded => ("MemberAdded", "Added a member", Some(Mail::AddedToAccount)),
            Self::MemberInvited => ("MemberInvited", "Invited a member", Some(Mail::Invitation)),
            Self::InvitationResent => ("InvitationResent", "Sent the invitation again", Some(Mail::Invitation)),
            Self::InvitationAccepted => ("InvitationAccepted", "Accepted the invitation", None),
            Self::InvitationDeclined => ("InvitationDeclined", "Declined the invitation", None),
            Self::MemberChanged => ("MemberChanged", "Changed a member", Some(Mail::RolesChanged)),
            Self::MemberRemoved => ("MemberRemoved", "Removed a member", Some(Mail::RemovedFromAccount)),
        }
    }
}
