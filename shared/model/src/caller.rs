//! The caller of a request.

use crate::values::{SessionId, UserId};

/// The holder of a genuine, unexpired access token. Only the store knows whether the session is alive.
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
