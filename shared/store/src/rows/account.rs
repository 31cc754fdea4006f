//! An account, its name, and what the index of accounts shows of it.

use model::{
    Account, AccountId, AccountName, AccountStatus, Country, DecidedBy, DeletedAccount,
    Description, EmailAddress, OwnershipOffer, Stored as _, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};

use crate::keys;
use crate::listed::ListedAccount;
use crate::table_error::TableError;
use crate::wire::Source;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountRow {
    /// Is read here, and written with the rest of the key.
    #[serde(skip_serializing)]
    pk: String,
    entity: String,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    primary_contact: Option<String>,
    pub status: AccountStatus,
    /// Absent in rows of before, which their own managers suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    suspended_by: Option<DecidedBy>,
    owner_id: UserId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    creator_id: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pending_owner: Option<OfferRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    updated_at: i64,
    version: u64,
    gsi2pk: String,
    gsi2sk: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<i64>,
    /// Absent in rows of before, and of accounts that their owners deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deleted_by: Option<DecidedBy>,
    /// While it is deleted: the index is in the order of deletion then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purging: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    require_second_factor: Option<bool>,
}

/// The attributes that an [`AccountRow`] is read from. The change record is half of an item and is not among them.
pub(crate) const ACCOUNT: [&str; 20] = [
    "pk",
    "entity",
    "name",
    "description",
    "primaryContact",
    "status",
    "suspendedBy",
    "ownerId",
    "creatorId",
    "pendingOwner",
    "country",
    "updatedAt",
    "version",
    "gsi2pk",
    "gsi2sk",
    "deletedAt",
    "deletedBy",
    "createdAt",
    "purging",
    "requireSecondFactor",
];

/// What a row leaves out if the account does not have it.
pub(crate) const ACCOUNT_OPTIONAL: [&str; 11] = [
    "description",
    "primaryContact",
    "suspendedBy",
    "creatorId",
    "pendingOwner",
    "country",
    "deletedAt",
    "deletedBy",
    "createdAt",
    "purging",
    "requireSecondFactor",
];

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfferRow {
    user_id: UserId,
    offered_at: i64,
    expires_at: i64,
}

/// An account as `gsi2` projects it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedAccountRow {
    pk: String,
    name: String,
    description: Option<String>,
    primary_contact: Option<String>,
    status: AccountStatus,
    owner_id: UserId,
    country: Option<String>,
    updated_at: i64,
    gsi2sk: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NameRow {
    pub entity: String,
    pub account_id: AccountId,
}

impl From<&Account> for AccountRow {
    fn from(account: &Account) -> Self {
        let contact = account.primary_contact.as_ref();
        Self {
            pk: keys::account(account.id).pk,
            entity: "account".into(),
            name: account.name.as_str().into(),
            description: account
                .description
                .as_ref()
                .map(|text| text.as_str().into()),
            primary_contact: contact.map(|address| address.as_str().into()),
            status: account.status,
            suspended_by: account.suspended_by,
            owner_id: account.owner,
            creator_id: account.creator,
            pending_owner: account.pending_owner.as_ref().map(OfferRow::from),
            country: account
                .country
                .as_ref()
                .map(|country| country.as_str().into()),
            updated_at: account.updated_at.millis(),
            version: account.version,
            gsi2pk: keys::LIVE_ACCOUNTS.into(),
            gsi2sk: keys::gsi2_sort(account.id, account.created_at),
            deleted_at: None,
            deleted_by: None,
            created_at: None,
            purging: None,
            require_second_factor: account.require_second_factor.then_some(true),
        }
    }
}

impl AccountRow {
    /// The row of a deleted account, which waits in the index to be cleared, in the order of deletion.
    pub(crate) fn deleted(account: &Account, by: DecidedBy, now: Timestamp) -> Self {
        Self {
            gsi2pk: keys::DELETED_ACCOUNTS.into(),
            gsi2sk: keys::gsi2_sort(account.id, now),
            created_at: Some(account.created_at.millis()),
            deleted_at: Some(now.millis()),
            deleted_by: (by == DecidedBy::Platform).then_some(by),
            version: account.version + 1,
            ..account.into()
        }
    }

