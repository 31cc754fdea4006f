//! The changes of a user's address, as one attribute of the user's item.

use model::{
    AddressChanges, EmailAddress, FormerAddress, PendingLink, RequestedAddress, Stored as _,
    Timestamp, UndoneChange, UserId,
};
use serde::{Deserialize, Serialize};

use super::{LinkRow, exactly};
use crate::table_error::TableError;

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AddressChangesRow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    requested: Option<RequestedRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmed: Option<LinkRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    former: Vec<FormerRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    undone: Option<UndoneRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    before: Vec<UserId>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestedRow {
    email: String,
    link: LinkRow,
    undo: LinkRow,
    taken: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FormerRow {
    email: String,
    held_until: i64,
    proven: bool,
    #[serde(default, with = "serde_bytes", skip_serializing_if = "Option::is_none")]
    undo: Option<Vec<u8>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UndoneRow {
    #[serde(with = "serde_bytes")]
    nonce: Vec<u8>,
    credential: u64,
    reset: LinkRow,
}

impl AddressChangesRow {
    /// The row, unless there is nothing to keep.
    pub(crate) fn of(changes: &AddressChanges) -> Option<Self> {
        (!changes.is_empty()).then(|| Self {
            requested: changes.requested.as_ref().map(|requested| RequestedRow {
                email: requested.email.as_str().into(),
                link: (&requested.link).into(),
                undo: (&requested.undo).into(),
                taken: requested.taken,
            }),
            confirmed: changes.confirmed.as_ref().map(LinkRow::from),
            former: changes.former.iter().map(FormerRow::from).collect(),
            undone: changes.undone.as_ref().map(|undone| UndoneRow {
                nonce: undone.nonce.to_vec(),
                credential: undone.credential,
                reset: (&undone.reset).into(),
            }),
            before: changes.before.clone(),
        })
    }
}

impl From<&FormerAddress> for FormerRow {
    fn from(former: &FormerAddress) -> Self {
        Self {
            email: former.email.as_str().into(),
            held_until: former.held_until.millis(),
            proven: former.proven,
            undo: former.undo.map(|nonce| nonce.to_vec()),
        }
    }
}

impl TryFrom<AddressChangesRow> for AddressChanges {
    type Error = TableError;

    fn try_from(row: AddressChangesRow) -> Result<Self, TableError> {
        let requested = |row: RequestedRow| {
            Ok::<_, TableError>(RequestedAddress {
                email: EmailAddress::from_stored(row.email),
                link: row.link.try_into()?,
                undo: row.undo.try_into()?,
                taken: row.taken,
            })
        };
        let former = |row: FormerRow| {
            Ok::<_, TableError>(FormerAddress {
                email: EmailAddress::from_stored(row.email),
                held_until: Timestamp::from_millis(row.held_until),
                proven: row.proven,
                undo: row.undo.map(exactly).transpose()?,
            })
        };
        let undone = |row: UndoneRow| {
            Ok::<_, TableError>(UndoneChange {
                nonce: exactly(row.nonce)?,
                credential: row.credential,
                reset: row.reset.try_into()?,
            })
        };
        Ok(Self {
            requested: row.requested.map(requested).transpose()?,
            confirmed: row.confirmed.map(PendingLink::try_from).transpose()?,
            former: row
                .former
                .into_iter()
                .map(former)
                .collect::<Result<_, _>>()?,
            undone: row.undone.map(undone).transpose()?,
            before: row.before,
        })
    }
}
