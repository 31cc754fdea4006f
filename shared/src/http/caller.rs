//! Who asks, as the authorizer found out.

use http::request::Parts;
use lambda_http::RequestExt as _;
use lambda_http::request::RequestContext;
use serde_json::Value;

use crate::error::Error;
use crate::values::{SessionId, Timestamp, UserId};

/// The holder of an access token that is genuine and unexpired. Whether the session still lives, only the store knows.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The user.
    pub user: UserId,
    /// The session that the token belongs to.
    pub session: SessionId,
    /// The address in the token: a hint for what to read, never a right.
    pub email: String,
    /// Whether the address was verified when the token was made: a hint too.
    pub email_verified: bool,
}

impl Caller {
    /// The caller in the authorizer's context.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] without one, or if the token ran out while API Gateway kept the authorizer's answer.
    pub(super) fn from_parts(parts: &Parts, now: Timestamp) -> Result<Self, Error> {
        let Some(RequestContext::ApiGatewayV1(context)) = parts.request_context_ref() else {
            return Err(Error::Unauthenticated);
        };
        let fields = &context.authorizer.fields;
        let text = |name: &str| {
            let value = fields.get(name).and_then(Value::as_str);
            value.ok_or(Error::Unauthenticated)
        };
        let expires_at: i64 = text("expiresAt")?
            .parse()
            .map_err(|_| Error::Unauthenticated)?;
        if Timestamp::from_seconds(expires_at) <= now {
            return Err(Error::Unauthenticated);
        }
        Ok(Self {
            user: UserId::parse(text("userId")?).map_err(|_| Error::Unauthenticated)?,
            session: SessionId::parse(text("sessionId")?).map_err(|_| Error::Unauthenticated)?,
            email: text("email")?.to_owned(),
            email_verified: text("emailVerified")? == "true",
        })
    }
}
