//! What a write sets, removes and asks for, in DynamoDB's own expressions: every name and every value under an alias.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::{Write, number};

impl Write {
    /// Sets the attribute at `path`, with dots between the names of maps.
    pub(crate) fn set(mut self, path: &str, value: AttributeValue) -> Self {
        if path == "change" {
            self.change = Some(value.clone());
        }
        let clause = format!("{} = {}", self.path(path), self.value(value));
        self.sets.push(clause);
        self
    }

    /// Removes the attribute at `path`.
    pub(crate) fn remove(mut self, path: &str) -> Self {
        let path = self.path(path);
        self.removes.push(path);
        self
    }

    /// Adds `number` to the attribute at `path`, which counts from 0 where there is none.
    pub(crate) fn add(mut self, path: &str, number: AttributeValue) -> Self {
        let clause = format!("{} {}", self.path(path), self.value(number));
        self.adds.push(clause);
        self
    }

    /// Takes `members` out of the set at `path`.
    pub(crate) fn take_out(mut self, path: &str, members: AttributeValue) -> Self {
        let clause = format!("{} {}", self.path(path), self.value(members));
        self.deletes.push(clause);
        self
    }

    /// Only if the set at `path` has fewer than `limit` members, or there is none.
    pub(crate) fn absent_or_fewer(mut self, path: &str, limit: AttributeValue) -> Self {
        let (path, limit) = (self.path(path), self.value(limit));
        self.conditions.push(format!(
            "(attribute_not_exists({path}) OR size({path}) < {limit})"
        ));
        self
    }

    /// Only if the map or set at `path` has `size` members.
    pub(crate) fn has_size(mut self, path: &str, size: usize) -> Self {
        let (path, size) = (self.path(path), self.value(number(size)));
        self.conditions.push(format!("size({path}) = {size}"));
        self
    }

    /// Only if there is an attribute at `path`.
    pub(crate) fn exists(mut self, path: &str) -> Self {
        let condition = format!("attribute_exists({})", self.path(path));
        self.conditions.push(condition);
        self
    }

    /// Only if the attribute at `path` is more than `value`, or there is none.
    pub(crate) fn absent_or_above(mut self, path: &str, value: AttributeValue) -> Self {
        let (path, value) = (self.path(path), self.value(value));
        self.conditions.push(format!(
            "(attribute_not_exists({path}) OR {path} > {value})"
        ));
        self
    }

    /// Only if the attribute at `path` is one of `values`.
    pub(crate) fn among(
        mut self,
        path: &str,
        values: impl IntoIterator<Item = AttributeValue>,
    ) -> Self {
        let path = self.path(path);
        let values: Vec<_> = values.into_iter().map(|value| self.value(value)).collect();
        self.conditions
            .push(format!("{path} IN ({})", values.join(", ")));
        self
    }

    /// Only if the attribute at `path` is less than `value`, or there is none.
    pub(crate) fn absent_or_below(mut self, path: &str, value: AttributeValue) -> Self {
        let (path, value) = (self.path(path), self.value(value));
        self.conditions.push(format!(
            "(attribute_not_exists({path}) OR {path} < {value})"
        ));
        self
    }

    /// Only if the set at `path` has fewer than `limit` elements, or has `element` already.
    pub(crate) fn room_for(mut self, path: &str, element: AttributeValue, limit: usize) -> Self {
        let (path, element) = (self.path(path), self.value(element));
        let limit = self.value(number(limit));
        self.conditions.push(format!(
            "(attribute_not_exists({path}) OR size({path}) < {limit} OR contains({path}, {element}))"
        ));
        self
    }

    /// Only if the attribute at `path` is `value`.
    pub(crate) fn equals(mut self, path: &str, value: AttributeValue) -> Self {
        let condition = format!("{} = {}", self.path(path), self.value(value));
        self.conditions.push(condition);
        self
    }

    /// Only if the list at `path` has `value` among its elements.
    pub(crate) fn contains(mut self, path: &str, value: AttributeValue) -> Self {
        let condition = format!("contains({}, {})", self.path(path), self.value(value));
        self.conditions.push(condition);
        self
    }

    /// Only if the attribute at `path` is more than `value`.
    pub(crate) fn above(mut self, path: &str, value: AttributeValue) -> Self {
        let condition = format!("{} > {}", self.path(path), self.value(value));
        self.conditions.push(condition);
        self
    }

    /// Only if there is no item, or its attribute at `path` is `value`.
    pub(crate) fn absent_item_or(mut self, path: &str, value: AttributeValue) -> Self {
        let (pk, path) = (self.path("pk"), self.path(path));
        let value = self.value(value);
        self.conditions
            .push(format!("(attribute_not_exists({pk}) OR {path} = {value})"));
        self
    }

    /// Only if there is no attribute at `path`.
    pub(crate) fn absent(mut self, path: &str) -> Self {
        let condition = format!("attribute_not_exists({})", self.path(path));
        self.conditions.push(condition);
        self
    }

    /// Only if there is no item, or one whose time to live ended before `seconds`: DynamoDB takes days to delete it.
    pub(crate) fn replaceable_since(mut self, seconds: i64) -> Self {
        let (pk, ttl) = (self.path("pk"), self.path("ttl"));
        let seconds = self.value(number(seconds));
        self.conditions.push(format!(
            "(attribute_not_exists({pk}) OR {ttl} <= {seconds})"
        ));
        self
    }

    /// Names every step, since any may be a reserved word.
    pub(super) fn path(&mut self, path: &str) -> String {
        let steps = path.split('.').map(|step| {
            let next = format!("#{}", self.names.len());
            let known = self.names.iter().find(|(_, name)| *name == step);
            let name = known.map_or(next, |(alias, _)| alias.clone());
            self.names.insert(name.clone(), step.to_owned());
            name
        });
        steps.collect::<Vec<_>>().join(".")
    }

    pub(super) fn value(&mut self, value: AttributeValue) -> String {
        let name = format!(":{}", self.values.len());
        self.values.insert(name.clone(), value);
        name
    }

    pub(super) fn condition(&self) -> Option<String> {
        (!self.conditions.is_empty()).then(|| self.conditions.join(" AND "))
    }

    pub(super) fn expression(&self) -> String {
        let clause = |verb, parts: &[String]| match parts {
            [] => String::new(),
            parts => format!("{verb} {} ", parts.join(", ")),
        };
        clause("SET", &self.sets)
            + &clause("REMOVE", &self.removes)
            + &clause("ADD", &self.adds)
            + &clause("DELETE", &self.deletes)
    }

    pub(super) fn names(&self) -> Option<HashMap<String, String>> {
        (!self.names.is_empty()).then(|| self.names.clone())
    }

    pub(super) fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        (!self.values.is_empty()).then(|| self.values.clone())
    }
}
