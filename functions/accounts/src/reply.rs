//! An account as it is answered.

use serde::Serialize;
use shared::model::{
    Account, AccountId, AccountName, AccountStatus, Country, Description, EmailAddress, Timestamp,
    UserId,
};
use shared::store::ListedAccount;

/// Every field of an account; what has no value is `null`.
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

impl From<&Account> for AccountReply {
    fn from(account: &Account) -> Self {
        Self::from(&ListedAccount::from(account.clone()))
    }
}
