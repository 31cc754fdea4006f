//! Signing in, staying in, getting back in and signing out.

pub(crate) mod holder;
mod linked;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod passkey;
pub(crate) mod password;
mod prove;
pub(crate) mod reauthenticate;
pub(crate) mod refresh;
pub(crate) mod second_factor;
mod session;
mod tokens;
pub(crate) mod verify_email;
