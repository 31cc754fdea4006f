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
pub(crate) struct AccountReply {
    id: AccountId,
    name: AccountName,
    description: Option<Description>,
    primary_contact: Option<EmailAddress>,
    status: AccountStatus,
    owner_id: UserId,
    country: Option<Country>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<&ListedAccount> for AccountReply {
    fn from(account: &ListedAccount) -> Self {
        Self {
            id: account.id,
            name: account.name.clone(),
            description: account.description.clone(),
            primary_contact: account.primary_contact.clone(),
            status: account.status,
            owner_id: account.owner,
            country: account.country.clone(),
            created_at: account.created_at,
            updated_at: account.updated_at,
        }
    }
}

/// An account as its own routes answer it: also what the index of accounts does not hold.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountDetails {
    #[serde(flatten)]
    listed: AccountReply,
    /// To whom the ownership is offered.
    pending_owner_id: Option<UserId>,
    suspended_by: Option<DecidedBy>,
    require_second_factor: bool,
}

impl AccountDetails {
    fn new(account: &Account, now: Timestamp) -> Self {
        Self {
            listed: AccountReply::from(&ListedAccount::from(account.clone())),
            pending_owner_id: account.open_offer(now).map(|offer| offer.user),
            suspended_by: account.suspended_by,
            require_second_factor: account.require_second_factor,
        }
    }
}

/// 200 with `account` as it is at `now`.
pub(crate) fn reply(account: &Account, now: Timestamp) -> Reply {
    Reply::ok(&AccountDetails::new(account, now)).etag(account.version)
}

/// 201 with the new `account` at `location`.
pub(crate) fn created(account: &Account, location: String) -> Reply {
    let details = AccountDetails::new(account, account.created_at);
    Reply::created(location, &details).etag(account.version)
}
