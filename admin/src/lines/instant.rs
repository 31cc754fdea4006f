//! Instants of lines: RFC 3339, in whole seconds.

use model::{Invalid, Timestamp};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The instant that `text` names.
pub(crate) fn instant(text: &str) -> Result<Timestamp, Invalid> {
    let parsed = OffsetDateTime::parse(text, &Rfc3339);
    parsed
        .map(|at| Timestamp::from_seconds(at.unix_timestamp()))
        .map_err(|_| Invalid::new("INVALID_INSTANT", "This is no instant of RFC 3339."))
}

/// `at` as lines have it.
pub(crate) fn shown(at: Timestamp) -> String {
    at.to_string()
}
