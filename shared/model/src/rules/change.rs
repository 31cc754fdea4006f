//! The record that every change carries on the item it changes: the audit source, the mail queue and the feed.

mod kind;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::values::{Timestamp, UserId};

pub use kind::{ChangeKind, Mail};

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The user's id.
    pub id: UserId,
}

/// What it was done to.
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
    /// Random, and the same wherever this change is told of.
    pub id: String,
    /// What happened.
    pub kind: ChangeKind,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Who did it; nobody known for public operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// What it was done to.
    pub target: Target,
    /// The request's id.
    pub request_id: String,
    /// The version of the account or membership that it led to; 0 for what is done to a user.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub version: u64,
    /// The caller's address on the network; empty once whoever did it is erased.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source_ip: String,
    /// What is different now.
    #[serde(default, skip_serializing_if = "Differences::is_empty")]
    pub changes: Differences,
    /// The mail it asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<Mail>,
    /// The account's name, where the mail has to say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_name: Option<String>,
    /// Who the mail is from, as a person is called.
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
    /// The same change with what its mail has to say: the account's name, and who it is from.
    #[must_use]
    pub fn naming(self, account_name: &str, sender_name: &str) -> Self {
        Self {
            account_name: Some(account_name.to_owned()),
            sender_name: Some(sender_name.to_owned()),
            ..self
        }
    }

    /// The same change with what it changed.
    #[must_use]
    pub fn with(self, changes: Differences) -> Self {
        Self { changes, ..self }
    }

    /// The same change, at `earliest` at the earliest: what changes one item is told in the order in which it was written, also
    /// where a request waited behind a later one.
    #[must_use]
    pub fn not_before(self, earliest: Timestamp) -> Self {
        Self {
            at: self.at.max(earliest.millis()),
            ..self
        }
    }

    /// The same change as what led to `version`.
    #[must_use]
    pub fn to_version(self, version: u64) -> Self {
        Self { version, ..self }
    }

    /// When it happened.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.at)
    }
}

/// What is different: field by field, before and after.
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

    /// Notes `field`, if it is different.
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

    /// Notes `field` of what there was and of what there is; what is not there has no value.
    pub fn field<R, T: PartialEq + Serialize>(
        &mut self,
        field: &str,
        before: Option<&R>,
        after: Option<&R>,
        value: impl Fn(&R) -> Option<T>,
    ) {
        self.note(field, &before.and_then(&value), &after.and_then(&value));
    }

    /// Whether nothing is different.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests;
