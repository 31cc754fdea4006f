//! Where a list goes on: what `$skiptoken` holds.

use model::UserId;
use odata::Position;
use serde::{Deserialize, Serialize};
use tokens::{CursorKeys, cursor};

use super::collection::Collection;

/// The state of a walk between two pages. The names are short, since they travel in a URL.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// The place of the last row that was passed.
    #[serde(rename = "a")]
    pub after: Position,
    /// Rows that are still to be skipped behind it.
    #[serde(rename = "s", default, skip_serializing_if = "is_zero")]
    pub skip: usize,
    /// Whether the list is walked by id, because it was too long for the order that it has else.
    #[serde(rename = "i", default, skip_serializing_if = "std::ops::Not::not")]
    pub by_id: bool,
    /// The rows that match, so far as the first page knew.
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

/// What a cursor is good for: one caller, one collection, and the options that the walk began with.
pub(super) fn scope(
    caller: UserId,
    collection: Collection,
    options: &[(String, String)],
) -> Vec<u8> {
    let mut options: Vec<_> = options.iter().filter(|(name, _)| kept(name)).collect();
    options.sort_unstable();
    serde_json::to_vec(&(caller, collection.name(), options)).unwrap_or_default()
}

/// Whether an option stays the same on every page.
pub(super) fn kept(name: &str) -> bool {
    name.starts_with('$') && name != "$skip" && name != "$skiptoken"
}
