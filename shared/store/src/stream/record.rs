//! A record of the table's stream, as Lambda hands it over.

use serde::Deserialize;

use super::Image;
use crate::keys;

/// One write of one item.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Wire")]
pub struct StreamRecord {
    /// The record's sequence number.
    pub sequence: String,
    /// The item's partition key.
    pub pk: String,
    /// The item's sort key.
    pub sk: String,
    /// The item before the write; empty if it was created.
    pub old: Image,
    /// The item after the write; empty if it was deleted.
    pub new: Image,
}

#[derive(Deserialize)]
struct Wire {
    dynamodb: WireChange,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireChange {
    #[serde(default)]
    sequence_number: String,
    keys: WireKeys,
    #[serde(default)]
    old_image: Image,
    #[serde(default)]
    new_image: Image,
}

#[derive(Deserialize)]
struct WireKeys {
    pk: WireText,
    sk: WireText,
}

#[derive(Deserialize)]
struct WireText {
    #[serde(rename = "S")]
    text: String,
}

impl From<Wire> for StreamRecord {
    fn from(wire: Wire) -> Self {
        let change = wire.dynamodb;
        Self {
            sequence: change.sequence_number,
            pk: change.keys.pk.text,
            sk: change.keys.sk.text,
            old: change.old_image,
            new: change.new_image,
        }
    }
}

impl StreamRecord {
    /// Whether the item notes that a person is erased.
    #[must_use]
    pub fn is_erasure(&self) -> bool {
        keys::user_id(&self.pk).is_some_and(|user| keys::erased(user).sk == self.sk)
    }

    /// Whether the record deletes a user.
    #[must_use]
    pub fn deletes_user(&self) -> bool {
        let is_user = keys::user_id(&self.pk).is_some_and(|user| keys::user(user).sk == self.sk);
        is_user && self.new.is_empty()
    }
}