    /// The account, unless it is deleted.
    pub(crate) fn live(self) -> Result<Option<Account>, TableError> {
        if self.deleted_at.is_some() {
            return Ok(None);
        }
        self.account().map(Some)
    }

    fn account(self) -> Result<Account, TableError> {
        let (version, creator) = (self.version, self.creator_id);
        let suspended_by = self.suspended_by.unwrap_or(DecidedBy::Account);
        let pending_owner = self.pending_owner.map(OwnershipOffer::from);
        let require_second_factor = self.require_second_factor.unwrap_or_default();
        let listed = ListedAccountRow {
            pk: self.pk,
            name: self.name,
            description: self.description,
            primary_contact: self.primary_contact,
            status: self.status,
            owner_id: self.owner_id,
            country: self.country,
            updated_at: self.updated_at,
            gsi2sk: self.gsi2sk,
        };
        let listed = listed.account()?;
        Ok(Account {
            id: listed.id,
            name: listed.name,
            description: listed.description,
            primary_contact: listed.primary_contact,
            status: listed.status,
            suspended_by: (listed.status == AccountStatus::Suspended).then_some(suspended_by),
            owner: listed.owner,
            creator,
            pending_owner,
            require_second_factor,
            country: listed.country,
            created_at: listed.created_at,
            updated_at: listed.updated_at,
            version,
        })
    }
}

impl From<&OwnershipOffer> for OfferRow {
    fn from(offer: &OwnershipOffer) -> Self {
        Self {
            user_id: offer.user,
            offered_at: offer.offered_at.millis(),
            expires_at: offer.expires_at.millis(),
        }
    }
}

impl From<OfferRow> for OwnershipOffer {
    fn from(row: OfferRow) -> Self {
        Self {
            user: row.user_id,
            offered_at: Timestamp::from_millis(row.offered_at),
            expires_at: Timestamp::from_millis(row.expires_at),
        }
    }
}

/// The account that `item` holds, unless it is deleted or there is no item at all: what stood where a condition did not
/// hold may be nothing.
pub(crate) fn live_account(item: &impl Source) -> Result<Option<Account>, TableError> {
    if item.is_nothing() {
        return Ok(None);
    }
    item.row::<AccountRow>()?.live()
}

/// The deleted account that `item` holds; none if it lives, or there is no item at all.
pub(crate) fn deleted_account(item: &impl Source) -> Result<Option<DeletedAccount>, TableError> {
    if item.is_nothing() {
        return Ok(None);
    }
    let row: AccountRow = item.row()?;
    let Some(deleted_at) = row.deleted_at.map(Timestamp::from_millis) else {
        return Ok(None);
    };
    let purging = row.purging.unwrap_or_default();
    let deleted_by = row.deleted_by.unwrap_or(DecidedBy::Account);
    // Without it, the row was written when deleted accounts were still in the order of creation.
    let created_at = row.created_at.map(Timestamp::from_millis);
    let account = row.account()?;
    Ok(Some(DeletedAccount {
        account: Account {
            created_at: created_at.unwrap_or(account.created_at),
            ..account
        },
        deleted_at,
        deleted_by,
        purging,
    }))
}

impl ListedAccountRow {
    /// The account that `gsi2` shows.
    pub(crate) fn account(self) -> Result<ListedAccount, TableError> {
        let id = keys::account_id(&self.pk);
        let created_at = keys::created_at(&self.gsi2sk);
        Ok(ListedAccount {
            id: id.ok_or(TableError::Damaged("account key"))?,
            name: AccountName::from_stored(self.name),
            description: self.description.map(Description::from_stored),
            primary_contact: self.primary_contact.map(EmailAddress::from_stored),
            status: self.status,
            owner: self.owner_id,
            creator: None,
            country: self.country.map(Country::from_stored),
            created_at: created_at.ok_or(TableError::Damaged("creation order"))?,
            updated_at: Timestamp::from_millis(self.updated_at),
        })
    }
}
