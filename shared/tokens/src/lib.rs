//! Access tokens, refresh tokens, mailed links and cursors, and the keys behind them.
//!
//! This crate reads neither the table nor the clock.

pub mod access;
pub mod cursor;
pub mod factors;
mod keys;
pub mod link;
pub mod recovery;
pub mod refresh;
pub mod totp;
pub mod webauthn;

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
pub use keys::{CursorKeys, LinkKeys, PublicKey, SecretVersions, SigningKey, SigningKeys};

/// `N` random bytes.
///
/// # Panics
///
/// If the operating system has no randomness: no safe answer is possible then.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(
        clippy::expect_used,
        reason = "a process without randomness must not go on"
    )]
    rand::fill(&mut bytes).expect("the operating system's randomness");
    bytes
}

/// Bytes as base64url without padding (RFC 7515 section 2).
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes base64url, if `text` is the canonical encoding.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
