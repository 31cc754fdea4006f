//! The place of a row in an order. A list can continue after it.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::orderby::OrderBy;
use super::schema::{Listable, Schema, Type, Value};
use crate::UnixMillis;

/// The values that decide a row's place. The row itself may be gone when they are used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(Vec<Json>);

impl Position {
    /// The place of `row` in `order`.
    pub fn of<R: Listable>(row: &R, order: &OrderBy) -> Self {
        Self(order.values(row).map(|value| kept(&value)).collect())
    }

    /// The place of a row with these values. Instants are in milliseconds.
    #[must_use]
    pub fn new(values: &[Value<'_>]) -> Self {
        Self(values.iter().map(kept).collect())
    }

    /// The values, if all of them are numbers or instants.
    #[must_use]
    pub fn numbers(&self) -> Option<Vec<i64>> {
        self.0.iter().map(Json::as_i64).collect()
    }

    /// The number or instant at `index`.
    #[must_use]
    pub fn number(&self, index: usize) -> Option<i64> {
        self.0.get(index)?.as_i64()
    }

    /// The text at `index`.
    #[must_use]
    pub fn text(&self, index: usize) -> Option<&str> {
        self.0.get(index)?.as_str()
    }

    /// The values with the types of `schema`; `None` if this is a place in another order.
    pub(super) fn values(&self, order: &OrderBy, schema: &Schema) -> Option<Vec<Value<'_>>> {
        let keys = order.keys();
        if keys.len() != self.0.len() {
            return None;
        }
        let pairs = keys.iter().zip(&self.0);
        let read = |(key, value): (&super::OrderItem, _)| read(value, schema.find(key.property)?.1);
        pairs.map(read).collect()
    }
}

fn kept(value: &Value<'_>) -> Json {
    match value {
        Value::Null | Value::Strings(_) => Json::Null,
        Value::Number(number) => (*number).into(),
        Value::String(text) => (*text).into(),
        Value::Boolean(truth) => (*truth).into(),
        Value::DateTime(instant) => instant.0.into(),
    }
}

fn read(value: &Json, kind: Type) -> Option<Value<'_>> {
    Some(match (value, kind) {
        (Json::Null, _) => Value::Null,
        (Json::Number(number), Type::Number) => Value::Number(number.as_i64()?),
        (Json::Number(number), Type::DateTime) => Value::DateTime(UnixMillis(number.as_i64()?)),
        (Json::String(text), Type::String(_)) => Value::String(text),
        (Json::Bool(truth), Type::Boolean) => Value::Boolean(*truth),
        _ => return None,
    })
}
