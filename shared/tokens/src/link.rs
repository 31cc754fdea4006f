//! The tokens in mailed links: authenticated statements, under a key that is not in the table.
//!
//! A link is valid while the row that it is about has its nonce. Replacing the nonce replaces the link.

use aws_lc_rs::hmac;
use model::{Link, Purpose, Timestamp};

use super::{LinkKeys, decode, encode};

const PAYLOAD_BYTES: usize = 1 + 8 + 8 + 8 + 16;
const TAG_BYTES: usize = 32;

/// Whether `token` has the form of a link's token. Its author is unknown.
#[must_use]
pub fn has_form(token: &str) -> bool {
    decode(token).is_some_and(|bytes| bytes.len() == PAYLOAD_BYTES + TAG_BYTES)
}

impl LinkKeys {
    /// The token of `link`: 98 characters of base64url. The same link has the same token while the key lives.
    #[must_use]
    pub fn seal(&self, link: &Link) -> String {
        let mut bytes = payload(link).to_vec();
        let tag = hmac::sign(&self.current, &bytes);
        bytes.extend_from_slice(tag.as_ref());
        encode(&bytes)
    }

    /// The link in `token`, if we made it and it is for `purpose`. The link's row knows whether it still works.
    #[must_use]
    pub fn open(&self, token: &str, purpose: Purpose) -> Option<Link> {
        let bytes = decode(token)?;
        if bytes.len() != PAYLOAD_BYTES + TAG_BYTES {
            return None;
        }
        let (payload, tag) = bytes.split_at(PAYLOAD_BYTES);
        let genuine = |key| hmac::verify(key, payload, tag).is_ok();
        if !genuine(&self.current) && !self.previous.as_ref().is_some_and(genuine) {
            return None;
        }
        let (kind, rest) = payload.split_first()?;
        let number = |at: usize| Some(u64::from_be_bytes(rest.get(at..at + 8)?.try_into().ok()?));
        (*kind == purpose as u8).then_some(Link {
            purpose,
            account: number(0)?,
            user: number(8)?,
            expires_at: Timestamp::from_seconds(i64::try_from(number(16)?).ok()?),
            nonce: rest.get(24..)?.try_into().ok()?,
        })
    }
}

fn payload(link: &Link) -> [u8; PAYLOAD_BYTES] {
    let mut payload = [0; PAYLOAD_BYTES];
    payload[0] = link.purpose as u8;
    payload[1..9].copy_from_slice(&link.account.to_be_bytes());
    payload[9..17].copy_from_slice(&link.user.to_be_bytes());
    payload[17..25].copy_from_slice(&link.expires_at.seconds().to_be_bytes());
    payload[25..].copy_from_slice(&link.nonce);
    payload
}

#[cfg(test)]
mod tests;
