//! Items as the table holds them, and the way from and to what they mean.
//!
//! A row leaves out what it does not have: a `NULL` would put an item into a sparse index.

mod account;
mod address_changes;
mod event;
mod factors;
mod listed_member;
mod member;
mod passkeys;
mod user;
use aws_sdk_dynamodb::types::AttributeValue;
use model::{Change, UserId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::keys::{self, Item, Key};
use super::table_error::TableError;

pub(super) use account::{
    ACCOUNT, ACCOUNT_OPTIONAL, AccountRow, ListedAccountRow, NameRow, deleted_account, live_account,
};
pub(super) use address_changes::AddressChangesRow;
pub(super) use event::EventRow;
pub(super) use factors::{FACTORS, replace_factors, unchanged_factors, without_factor};
pub(super) use listed_member::{LISTED, ListedMemberRow};
pub(super) use member::{DELIVERY, MemberRow, MembershipRow, OPTIONAL, member, member_state};
pub(super) use passkeys::{credential, passkey_holder};
pub(super) use user::{LinkRow, SessionRow, UserRow};

/// The attribute of the change record.
const CHANGE: &str = "change";

/// The item of `row` under `key`, with its change record.
pub(super) fn item<T: Serialize>(
    key: &Key,
    row: &T,
    change: Option<&Change>,
) -> Result<Item, TableError> {
    let mut item: Item = serde_dynamo::to_item(row)?;
    item.extend(key.item());
    if let Some(change) = change {
        item.insert(CHANGE.into(), serde_dynamo::to_attribute_value(change)?);
    }
    Ok(item)
}

/// How long a row that only carries a change record is kept, in seconds: as long as the stream keeps its record.
pub(super) const TOLD_LIFETIME: i64 = 24 * 60 * 60;

/// The row that replaces an erased user, with the record of the erasure.
pub(super) fn erased(user: UserId, change: &Change) -> Result<Item, TableError> {
    #[derive(Serialize)]
    struct Row {
        entity: &'static str,
        ttl: i64,
    }
    let row = Row {
        entity: "erased",
        ttl: change.at().seconds() + TOLD_LIFETIME,
    };
    item(&keys::erased(user), &row, Some(change))
}

/// The row that `item` holds. The change record is half of an item and part of no row, so it is not copied.
pub(super) fn row<T: DeserializeOwned>(item: &Item) -> Result<T, TableError> {
    let attributes = item.iter().filter(|(name, _)| *name != CHANGE);
    let copied = attributes.map(|(name, value)| (name.clone(), value.clone()));
    owned(copied.collect())
}

/// The same of an item that is not needed any more.
pub(super) fn owned<T: DeserializeOwned>(item: Item) -> Result<T, TableError> {
    Ok(serde_dynamo::from_item(item)?)
}

/// What an attribute holds.
pub(super) fn attribute<T: DeserializeOwned>(value: &AttributeValue) -> Result<T, TableError> {
    Ok(serde_dynamo::from_attribute_value(value.clone())?)
}

fn exactly<const N: usize>(bytes: Vec<u8>) -> Result<[u8; N], TableError> {
    bytes
        .try_into()
        .map_err(|_| TableError::Damaged("bytes of another length"))
}

#[cfg(test)]
mod tests;
