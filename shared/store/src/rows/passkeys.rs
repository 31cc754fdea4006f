//! A person's passkeys, as the user's item has them, and the item by which a credential belongs to one person only.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use model::{FactorId, Passkey, PasskeyName, Stored as _, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::item;
use crate::keys::{self, Item};
use crate::table_error::TableError;
use crate::users::attribute;
use crate::write::{Write, number};

/// The attribute of the passkeys. Without it, there are none.
pub(super) const PASSKEYS: &str = "passkeys";

/// The passkeys by their ids.
pub(crate) type PasskeysRow = BTreeMap<String, PasskeyRow>;

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PasskeyRow {
    #[serde(with = "serde_bytes")]
    credential: Vec<u8>,
    #[serde(with = "serde_bytes")]
    key: Vec<u8>,
    counter: u32,
    backup_eligible: bool,
    backed_up: bool,
    name: String,
    created_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_used_at: Option<i64>,
}

/// The passkeys as a row; none if there is none.
pub(crate) fn passkeys_row(passkeys: &BTreeMap<FactorId, Passkey>) -> Option<PasskeysRow> {
    let rows = passkeys.iter();
    let rows: PasskeysRow = rows
        .map(|(id, passkey)| (id.to_string(), passkey.into()))
        .collect();
    (!rows.is_empty()).then_some(rows)
}

/// The passkeys of `row`.
pub(crate) fn passkeys(row: PasskeysRow) -> Result<BTreeMap<FactorId, Passkey>, TableError> {
    let passkeys = row.into_iter().map(|(id, row)| {
        let id = FactorId::parse(&id).ok_or(TableError::Damaged("factor id"))?;
        Ok((id, row.into()))
    });
    passkeys.collect()
}

impl From<&Passkey> for PasskeyRow {
    fn from(passkey: &Passkey) -> Self {
        Self {
            credential: passkey.credential.clone(),
            key: passkey.key.clone(),
            counter: passkey.counter,
            backup_eligible: passkey.backup_eligible,
            backed_up: passkey.backed_up,
            name: passkey.name.as_str().to_owned(),
            created_at: passkey.created_at.millis(),
            last_used_at: passkey.last_used_at.map(Timestamp::millis),
        }
    }
}

impl From<PasskeyRow> for Passkey {
    fn from(row: PasskeyRow) -> Self {
        Self {
            credential: row.credential,
            key: row.key,
            counter: row.counter,
            backup_eligible: row.backup_eligible,
            backed_up: row.backed_up,
            name: PasskeyName::from_stored(row.name),
            created_at: Timestamp::from_millis(row.created_at),
            last_used_at: row.last_used_at.map(Timestamp::from_millis),
        }
    }
}

/// The item that says whose the credential `id` is.
pub(crate) fn credential(id: &[u8], user: UserId) -> Result<Item, TableError> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Row {
        entity: &'static str,
        user_id: UserId,
    }
    let row = Row {
        entity: "passkey",
        user_id: user,
    };
    item(&keys::passkey(id), &row, None)
}

/// Whose the credential in `item` is.
pub(crate) fn passkey_holder(item: &Item) -> Result<UserId, TableError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Row {
        user_id: UserId,
    }
    Ok(super::row::<Row>(item)?.user_id)
}

/// `after` in the place of `before`, member by member.
pub(super) fn replace_passkeys(
    write: Write,
    before: &BTreeMap<FactorId, Passkey>,
    after: &BTreeMap<FactorId, Passkey>,
) -> Result<Write, TableError> {
    if before == after {
        return Ok(write);
    }
    if before.is_empty() {
        return Ok(write.set(PASSKEYS, attribute(&passkeys_row(after))?));
    }
    if after.is_empty() {
        return Ok(write.remove(PASSKEYS));
    }
    let path = |id: &FactorId| format!("{PASSKEYS}.{id}");
    let gone = before.keys().filter(|id| !after.contains_key(*id));
    let mut write = gone.fold(write, |write, id| write.remove(&path(id)));
    for (id, passkey) in after {
        write = match before.get(id) {
            None => write.set(&path(id), attribute(&PasskeyRow::from(passkey))?),
            Some(known) => replace_passkey(write, &path(id), known, passkey),
        };
    }
    Ok(write)
}

/// What a use and a new name change of a passkey.
fn replace_passkey(write: Write, path: &str, before: &Passkey, after: &Passkey) -> Write {
    let at = |member: &str| format!("{path}.{member}");
    let mut write = write;
    if before.counter != after.counter {
        write = write.set(&at("counter"), number(after.counter));
    }
    if before.backed_up != after.backed_up {
        write = write.set(&at("backedUp"), AttributeValue::Bool(after.backed_up));
    }
    if before.name != after.name {
        let name = AttributeValue::S(after.name.as_str().to_owned());
        write = write.set(&at("name"), name);
    }
    if before.last_used_at != after.last_used_at
        && let Some(used) = after.last_used_at
    {
        write = write.set(&at("lastUsedAt"), number(used.millis()));
    }
    write
}
