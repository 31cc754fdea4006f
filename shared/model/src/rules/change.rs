//! The change record, which every change writes into the item that it changes. Audit trail, mails and events come from it.

mod actor;
mod kind;
mod mail;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::values::{Roles, Timestamp, UserId};

pub use actor::Actor;
pub use kind::ChangeKind;
pub use mail::{Mail, MailBound};

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
    /// Who made it; `None` for public operations.
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
    /// The device of the request, in words of ours, if the mail names it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub device: String,
    /// The operator whose command it was: for operators, never for tenants.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub operator: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Change {
    /// The same change without its mail.
    #[must_use]
    pub fn unmailed(self) -> Self {
        Self { mail: None, ..self }
    }

    /// The same change with its differences. Its mail stays if the differences need it.
    #[must_use]
    pub fn with(self, changes: Differences) -> Self {
        let change = Self { changes, ..self };
        Self {
            mail: change.mail.filter(|mail| mail.is_due(&change)),
            ..change
        }
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

    /// The text that `field` had before.
    #[must_use]
    pub fn from(&self, field: &str) -> Option<&str> {
        self.0.get(field)?.from.as_str()
    }

    /// The text that `field` has now.
    #[must_use]
    pub fn to(&self, field: &str) -> Option<&str> {
        self.0.get(field)?.to.as_str()
    }

    /// The roles before, if they differ.
    #[must_use]
    pub fn roles_from(&self) -> Option<Roles> {
        read(&self.0.get("roles")?.from)
    }

    /// The roles now, if they differ.
    #[must_use]
    pub fn roles_to(&self) -> Option<Roles> {
        read(&self.0.get("roles")?.to)
    }

    /// The persons that `field` named before and names now, if they differ.
    #[must_use]
    pub fn users(&self, field: &str) -> [Option<UserId>; 2] {
        let users = self.0.get(field);
        users.map_or([None; 2], |users| [read(&users.from), read(&users.to)])
    }

    /// The owners before and now, if they differ.
    #[must_use]
    pub fn owners(&self) -> [Option<UserId>; 2] {
        self.users("ownerId")
    }

    /// Whether there are no differences.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

#[cfg(test)]
mod tests;
