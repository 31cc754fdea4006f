//! Second factors: enrolling, listing, using and removing them.

mod given;
pub(crate) mod list;
mod lost;
mod prove;
mod qr_code;
pub(crate) mod recovery_codes;
pub(crate) mod totp;

pub(crate) use given::Given;
pub(crate) use lost::remove_all;
pub(crate) use prove::Used;
