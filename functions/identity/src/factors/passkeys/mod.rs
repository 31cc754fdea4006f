//! Passkeys: registering, renaming and removing them (Web Authentication Level 3).

pub(crate) mod creation_options;
mod named;
pub(crate) mod register;
pub(crate) mod remove;
pub(crate) mod rename;

pub(crate) use named::Named;
