//! Conditional writes, single or as a transaction, and what is learnt if a condition fails.

mod count;
mod expression;
mod outcome;
mod send;
use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;

use super::keys::{Item, Key};

pub(super) use outcome::{Lost, Outcome};

/// One conditional write of one item.
#[derive(Clone, Debug)]
pub(super) struct Write {
    action: Action,
    conditions: Vec<String>,
    sets: Vec<String>,
    removes: Vec<String>,
    adds: Vec<String>,
    deletes: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
    /// The change record that an update writes.
    change: Option<AttributeValue>,
}

#[derive(Clone, Debug)]
enum Action {
    Put(Item),
    Update(Key),
    Delete(Key),
}

impl Write {
    fn new(action: Action) -> Self {
        Self {
            action,
            conditions: Vec::new(),
            sets: Vec::new(),
            removes: Vec::new(),
            adds: Vec::new(),
            deletes: Vec::new(),
            names: HashMap::new(),
            values: HashMap::new(),
            change: None,
        }
    }

    /// Puts `item` if there is none yet.
    pub(super) fn create(item: Item) -> Self {
        Self::new(Action::Put(item)).absent("pk")
    }

    /// Puts `item`, unconditionally.
    pub(super) fn put(item: Item) -> Self {
        Self::new(Action::Put(item))
    }

    /// Changes version `version` of the item under `key` to `item`, attribute by attribute. `optional` names the attributes to
    /// remove if `item` has none. Attributes that are neither in `item` nor in `optional` stay as they are.
    pub(super) fn amend(key: Key, item: Item, optional: &[&str], version: u64) -> Self {
        let write = Self::new(Action::Update(key)).equals("version", number(version));
        let gone = optional.iter().filter(|name| !item.contains_key(**name));
        let write = gone.fold(write, |write, name| write.remove(name));
        let sorted: BTreeMap<_, _> = item.into_iter().collect();
        let own = sorted
            .into_iter()
            .filter(|(name, _)| !matches!(name.as_str(), "pk" | "sk"));
        own.fold(write, |write, (name, value)| write.set(&name, value))
    }

    /// Changes attributes of the item under `key`, or creates it.
    pub(super) fn upsert(key: Key) -> Self {
        Self::new(Action::Update(key))
    }

    /// Changes attributes of the item under `key`, if there is one.
    pub(super) fn update(key: Key) -> Self {
        let mut write = Self::upsert(key);
        let pk = write.path("pk");
        write.conditions.push(format!("attribute_exists({pk})"));
        write
    }

    /// Deletes the item under `key`.
    pub(super) fn delete(key: Key) -> Self {
        Self::new(Action::Delete(key))
    }

    /// The id of the change record that this write contains.
    fn change_id(&self) -> Option<&AttributeValue> {
        match &self.action {
            Action::Put(item) => change_id(item),
            Action::Update(_) => record_id(self.change.as_ref()?),
            Action::Delete(_) => None,
        }
    }
}

/// A number as DynamoDB takes it.
pub(super) fn number(value: impl Copy + ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

fn change_id(item: &Item) -> Option<&AttributeValue> {
    record_id(item.get("change")?)
}

fn record_id(change: &AttributeValue) -> Option<&AttributeValue> {
    change.as_m().ok()?.get("id")
}

#[cfg(test)]
mod tests;
