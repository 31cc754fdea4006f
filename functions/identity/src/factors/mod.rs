//! Second factors: enrolling, listing, using and removing them.

mod change;
mod given;
mod guesses;
pub(crate) mod list;
mod lost;
pub(crate) mod passkeys;
mod prove;
mod qr_code;
pub(crate) mod recovery_codes;
mod relying_party;
pub(crate) mod totp;

pub(crate) use change::change_own;
pub(crate) use given::{Given, assertion};
pub(crate) use lost::remove_all;
pub(crate) use prove::CHALLENGE_MILLISECONDS;
pub(crate) use relying_party::RelyingParty;
