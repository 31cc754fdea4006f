//! Every way in which a request is refused or fails. The edge chooses the status and the code of each.

use std::error::Error as StdError;

use crate::invalid::{Invalid, Mistake};
use crate::rules::{SecondStep, StepUp};
use crate::values::Timestamp;

/// The reason for a refusal or a failure (contract, *Errors*).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A body, path or header value is not acceptable.
    #[error("the request is not acceptable")]
    Invalid(Vec<Mistake>),
    /// A query option is not acceptable.
    #[error("a query option is not acceptable")]
    InvalidQuery(Vec<Mistake>),
    /// A verification or reset link that is forged, spent or replaced.
    #[error("the link is not valid, or not any more")]
    InvalidToken,
    /// No token, or an invalid, expired or revoked one.
    #[error("sign in first")]
    Unauthenticated,
    /// A refresh token of a session that has ended.
    #[error("{0}")]
    SessionEnded(SessionEnd),
    /// A wrong address or password. The answer does not say which.
    #[error("the e-mail address or the password is wrong")]
    InvalidCredentials,
    /// The password was right, and a second factor is missing.
    #[error("a second factor is needed")]
    SecondFactorRequired(SecondStep),
    /// A wrong, old or used code. The answer does not say which.
    #[error("the second factor is not acceptable")]
    InvalidFactor,
    /// The person has to authenticate again first (RFC 9470).
    #[error("{0}")]
    ReauthenticationRequired(StepUp),
    /// The caller's roles in this account do not allow it.
    #[error("your roles in this account do not allow this")]
    Unauthorized,
    /// The account is suspended.
    #[error("the account is suspended")]
    AccountSuspended,
    /// The account wants sessions with two factors, and the caller's has one.
    #[error("this account requires a second factor: sign in with one")]
    AccountRequiresSecondFactor,
    /// The caller's address is unverified and has to be verified.
    #[error("verify your e-mail address first")]
    EmailNotVerified,
    /// The platform suspended the person.
    #[error("you are suspended: ask the operator of this service")]
    UserSuspended,
    /// Something does not exist.
    #[error(transparent)]
    Missing(#[from] Missing),
    /// A conflict with the present state.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// A genuine link of an invitation, but too old.
    #[error("the invitation has expired")]
    InvitationExpired,
    /// A genuine offer of the ownership, but too old.
    #[error("the offer has expired")]
    TransferExpired,
    /// Another genuine link, but too old.
    #[error("the link has expired")]
    TokenExpired,
    /// `If-Match` names another state.
    #[error("the resource has changed since: read it again")]
    PreconditionFailed,
    /// A body above the limit.
    #[error("the body is larger than 64 KiB")]
    PayloadTooLarge,
    /// A body that is not JSON.
    #[error("send the body as application/json")]
    UnsupportedMediaType,
    /// A body that is compressed.
    #[error("send the body without Content-Encoding")]
    UnsupportedEncoding,
    /// An idempotency key that was used with another body.
    #[error("this Idempotency-Key was used with another request")]
    IdempotencyKeyReused,
    /// A mail to an address whose last mail bounced, got a complaint or is suppressed.
    #[error("mails to this address do not arrive: remove the member and invite another address")]
    AddressSuppressed,
    /// A limit was hit.
    #[error("too many requests: try again later")]
    TooManyRequests {
        /// Seconds until a retry may succeed.
        retry_after: i64,
    },
    /// A required service does not answer at the moment.
    #[error("the service is busy: try again")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// An internal error.
    #[error("something went wrong on our side")]
    Internal(#[source] Box<dyn StdError + Send + Sync>),
}

/// The end of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionEnd {
    /// It was signed out, or its person's password changed.
    #[error("the session was revoked: sign in again")]
    Revoked,
    /// It was not refreshed in time, or is as old as a session may get.
    #[error("the session has expired: sign in again")]
    Expired,
    /// One of its refresh tokens was used twice.
    #[error("a refresh token of the session was reused, so it was ended: sign in again")]
    Reused,
}

/// The thing that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// No such account, or a deleted one.
    #[error("there is no such account")]
    Account,
    /// No such user, or not in this account.
    #[error("there is no such user")]
    User,
    /// No such invitation: forged, revoked, declined or replaced.
    #[error("there is no such invitation")]
    Invitation,
    /// No offer of the ownership, or not to the caller.
    #[error("there is no such offer of the ownership")]
    Transfer,
    /// No such second factor.
    #[error("there is no such second factor")]
    Factor,
    /// No such session.
    #[error("there is no such session")]
    Session,
    /// No such route.
    #[error("there is nothing at this address")]
    Route,
}

/// A conflict. Each variant is an invariant that the store enforces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The account name is taken.
    #[error("an account with this name already exists")]
    AccountNameTaken,
    /// The address already has a password.
    #[error("this e-mail address is already registered")]
    EmailTaken,
    /// The user is already a member, or already invited.
    #[error("the user already belongs to the account")]
    AlreadyMember,
    /// The account would lose its owner.
    #[error("transfer the ownership first")]
    OwnerRequired,
    /// The person owns as many accounts as one may.
    #[error("the new owner would own more accounts than one person may")]
    AccountLimit,
    /// An active member is required, and this one is invited or suspended.
    #[error("the member is not active")]
    MemberNotActive,
    /// The invitation is already answered.
    #[error("the invitation is not pending any more")]
    InvitationNotPending,
    /// There is an authenticator app already.
    #[error("there is an authenticator app already: remove it first")]
    FactorExists,
    /// The person has as many passkeys as there can be.
    #[error("there are ten passkeys already: remove one first")]
    FactorLimit,
    /// Somebody registered this passkey.
    #[error("this passkey is registered already")]
    PasskeyRegistered,
    /// Concurrent writes still conflict after all retries.
    #[error("others are changing this at the same time: try again")]
    Contended,
}

impl Error {
    /// A single mistake at `pointer`.
    pub fn invalid(pointer: impl Into<String>, invalid: Invalid) -> Self {
        Self::Invalid(vec![Mistake::at(pointer, invalid)])
    }

    /// An internal error with its cause.
    pub fn internal(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// A limit that allows one more at `until`. The wait is in whole seconds, rounded up.
    #[must_use]
    pub fn too_many_requests(until: Timestamp, now: Timestamp) -> Self {
        let wait = until.millis() - now.millis();
        Self::TooManyRequests {
            retry_after: (wait + 999).div_euclid(1000),
        }
    }

    /// Whether the fault is ours, not the caller's.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Internal(_))
    }

    /// The mistakes to list, for bodies and query options.
    #[must_use]
    pub fn mistakes(&self) -> &[Mistake] {
        match self {
            Self::Invalid(mistakes) | Self::InvalidQuery(mistakes) => mistakes,
            _ => &[],
        }
    }

    /// Seconds for `Retry-After`, where a retry can help.
    #[must_use]
    pub fn retry_after(&self) -> Option<i64> {
        match self {
            Self::TooManyRequests { retry_after } => Some((*retry_after).max(1)),
            Self::Unavailable(_) | Self::Conflict(Conflict::Contended) => Some(1),
            _ => None,
        }
    }
}
