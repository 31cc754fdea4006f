//! The change record, which every change writes into the item that it changes. Audit trail, mails and events come from it.

mod kind;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::values::{Timestamp, UserId};

pub use kind::{ChangeKind, Mail};

/// The person who made the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The user's id.
    pub id: UserId,
}

/// The account or person that the change is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// `account` or `user`.
    pub r#type: String,
    /// Its id.
    pub id: u64,
}

/// A change record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Random. Audit event, mail and EventBridge event carry the same id.
    pub id: String,
    /// The kind of the change.
    pub kind: ChangeKind,
    /// The time, in milliseconds since 1970.
    pub at: i64,
    /// The person who made it; `None` for public operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// The account or person that the change is about.
    pub target: Target,
    /// The request's id.
    pub request_id: String,
    /// The new version of the account or membership; 0 for a change of a user.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub version: u64,
    /// The caller's IP address; empty once the person is erased.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source_ip: String,
    /// The differences.
    #[serde(default, skip_serializing_if = "Differences::is_empty")]
    pub changes: Differences,
    /// The mail that it asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<Mail>,
    /// The account's name, if the mail contains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_name: Option<String>,
    /// The name of the person that the mail names as its cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Change {
    /// The same change with the names in its mail: the account's, and that of the person who caused it.
    #[must_use]
    pub fn naming(self, account_name: &str, sender_name: &str) -> Self {
        Self {
            account_name: Some(account_name.to_owned()),
            sender_name: Some(sender_name.to_owned()),
            ..self
        }
    }

    /// The same change without its mail.
    #[must_use]
    pub fn unmailed(self) -> Self {
        Self { mail: None, ..self }
    }

    /// The same change with its differences.
    #[must_use]
    pub fn with(self, changes: Differences) -> Self {
        Self { changes, ..self }
    }

    /// The same change, not before `earliest`. The times of the changes of one item follow the order of their writes, even if
    /// a request waited behind a later one.
    #[must_use]
    pub fn not_before(self, earliest: Timestamp) -> Self {
        Self {
            at: self.at.max(earliest.millis()),
            ..self
        }
    }

    /// The same change with the new version.
    #[must_use]
    pub fn to_version(self, version: u64) -> Self {
        Self { version, ..self }
    }

    /// The time of the change.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.at)
    }
}

/// Differences: for each field the value before and after.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Differences(BTreeMap<String, Difference>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Difference {
    from: Value,
    to: Value,
}

impl Differences {
    /// The same differences without those of `fields`.
    #[must_use]
    pub fn without(mut self, fields: &[&str]) -> Self {
        self.0.retain(|field, _| !fields.contains(&field.as_str()));
        self
    }

    /// Adds `field` if its values differ.
    pub fn note<T: PartialEq + Serialize>(&mut self, field: &str, from: &T, to: &T) {
        if from == to {
            return;
        }
        let shown = |value: &T| serde_json::to_value(value).unwrap_or_default();
        let difference = Difference {
            from: shown(from),
            to: shown(to),
        };
        self.0.insert(field.to_owned(), difference);
    }

    /// Adds `field` of two states if it differs. A missing state has no value.
    pub fn field<R, T: PartialEq + Serialize>(
        &mut self,
        field: &str,
        before: Option<&R>,
        after: Option<&R>,
        value: impl Fn(&R) -> Option<T>,
    ) {
        self.note(field, &before.and_then(&value), &after.and_then(&value));
    }

    /// Whether there are no differences.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests;
