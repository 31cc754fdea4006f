//! The place where a list goes on: the content of `$skiptoken`.

use odata::Position;
use serde::{Deserialize, Serialize};
use tokens::{CursorKeys, cursor};

/// The state of a list between two pages. The names are short, because they travel in a URL.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// The place of the last row that was passed.
    #[serde(rename = "a")]
    pub after: Position,
    /// The rows after it that are still to be skipped.
    #[serde(rename = "s", default, skip_serializing_if = "is_zero")]
    pub skip: usize,
    /// Whether the list is read by id, because it is too long for its default order.
    #[serde(rename = "i", default, skip_serializing_if = "std::ops::Not::not")]
    pub by_id: bool,
    /// The rows that match, as far as the first page knew.
    #[serde(rename = "c")]
    pub count: usize,
    /// Whether those are all.
    #[serde(rename = "e")]
    pub complete: bool,
    /// The matching rows that were passed.
    #[serde(rename = "p")]
    pub passed: usize,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Cursor {
    pub(super) fn seal(&self, scope: &[u8], keys: &CursorKeys) -> String {
        let payload = serde_json::to_vec(self).unwrap_or_default();
        cursor::seal(&payload, scope, keys)
    }

    pub(super) fn open(token: &str, scope: &[u8], keys: &CursorKeys) -> Option<Self> {
        let payload = cursor::open(token, scope, keys)?;
        serde_json::from_slice(&payload).ok()
    }
}
