//! Every way a request can end badly, and the one place that chooses a status and a code for it.

use std::error::Error as StdError;

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::validation::{Invalid, Mistake};
use crate::values::Timestamp;

/// Why a request is not answered as its caller hoped (contract, *Errors*).
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
    /// No token, or one that does not count any more.
    #[error("sign in first")]
    Unauthenticated,
    /// A wrong address or password, and nobody is told which.
    #[error("the e-mail address or the password is wrong")]
    InvalidCredentials,
    /// The caller's roles in this account do not allow it.
    #[error("your roles in this account do not allow this")]
    Unauthorized,
    /// The account is suspended.
    #[error("the account is suspended")]
    AccountSuspended,
    /// The caller's address is unverified where it has to be verified.
    #[error("verify your e-mail address first")]
    EmailNotVerified,
    /// Something that is not there.
    #[error(transparent)]
    Missing(#[from] Missing),
    /// Something that is in the way.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// An invitation's link that was real, and is too old.
    #[error("the invitation has expired")]
    InvitationExpired,
    /// Another link that was real, and is too old.
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
    /// An idempotency key that came with another body before.
    #[error("this Idempotency-Key was used with another request")]
    IdempotencyKeyReused,
    /// A mail to an address that takes none: it bounced, complained or is suppressed.
    #[error("mails to this address do not arrive: remove the member and invite another address")]
    AddressSuppressed,
    /// A limit was hit.
    #[error("too many requests: try again later")]
    TooManyRequests {
        /// Seconds until it is worth trying again.
        retry_after: i64,
    },
    /// A service we need does not answer just now.
    #[error("the service is busy: try again")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// A mistake of ours.
    #[error("something went wrong on our side")]
    Internal(#[source] Box<dyn StdError + Send + Sync>),
}

/// What is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// No such account, or not any more.
    #[error("there is no such account")]
    Account,
    /// No such user, or not in this account.
    #[error("there is no such user")]
    User,
    /// No such invitation: forged, revoked, declined or replaced.
    #[error("there is no such invitation")]
    Invitation,
    /// No such session.
    #[error("there is no such session")]
    Session,
    /// No such route.
    #[error("there is nothing at this address")]
    Route,
}

/// What is in the way: each is an invariant that the store holds.
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
    /// The account would be left without its owner.
    #[error("transfer the ownership first")]
    OwnerRequired,
    /// An invited or suspended member where an active one is needed.
    #[error("the member is not active")]
    MemberNotActive,
    /// The invitation was answered already.
    #[error("the invitation is not pending any more")]
    InvitationNotPending,
    /// Concurrent writers, still in conflict after every retry.
    #[error("others are changing this at the same time: try again")]
    Contended,
}

impl Error {
    /// A single mistake, found at `pointer`.
    pub fn invalid(pointer: impl Into<String>, invalid: Invalid) -> Self {
        Self::Invalid(vec![Mistake::at(pointer, invalid)])
    }

    /// A mistake of ours, with what caused it.
    pub fn internal(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// A limit was hit that allows one more at `until`: the wait is told in whole seconds, rounded up.
    #[must_use]
    pub fn too_many_requests(until: Timestamp, now: Timestamp) -> Self {
        let wait = until.millis() - now.millis();
        Self::TooManyRequests {
            retry_after: (wait + 999).div_euclid(1000),
        }
    }

    /// The status and the code of the answer.
    #[must_use]
    pub fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Invalid(_) => (StatusCode::BAD_REQUEST, "VALIDATION_FAILED"),
            Self::InvalidQuery(_) => (StatusCode::BAD_REQUEST, "INVALID_QUERY"),
            Self::InvalidToken => (StatusCode::BAD_REQUEST, "INVALID_TOKEN"),
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"),
            Self::InvalidCredentials => (StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS"),
            Self::Unauthorized => (StatusCode::FORBIDDEN, "UNAUTHORIZED"),
            Self::AccountSuspended => (StatusCode::FORBIDDEN, "ACCOUNT_SUSPENDED"),
            Self::EmailNotVerified => (StatusCode::FORBIDDEN, "EMAIL_NOT_VERIFIED"),
            Self::Missing(Missing::Account) => (StatusCode::NOT_FOUND, "ACCOUNT_NOT_FOUND"),
            Self::Missing(Missing::User) => (StatusCode::NOT_FOUND, "USER_NOT_FOUND"),
            Self::Missing(Missing::Invitation) => (StatusCode::NOT_FOUND, "INVITATION_NOT_FOUND"),
            Self::Missing(Missing::Session | Missing::Route) => {
                (StatusCode::NOT_FOUND, "NOT_FOUND")
            }
            Self::Conflict(conflict) => (StatusCode::CONFLICT, conflict.code()),
            Self::InvitationExpired => (StatusCode::GONE, "INVITATION_EXPIRED"),
            Self::TokenExpired => (StatusCode::GONE, "TOKEN_EXPIRED"),
            Self::PreconditionFailed => (StatusCode::PRECONDITION_FAILED, "PRECONDITION_FAILED"),
            Self::PayloadTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE"),
            Self::UnsupportedMediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE")
            }
            Self::IdempotencyKeyReused => {
                (StatusCode::UNPROCESSABLE_ENTITY, "IDEMPOTENCY_KEY_REUSED")
            }
            Self::AddressSuppressed => (StatusCode::UNPROCESSABLE_ENTITY, "ADDRESS_SUPPRESSED"),
            Self::TooManyRequests { .. } => (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS"),
            Self::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL"),
        }
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

impl Conflict {
    fn code(self) -> &'static str {
        match self {
            Self::AccountNameTaken => "ACCOUNT_ALREADY_EXISTS",
            Self::EmailTaken => "USER_ALREADY_EXISTS",
            Self::AlreadyMember => "USER_ALREADY_IN_ACCOUNT",
            Self::OwnerRequired => "OWNER_REQUIRED",
            Self::MemberNotActive => "MEMBER_NOT_ACTIVE",
            Self::InvitationNotPending => "INVITATION_NOT_PENDING",
            Self::Contended => "CONFLICT",
        }
    }
}

/// The status alone: [`crate::http::edge`] writes the problem document, which needs the request's id.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status_and_code().0.into_response();
        response.extensions_mut().insert(std::sync::Arc::new(self));
        response
    }
}
