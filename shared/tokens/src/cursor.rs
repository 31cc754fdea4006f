//! The cursor in the link to a list's next page: a position, authenticated together with the list and its options.
//!
//! A cursor is readable, because it has only what its caller has seen. Only the service can make or change one.

use aws_lc_rs::hmac;

use super::{CursorKeys, decode, encode};

const TAG_BYTES: usize = 32;

/// Seals `payload` as text. [`open`] accepts it for the same `scope` only.
#[must_use]
pub fn seal(payload: &[u8], scope: &[u8], keys: &CursorKeys) -> String {
    let tag = hmac::sign(&keys.current, &authenticated(payload, scope));
    encode(&[tag.as_ref(), payload].concat())
}

/// The payload of `token`, if it was sealed for `scope`.
#[must_use]
pub fn open(token: &str, scope: &[u8], keys: &CursorKeys) -> Option<Vec<u8>> {
    let bytes = decode(token)?;
    let (tag, payload) = bytes.split_at_checked(TAG_BYTES)?;
    let authenticated = authenticated(payload, scope);
    let genuine = |key| hmac::verify(key, &authenticated, tag).is_ok();
    let genuine = genuine(&keys.current) || keys.previous.as_ref().is_some_and(genuine);
    genuine.then(|| payload.to_vec())
}

/// Both parts with a separator, so that no byte can move from one to the other.
fn authenticated(payload: &[u8], scope: &[u8]) -> Vec<u8> {
    let length = u64::try_from(scope.len()).unwrap_or(u64::MAX).to_be_bytes();
    [&length, scope, payload].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SecretVersions;

    fn keys(current: &str, previous: Option<&str>) -> CursorKeys {
        let value = |text: &str| text.to_owned().into();
        let secret = SecretVersions {
            current: value(current),
            previous: previous.map(value),
        };
        CursorKeys::derive(&secret).unwrap()
    }

    #[test]
    fn a_cursor_opens_for_its_scope_and_key_only() {
        let first = keys("first", None);
        let token = seal(b"payload", b"scope", &first);
        assert_eq!(
            open(&token, b"scope", &first).as_deref(),
            Some(&b"payload"[..])
        );
        assert_eq!(open(&token, b"scop", &first), None);
        assert_eq!(open(&token, b"scope", &keys("second", None)), None);
        assert!(open(&token, b"scope", &keys("second", Some("first"))).is_some());
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(
                open(&String::from_utf8(changed).unwrap(), b"scope", &first),
                None
            );
        }
        for text in ["", "A", "AAAA", "=", &"A".repeat(43), "é"] {
            assert_eq!(open(text, b"scope", &first), None, "{text}");
        }
    }
}
