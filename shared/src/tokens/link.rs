//! The tokens in mailed links: what they are about, authenticated by a key that the table never sees.
//!
//! A link works while the row it is about still names its nonce: replacing the nonce replaces the link.

use aws_lc_rs::hmac;

use super::{LinkKeys, decode, encode};
use crate::values::Timestamp;

/// What a link is for. A link for one purpose is no link for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Purpose {
    /// To answer an invitation: about an account and a user.
    Invitation = 1,
    /// To verify an address: about a user.
    Verification = 2,
    /// To set a forgotten password: about a user.
    Reset = 3,
}

/// A number used once, kept in the row that a link is about.
pub type Nonce = [u8; 16];

/// What a link says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it is for.
    pub purpose: Purpose,
    /// The account's id, or 0.
    pub account: u64,
    /// The user's id.
    pub user: u64,
    /// Until when it works, to the second.
    pub expires_at: Timestamp,
    /// The nonce of the row.
    pub nonce: Nonce,
}

const PAYLOAD_BYTES: usize = 1 + 8 + 8 + 8 + 16;
const TAG_BYTES: usize = 32;

impl Link {
    /// The link's token: 98 characters of base64url. The same link has the same token while the key lives.
    #[must_use]
    pub fn token(&self, keys: &LinkKeys) -> String {
        let mut bytes = self.payload().to_vec();
        let tag = hmac::sign(&keys.current, &bytes);
        bytes.extend_from_slice(tag.as_ref());
        encode(&bytes)
    }

    /// Whether `token` looks like a link's, whoever may have made it.
    #[must_use]
    pub fn has_form(token: &str) -> bool {
        decode(token).is_some_and(|bytes| bytes.len() == PAYLOAD_BYTES + TAG_BYTES)
    }

    /// The link that `token` is, if it is one of ours and for `purpose`. Whether it still works, its row knows.
    #[must_use]
    pub fn open(token: &str, purpose: Purpose, keys: &LinkKeys) -> Option<Self> {
        let bytes = decode(token)?;
        if bytes.len() != PAYLOAD_BYTES + TAG_BYTES {
            return None;
        }
        let (payload, tag) = bytes.split_at(PAYLOAD_BYTES);
        let genuine = |key| hmac::verify(key, payload, tag).is_ok();
        if !genuine(&keys.current) && !keys.previous.as_ref().is_some_and(genuine) {
            return None;
        }
        let (kind, rest) = payload.split_first()?;
        let number = |at: usize| Some(u64::from_be_bytes(rest.get(at..at + 8)?.try_into().ok()?));
        (*kind == purpose as u8).then_some(Self {
            purpose,
            account: number(0)?,
            user: number(8)?,
            expires_at: Timestamp::from_seconds(i64::try_from(number(16)?).ok()?),
            nonce: rest.get(24..)?.try_into().ok()?,
        })
    }

    fn payload(&self) -> [u8; PAYLOAD_BYTES] {
        let mut payload = [0; PAYLOAD_BYTES];
        payload[0] = self.purpose as u8;
        payload[1..9].copy_from_slice(&self.account.to_be_bytes());
        payload[9..17].copy_from_slice(&self.user.to_be_bytes());
        payload[17..25].copy_from_slice(&self.expires_at.seconds().to_be_bytes());
        payload[25..].copy_from_slice(&self.nonce);
        payload
    }
}

#[cfg(test)]
mod tests;
