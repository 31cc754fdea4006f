//! Rows to filter: as simple as a row can be, with every type of property.

use crate::odata::{Filter, Listable, QueryError, Schema, Type, Value};
use crate::values::Timestamp;

pub(in crate::odata) static SCHEMA: Schema = Schema(&[
    ("id", Type::Number),
    ("name", Type::String),
    ("country", Type::String),
    ("ownerId", Type::Number),
    ("owner", Type::Boolean),
    ("roles", Type::StringCollection),
    ("createdAt", Type::DateTime),
    ("updatedAt", Type::DateTime),
]);

#[derive(Clone, Debug, PartialEq)]
pub(in crate::odata) struct Row {
    pub(in crate::odata) id: i64,
    pub(in crate::odata) name: Option<String>,
    pub(in crate::odata) country: Option<String>,
    pub(in crate::odata) owner_id: Option<i64>,
    pub(in crate::odata) owner: Option<bool>,
    pub(in crate::odata) roles: Vec<String>,
    pub(in crate::odata) created_at: i64,
    pub(in crate::odata) updated_at: Option<i64>,
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
            "createdAt" => Timestamp::from_millis(self.created_at).into(),
            "updatedAt" => self.updated_at.map(Timestamp::from_millis).into(),
            _ => Value::Null,
        }
    }
}

/// 2026-06-02T10:30:00.700Z
pub(in crate::odata) const CREATED: i64 = 1_780_396_200_700;
/// 2026-06-03T00:00:00Z
pub(in crate::odata) const NOW: Timestamp = Timestamp::from_seconds(1_780_444_800);

pub(in crate::odata) fn row(id: i64, name: Option<&str>) -> Row {
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

pub(in crate::odata) fn ids(rows: &[Row]) -> Vec<i64> {
    rows.iter().map(|row| row.id).collect()
}

/// The filter, or its mistakes, each as `position: message`.
pub(in crate::odata) fn filter(text: &str) -> Result<Filter, Vec<String>> {
    Filter::parse(text, &SCHEMA).map_err(|faults| {
        let shown =
            |fault: &crate::odata::error::Fault| format!("{}: {}", fault.position, fault.message);
        faults.iter().map(shown).collect()
    })
}

/// Whether a row passes; the row is `Zoë's` of `row`, with the id 5.
pub(in crate::odata) fn passes(text: &str) -> Result<bool, QueryError> {
    let filter = filter(text).unwrap_or_else(|mistakes| panic!("{text}: {mistakes:?}"));
    filter.matches(&row(5, Some("Zoë's")), NOW)
}
