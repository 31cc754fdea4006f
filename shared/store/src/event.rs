//! An event of an account's audit trail: a change, as it is kept.

use model::{AccountId, Actor, Change, ChangeKind, Differences, Target, Timestamp};
use odata::{Listable, Schema, Type, Value};

use super::listed::instant;

/// What happened to an account or to one of its members.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The change's id.
    pub id: String,
    /// What happened.
    pub kind: ChangeKind,
    /// When.
    pub at: Timestamp,
    /// The account.
    pub account: AccountId,
    /// The version of the account or membership that it led to.
    pub version: u64,
    /// Who did it; `None` for public operations.
    pub actor: Option<Actor>,
    /// What it was done to.
    pub target: Target,
    /// In which request.
    pub request_id: String,
    /// From where; forgotten once whoever did it is erased.
    pub source_ip: Option<String>,
    /// What is different since.
    pub changes: Differences,
}

impl Event {
    /// `change` as an event of `account`.
    #[must_use]
    pub fn new(account: AccountId, change: &Change) -> Self {
        let source = Some(change.source_ip.clone());
        Self {
            id: change.id.clone(),
            kind: change.kind,
            at: change.at(),
            account,
            version: change.version,
            actor: change.actor,
            target: change.target.clone(),
            request_id: change.request_id.clone(),
            source_ip: source.filter(|address| !address.is_empty()),
            changes: change.changes.clone(),
        }
    }
}

impl Listable for Event {
    const SCHEMA: &'static Schema = &Schema(&[
        ("id", Type::String(40)),
        ("kind", Type::String(40)),
        ("at", Type::DateTime),
        ("actor/id", Type::Number),
        ("target/type", Type::String(16)),
        ("target/id", Type::Number),
        ("requestId", Type::String(64)),
    ]);

    fn property(&self, name: &'static str) -> Value<'_> {
        let id = |number: u64| Value::Number(i64::try_from(number).unwrap_or(i64::MAX));
        match name {
            "id" => self.id.as_str().into(),
            "kind" => self.kind.name().into(),
            "at" => instant(self.at),
            "actor/id" => self
                .actor
                .and_then(Actor::user)
                .map_or(Value::Null, |user| id(user.get())),
            "target/type" => self.target.r#type.as_str().into(),
            "target/id" => id(self.target.id),
            "requestId" => self.request_id.as_str().into(),
            _ => Value::Null,
        }
    }
}
