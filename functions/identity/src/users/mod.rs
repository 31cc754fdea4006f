//! The caller's own profile and sessions.

pub(crate) mod erase;
pub(crate) mod me;
pub(crate) mod sessions;
