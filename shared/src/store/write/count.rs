//! What counters and copies are written with.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{Action, Write, number};
use crate::store::keys::Key;

impl Write {
    /// Changes attributes of the item under `key`, which may not be there yet.
    pub(in crate::store) fn upsert(key: Key) -> Self {
        Self::new(Action::Update(key))
    }

    /// Adds `amount` to the number at `path`, which may not be there yet.
    pub(in crate::store) fn add(mut self, path: &str, amount: i64) -> Self {
        let path = self.path(path);
        let (zero, amount) = (self.value(number(0)), self.value(number(amount)));
        self.sets
            .push(format!("{path} = if_not_exists({path}, {zero}) + {amount}"));
        self
    }

    /// Only if there is no attribute at `path`, or it is `value` at most.
    pub(in crate::store) fn absent_or_at_most(mut self, path: &str, value: AttributeValue) -> Self {
        let (path, value) = (self.path(path), self.value(value));
        self.conditions.push(format!(
            "(attribute_not_exists({path}) OR {path} <= {value})"
        ));
        self
    }

    /// Only if one of the attributes is another than the value beside it.
    pub(in crate::store) fn any_differs(mut self, pairs: &[(&str, AttributeValue)]) -> Self {
        let differ = pairs
            .iter()
            .map(|(path, value)| format!("{} <> {}", self.path(path), self.value(value.clone())));
        let differ = differ.collect::<Vec<_>>().join(" OR ");
        self.conditions.push(format!("({differ})"));
        self
    }
}
