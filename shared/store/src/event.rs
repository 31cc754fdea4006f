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
    /// The source IP; removed once the actor is erased.
    pub source_ip: Option<String>,
    /// What is different since.
    pub changes: Differences,
    /// The operator whose command it was, for operators only; empty for a request.
    pub operator: String,
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
            operator: change.operator.clone(),
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

#[cfg(test)]
mod tests {
    use model::UserId;
    use odata::{Query, UnixMillis};

    use super::*;

    fn event() -> Event {
        Event {
            id: "AAECAwQFBgcICQoL".into(),
            kind: ChangeKind::MemberChanged,
            at: Timestamp::from_millis(0),
            account: AccountId::try_from(42).unwrap(),
            version: 1,
            actor: UserId::try_from(7).ok().map(Actor::User),
            target: Target {
                r#type: "user".into(),
                id: 8,
            },
            request_id: "r".into(),
            source_ip: None,
            changes: Differences::default(),
            operator: String::new(),
        }
    }

    fn query(filter: &str) -> Result<Query, Vec<String>> {
        let options = [("$filter".to_owned(), filter.to_owned())];
        let shown =
            |mistakes: Vec<odata::Mistake>| mistakes.iter().map(ToString::to_string).collect();
        Query::parse(&options, Event::SCHEMA).map_err(shown)
    }

    #[test]
    fn a_property_of_a_complex_type_is_reached_by_its_path() {
        let passes = |text: &str| {
            let filter = query(text).unwrap().filter.unwrap();
            filter.matches(&event(), UnixMillis(0)).unwrap()
        };
        assert!(passes("actor/id eq 7 and target/id in (8, 9)"));
        assert!(passes("target/type eq 'user' and not (actor/id eq null)"));
        assert!(!passes("actor/id eq 8"));
        let parsed = query("target/id  add 1 eq 9").unwrap().filter.unwrap();
        assert_eq!(parsed.to_string(), "target/id add 1 eq 9");
    }

    #[test]
    fn a_path_that_leads_nowhere_is_refused_at_its_place() {
        for (text, described) in [
            ("actor eq 1", "Position 1: `actor` is not a property here"),
            ("id eq 'a' and actor/name eq 'b'", "Position 21: "),
            ("actor/", "Position 7: "),
            ("actor/id/id eq 1", "Position 9: "),
            ("kind/id eq 1", "Position 1: `kind` is not a collection"),
        ] {
            let mistakes = query(text).unwrap_err();
            assert!(mistakes[0].starts_with(described), "{text}: {mistakes:?}");
        }
    }
}
