//! `Idempotency-Key`: the caller's own name for a request, under which its answer is kept for a day.
//!
//! The answer is computed first and committed with the change itself. The first commit wins, later requests get the same answer,
//! and there is no intermediate state to get stuck in.

use std::fmt::Write as _;

use aws_lc_rs::digest;
use http::HeaderMap;
use model::{Error, Invalid, UserId};
use store::Saving;
use tokens::LinkKeys;

const HEADER: &str = "idempotency-key";
/// Contract, *Ground rules*.
const MAX_CHARACTERS: usize = 255;
/// A request that its caller has named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeatable {
    key: String,
    fingerprint: [u8; 32],
}

/// The name in `headers` of the request for `resource` with `body`, if it has one.
///
/// # Errors
///
/// [`Error::Invalid`] unless there is one header of 1 to 255 printable ASCII characters.
pub(crate) fn from_headers(
    headers: &HeaderMap,
    resource: [&str; 2],
    body: &[u8],
) -> Result<Option<Repeatable>, Error> {
    let mut values = headers.get_all(HEADER).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let key = value.to_str().unwrap_or_default();
    let printable = key.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if values.next().is_some() || key.is_empty() || key.len() > MAX_CHARACTERS || !printable {
        let detail = "`Idempotency-Key` is one value of 1 to 255 printable ASCII characters.";
        return Err(Error::invalid(
            "Idempotency-Key",
            Invalid::new("INVALID_HEADER", detail),
        ));
    }
    let mut request = digest::Context::new(&digest::SHA256);
    for part in resource {
        request.update(part.as_bytes());
        request.update(b"\n");
    }
    request.update(body);
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(request.finish().as_ref());
    Ok(Some(Repeatable {
        key: key.to_owned(),
        fingerprint,
    }))
}

impl Repeatable {
    /// Named by a user.
    #[must_use]
    pub fn by_user(self, user: UserId) -> Saving {
        Saving {
            caller: user.to_string(),
            key: self.key,
            fingerprint: self.fingerprint,
        }
    }

    /// Named by an unknown caller. The fingerprint replaces the caller's id, so that no caller receives another caller's answer.
    /// It is keyed, because the body holds a password.
    #[must_use]
    pub fn by_anybody(self, keys: &LinkKeys) -> Saving {
        let fingerprint = keys.fingerprint(&self.fingerprint);
        let caller = fingerprint.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        Saving {
            caller,
            key: self.key,
            fingerprint,
        }
    }
}

#[cfg(test)]
mod tests;
