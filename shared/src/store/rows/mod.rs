//! Items as the table holds them, and the way from and to what they mean.
//!
//! A row leaves out what it does not have: a `NULL` would put an item into a sparse index.

mod account;
mod member;
mod user;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::fault::Fault;
use super::keys::{Item, Key};
use crate::domain::Change;
use crate::values::Timestamp;

pub(super) use account::{AccountRow, NameRow, deleted_account, listed_account, live_account};
pub(super) use member::{DELIVERY, ListedMemberRow, MemberRow, OPTIONAL, member};
pub(super) use user::{LinkRow, SessionRow, UserRow};

/// The item of `row` under `key`, with its change record.
pub(super) fn item<T: Serialize>(
    key: &Key,
    row: &T,
    change: Option<&Change>,
) -> Result<Item, Fault> {
    let mut item: Item = serde_dynamo::to_item(row)?;
    item.extend(key.item());
    if let Some(change) = change {
        item.insert("change".into(), serde_dynamo::to_attribute_value(change)?);
    }
    Ok(item)
}

/// The row that `item` holds.
pub(super) fn row<T: DeserializeOwned>(item: &Item) -> Result<T, Fault> {
    Ok(serde_dynamo::from_item(item.clone())?)
}

/// Instants, as rows keep them.
pub(super) fn times(millis: Vec<i64>) -> Vec<Timestamp> {
    millis.into_iter().map(Timestamp::from_millis).collect()
}

fn exactly<const N: usize>(bytes: Vec<u8>) -> Result<[u8; N], Fault> {
    bytes
        .try_into()
        .map_err(|_| Fault::Damaged("bytes of another length"))
}

#[cfg(test)]
mod tests;
