//! Rows to filter: as simple as possible, with every type of property.

use crate::UnixMillis;
use crate::{EvaluationError, Filter, Listable, Schema, Type, Value};

pub(crate) static SCHEMA: Schema = Schema(&[
    ("id", Type::Number),
    ("name", Type::String(100)),
    ("country", Type::String(100)),
    ("ownerId", Type::Number),
    ("owner", Type::Boolean),
    (
        "roles",
        Type::StringCollection {
            most: 4,
            characters: 8,
        },
    ),
    ("createdAt", Type::DateTime),
    ("updatedAt", Type::DateTime),
]);

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) name: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) owner_id: Option<i64>,
    pub(crate) owner: Option<bool>,
    pub(crate) roles: Vec<String>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: Option<i64>,
}

impl Listable for Row {
    const SCHEMA: &'static Schema = &SCHEMA;

    fn property(&self, name: &'static str) -> Value<'_> {
        match name {
            "id" => Value::Number(self.id),
            "name" => self.name.as_deref().into(),
            "country" => self.country.as_deref().into(),
            "ownerId" => self.owner_id.map_or(Value::Null, Value::Number),
            "owner" => self.owner.map_or(Value::Null, Value::Boolean),
            "roles" => Value::Strings(self.roles.iter().map(String::as_str).collect()),
            "createdAt" => UnixMillis(self.created_at).into(),
            "updatedAt" => self.updated_at.map(UnixMillis).into(),
            _ => Value::Null,
        }
    }
}

/// 2026-06-02T10:30:00.700Z
pub(crate) const CREATED: i64 = 1_780_396_200_700;
/// 2026-06-03T00:00:00Z
pub(crate) const NOW: UnixMillis = UnixMillis(1_780_444_800_000);

pub(crate) fn row(id: i64, name: Option<&str>) -> Row {
    Row {
        id,
        name: name.map(str::to_owned),
        country: None,
        owner_id: Some(7),
        owner: Some(true),
        roles: vec!["admin".to_owned(), "user".to_owned()],
        created_at: CREATED,
        updated_at: None,
    }
}

pub(crate) fn ids(rows: &[Row]) -> Vec<i64> {
    rows.iter().map(|row| row.id).collect()
}

/// The filter, or its mistakes, each as `position: message`.
pub(crate) fn filter(text: &str) -> Result<Filter, Vec<String>> {
    Filter::parse(text, &SCHEMA).map_err(|errors| {
        let shown =
            |error: &crate::error::ParseError| format!("{}: {}", error.position, error.message);
        errors.iter().map(shown).collect()
    })
}

/// Whether the row `Zoë's` of `row`, with the id 5, matches.
pub(crate) fn passes(text: &str) -> Result<bool, EvaluationError> {
    let filter = filter(text).unwrap_or_else(|mistakes| panic!("{text}: {mistakes:?}"));
    filter.matches(&row(5, Some("Zoë's")), NOW)
}
