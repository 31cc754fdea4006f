//! The mails that changes ask for: which of them are due, and what bounds them.

use serde::{Deserialize, Serialize};

use super::{Actor, Change};
use crate::values::{Role, Roles};

/// A mail that a change asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is its name")]
pub enum Mail {
    Invitation,
    AddedToAccount,
    Verification,
    EmailChangeRequested,
    EmailChanged,
    EmailChangeUndone,
    PasswordReset,
    PasswordChanged,
    NewSignIn,
    RefreshReused,
    FactorAdded,
    FactorRemoved,
    RecoveryCodeUsed,
    FactorLocked,
    SessionsEnded,
    UserSuspended,
    UserReactivated,
    PersonErased,
    OwnershipOffered,
    OwnershipTransferred,
    RolesChanged,
    RemovedFromAccount,
    AccountDeleted,
    AccountSuspended,
}

/// What bounds the mails of one kind to one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailBound {
    /// Nothing: the person causes them, or something happened to their own security.
    None,
    /// The number of a day, together with all others that other people cause.
    OfOthers,
    /// The number of a day of notices about memberships.
    OfNotices,
}

impl Mail {
    /// Every mail.
    pub const ALL: [Self; 24] = [
        Self::Invitation,
        Self::AddedToAccount,
        Self::Verification,
        Self::EmailChangeRequested,
        Self::EmailChanged,
        Self::EmailChangeUndone,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::NewSignIn,
        Self::RefreshReused,
        Self::FactorAdded,
        Self::FactorRemoved,
        Self::RecoveryCodeUsed,
        Self::FactorLocked,
        Self::SessionsEnded,
        Self::UserSuspended,
        Self::UserReactivated,
        Self::PersonErased,
        Self::OwnershipOffered,
        Self::OwnershipTransferred,
        Self::RolesChanged,
        Self::RemovedFromAccount,
        Self::AccountDeleted,
        Self::AccountSuspended,
    ];

    /// Whether `change` needs this mail, as far as its differences tell.
    #[must_use]
    pub fn is_due(self, change: &Change) -> bool {
        let by_themselves = change
            .actor
            .and_then(Actor::user)
            .is_some_and(|user| user.get() == change.target.id);
        match self {
            Self::AccountSuspended => {
                change.actor == Some(Actor::Platform)
                    && change.changes.to("status") == Some("suspended")
            }
            Self::RemovedFromAccount => {
                let before = change.changes.from("status");
                !by_themselves
                    && change.actor.is_some()
                    && change.actor != Some(Actor::System)
                    && matches!(before, Some("active" | "suspended"))
            }
            Self::RolesChanged => {
                let manages = |roles: Option<Roles>| {
                    let roles = roles.as_ref();
                    [Role::Manage, Role::Admin]
                        .map(|role| roles.is_some_and(|roles| roles.contains(role)))
                };
                let changes = &change.changes;
                !by_themselves && manages(changes.roles_from()) != manages(changes.roles_to())
            }
            _ => true,
        }
    }

    /// What bounds it. `recent`: the membership that it is about is less than a day old. Notices about such a membership count
    /// like the mail that began it, so that adding and removing a person again and again sends no more mails than adding alone.
    #[must_use]
    pub fn bound(self, recent: bool) -> MailBound {
        match self {
            Self::Invitation | Self::AddedToAccount | Self::OwnershipOffered => MailBound::OfOthers,
            Self::RolesChanged
            | Self::RemovedFromAccount
            | Self::AccountDeleted
            | Self::AccountSuspended
            | Self::OwnershipTransferred => {
                if recent {
                    MailBound::OfOthers
                } else {
                    MailBound::OfNotices
                }
            }
            // Requests for links are counted where they are made.
            Self::Verification
            | Self::EmailChangeRequested
            | Self::EmailChanged
            | Self::EmailChangeUndone
            | Self::PasswordReset
            | Self::PasswordChanged
            | Self::NewSignIn
            | Self::RefreshReused
            | Self::FactorAdded
            | Self::FactorRemoved
            | Self::RecoveryCodeUsed
            | Self::FactorLocked
            | Self::SessionsEnded
            | Self::UserSuspended
            | Self::UserReactivated
            | Self::PersonErased => MailBound::None,
        }
    }

    /// Whether its letter names the device of the request.
    #[must_use]
    pub fn names_device(self) -> bool {
        matches!(
            self,
            Self::EmailChangeRequested
                | Self::EmailChanged
                | Self::EmailChangeUndone
                | Self::PasswordReset
                | Self::PasswordChanged
                | Self::RefreshReused
                | Self::FactorAdded
                | Self::FactorRemoved
                | Self::RecoveryCodeUsed
                | Self::FactorLocked
                | Self::PersonErased
        )
    }
}
