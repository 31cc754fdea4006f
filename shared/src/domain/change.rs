//! The record that every change carries on the item it changes: the audit source, the mail queue and the feed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::values::{Timestamp, UserId};

/// What happened. The names stand in the table and in audit trails: they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is its name in the past tense")]
pub enum ChangeKind {
    UserSignedUp,
    UserInvited,
    UserChanged,
    SignedIn,
    EmailVerificationRequested,
    EmailVerified,
    PasswordResetRequested,
    PasswordChanged,
    UserErased,
    AccountCreated,
    AccountChanged,
    AccountDeleted,
    AccountRestored,
    OwnershipTransferred,
    MemberAdded,
    MemberInvited,
    InvitationResent,
    InvitationAccepted,
    InvitationDeclined,
    MemberChanged,
    MemberRemoved,
}

/// A mail that a change asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is its name")]
pub enum Mail {
    Invitation,
    AddedToAccount,
    Verification,
    PasswordReset,
    PasswordChanged,
    NewSignIn,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The user's id.
    pub id: UserId,
    /// The user's address then, unless they are being erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl Actor {
    /// The same without the address.
    #[must_use]
    pub fn anonymous(self) -> Self {
        Self {
            email: None,
            ..self
        }
    }
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
    /// The caller's address on the network.
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

impl Change {
    /// The same change, asking for `mail` in the name of `account_name` and `sender_name`.
    #[must_use]
    pub fn mailing(self, mail: Mail, account_name: &str, sender_name: &str) -> Self {
        Self {
            mail: Some(mail),
            account_name: Some(account_name.to_owned()),
            sender_name: Some(sender_name.to_owned()),
            ..self
        }
    }

    /// The same change, asking for `mail`.
    #[must_use]
    pub fn notifying(self, mail: Mail) -> Self {
        Self {
            mail: Some(mail),
            ..self
        }
    }

    /// The same change with what it changed.
    #[must_use]
    pub fn with(self, changes: Differences) -> Self {
        Self { changes, ..self }
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

    /// Whether nothing is different.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests;
