//! An account as it is answered.

use serde::Serialize;
use shared::Reply;
use shared::model::{
    Account, AccountId, AccountName, AccountStatus, Country, DecidedBy, Description, EmailAddress,
    Timestamp, UserId,
};
use shared::store::ListedAccount;

/// The fields of an account that lists show; what has no value is `null`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountReply<'a> {
    id: AccountId,
    name: &'a AccountName,
    description: Option<&'a Description>,
    primary_contact: Option<&'a EmailAddress>,
    status: AccountStatus,
    owner_id: UserId,
    country: Option<&'a Country>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl<'a> From<&'a ListedAccount> for AccountReply<'a> {
    fn from(account: &'a ListedAccount) -> Self {
        Self {
            id: account.id,
            name: &account.name,
            description: account.description.as_ref(),
            primary_contact: account.primary_contact.as_ref(),
            status: account.status,
            owner_id: account.owner,
            country: account.country.as_ref(),
            created_at: account.created_at,
            updated_at: account.updated_at,
        }
    }
}

/// An account as its own routes answer it: also what the index of accounts does not hold.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountDetails<'a> {
    #[serde(flatten)]
    listed: AccountReply<'a>,
    /// To whom the ownership is offered.
    pending_owner_id: Option<UserId>,
    suspended_by: Option<DecidedBy>,
    require_second_factor: bool,
}

impl<'a> AccountDetails<'a> {
    fn new(account: &Account, listed: &'a ListedAccount, now: Timestamp) -> Self {
        Self {
            listed: listed.into(),
            pending_owner_id: account.open_offer(now).map(|offer| offer.user),
            suspended_by: account.suspended_by,
            require_second_factor: account.require_second_factor,
        }
    }
}

/// 200 with `account` as it is at `now`.
pub(crate) fn reply(account: &Account, now: Timestamp) -> Reply {
    let listed = ListedAccount::from(account.clone());
    Reply::ok(&AccountDetails::new(account, &listed, now)).etag(account.version)
}

/// 201 with the new `account` at `location`.
pub(crate) fn created(account: &Account, location: String) -> Reply {
    let listed = ListedAccount::from(account.clone());
    let details = AccountDetails::new(account, &listed, account.created_at);
    Reply::created(location, &details).etag(account.version)
}
