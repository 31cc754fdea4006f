//! Items as DynamoDB's answers spell them, read without the SDK's maps of attributes: those copy every attribute of an item, and a
//! row has use for less than half of them.

mod attribute;
mod item;
mod take;

use serde::de::DeserializeOwned;

use super::keys::{Item, Key};
use super::table_error::TableError;

pub(super) use item::WireItem;
pub(super) use take::{FromItem, TakeItems};

/// Where a row is read from.
pub(super) trait Source {
    /// The row. Attributes that it does not have are passed over.
    fn row<T: DeserializeOwned>(&self) -> Result<T, TableError>;
    /// The primary key.
    fn key(&self) -> Option<Key>;
    /// Whether there is no item at all: what was in the way of a condition may be nothing.
    fn is_nothing(&self) -> bool;
}

impl Source for Item {
    fn row<T: DeserializeOwned>(&self) -> Result<T, TableError> {
        super::rows::row(self)
    }

    fn key(&self) -> Option<Key> {
        Key::of(self)
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

#[cfg(test)]
pub(super) mod tests;
