//! The one place that chooses a status and a code (contract, *Errors*).

use http::StatusCode;
use model::{Conflict, Error, Missing};

/// The status and the code of the answer to `error`.
#[must_use]
pub(crate) fn status_and_code(error: &Error) -> (StatusCode, &'static str) {
    match error {
        Error::Invalid(_) => (StatusCode::BAD_REQUEST, "VALIDATION_FAILED"),
        Error::InvalidQuery(_) => (StatusCode::BAD_REQUEST, "INVALID_QUERY"),
        Error::InvalidToken => (StatusCode::BAD_REQUEST, "INVALID_TOKEN"),
        Error::Unauthenticated | Error::SessionEnded(_) => {
            (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED")
        }
        Error::InvalidCredentials => (StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS"),
        Error::SecondFactorRequired(_) => (StatusCode::UNAUTHORIZED, "SECOND_FACTOR_REQUIRED"),
        Error::InvalidFactor => (StatusCode::UNAUTHORIZED, "INVALID_FACTOR"),
        Error::ReauthenticationRequired(_) => {
            (StatusCode::UNAUTHORIZED, "REAUTHENTICATION_REQUIRED")
        }
        Error::Unauthorized => (StatusCode::FORBIDDEN, "UNAUTHORIZED"),
        Error::AccountSuspended => (StatusCode::FORBIDDEN, "ACCOUNT_SUSPENDED"),
        Error::AccountRequiresSecondFactor => {
            (StatusCode::FORBIDDEN, "ACCOUNT_REQUIRES_SECOND_FACTOR")
        }
        Error::EmailNotVerified => (StatusCode::FORBIDDEN, "EMAIL_NOT_VERIFIED"),
        Error::UserSuspended => (StatusCode::FORBIDDEN, "USER_SUSPENDED"),
        Error::Missing(Missing::Account) => (StatusCode::NOT_FOUND, "ACCOUNT_NOT_FOUND"),
        Error::Missing(Missing::User) => (StatusCode::NOT_FOUND, "USER_NOT_FOUND"),
        Error::Missing(Missing::Invitation) => (StatusCode::NOT_FOUND, "INVITATION_NOT_FOUND"),
        Error::Missing(Missing::Transfer) => (StatusCode::NOT_FOUND, "TRANSFER_NOT_FOUND"),
        Error::Missing(Missing::Session | Missing::Factor | Missing::Route) => {
            (StatusCode::NOT_FOUND, "NOT_FOUND")
        }
        Error::Conflict(conflict) => (StatusCode::CONFLICT, conflict_code(*conflict)),
        Error::InvitationExpired => (StatusCode::GONE, "INVITATION_EXPIRED"),
        Error::TransferExpired => (StatusCode::GONE, "TRANSFER_EXPIRED"),
        Error::TokenExpired => (StatusCode::GONE, "TOKEN_EXPIRED"),
        Error::PreconditionFailed => (StatusCode::PRECONDITION_FAILED, "PRECONDITION_FAILED"),
        Error::PayloadTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE"),
        Error::UnsupportedMediaType | Error::UnsupportedEncoding => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE")
        }
        Error::IdempotencyKeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "IDEMPOTENCY_KEY_REUSED"),
        Error::AddressSuppressed => (StatusCode::UNPROCESSABLE_ENTITY, "ADDRESS_SUPPRESSED"),
        Error::TooManyRequests { .. } => (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS"),
        Error::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"),
        Error::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL"),
    }
}

fn conflict_code(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::AccountNameTaken => "ACCOUNT_ALREADY_EXISTS",
        Conflict::EmailTaken => "USER_ALREADY_EXISTS",
        Conflict::AlreadyMember => "USER_ALREADY_IN_ACCOUNT",
        Conflict::OwnerRequired => "OWNER_REQUIRED",
        Conflict::AccountLimit => "ACCOUNT_LIMIT",
        Conflict::MemberNotActive => "MEMBER_NOT_ACTIVE",
        Conflict::InvitationNotPending => "INVITATION_NOT_PENDING",
        Conflict::FactorExists => "FACTOR_ALREADY_EXISTS",
        Conflict::FactorLimit => "FACTOR_LIMIT",
        Conflict::PasskeyRegistered => "PASSKEY_ALREADY_REGISTERED",
        Conflict::Contended => "CONFLICT",
    }
}
