//! `accounts show`

use model::{
    Account, AccountId, AccountName, AccountStatus, Country, DecidedBy, Description, EmailAddress,
    Error, Missing, Timestamp, UserId,
};
use serde::Serialize;
use store::ReadSet;

use super::{Which, id};
use crate::text::{optional, sheet, yes};
use crate::{Connection, Failure, Output};

/// An account as the operator sees it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountShown {
    id: AccountId,
    name: AccountName,
    description: Option<Description>,
    primary_contact: Option<EmailAddress>,
    country: Option<Country>,
    status: AccountStatus,
    suspended_by: Option<DecidedBy>,
    require_second_factor: bool,
    owner_id: UserId,
    pending_owner_id: Option<UserId>,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: u64,
    deleted_at: Option<Timestamp>,
    deleted_by: Option<DecidedBy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<Counters>,
}

/// The members of an account, as they are counted.
#[derive(Serialize)]
struct Counters {
    active: i64,
    invited: i64,
    suspended: i64,
}

/// Shows the account.
pub(super) async fn show(
    which: &Which,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    let id = id(which, connection).await?;
    let reads = ReadSet::default().account(id).member_counts(id);
    let read = connection.store.read(reads).await?;
    let mut shown = match (read.account(id)?, read.deleted_account(id)?) {
        (Some(account), _) => AccountShown::live(&account),
        (None, Some(deleted)) => AccountShown {
            deleted_at: Some(deleted.deleted_at),
            deleted_by: Some(deleted.deleted_by),
            ..AccountShown::live(&deleted.account)
        },
        (None, None) => return Err(Error::from(Missing::Account).into()),
    };
    let counts = read.member_counts(id);
    shown.members = Some(Counters {
        active: counts.active,
        invited: counts.invited,
        suspended: counts.suspended,
    });
    output.answer(&shown, || shown.text())
}

impl AccountShown {
    /// A live account, without its counters.
    pub(super) fn live(account: &Account) -> Self {
        let account = account.clone();
        Self {
            id: account.id,
            name: account.name,
            description: account.description,
            primary_contact: account.primary_contact,
            country: account.country,
            status: account.status,
            suspended_by: account.suspended_by,
            require_second_factor: account.require_second_factor,
            owner_id: account.owner,
            pending_owner_id: account.pending_owner.map(|offer| offer.user),
            created_at: account.created_at,
            updated_at: account.updated_at,
            version: account.version,
            deleted_at: None,
            deleted_by: None,
            members: None,
        }
    }

    fn text(&self) -> String {
        let by = |who: DecidedBy| match who {
            DecidedBy::Account => "the account",
            DecidedBy::Platform => "the platform",
        };
        let suspended = self.suspended_by.map(by);
        let deleted = self.deleted_by.map(by);
        let mut pairs = vec![
            ("id", self.id.to_string()),
            ("name", self.name.to_string()),
            ("description", optional(self.description.as_ref())),
            ("contact", optional(self.primary_contact.as_ref())),
            ("country", optional(self.country.as_ref())),
            ("status", self.status.as_str().to_owned()),
            ("suspended by", optional(suspended.as_ref())),
            ("second factor required", yes(self.require_second_factor)),
            ("owner", self.owner_id.to_string()),
            ("offered to", optional(self.pending_owner_id.as_ref())),
            ("created", self.created_at.to_string()),
            ("changed", self.updated_at.to_string()),
        ];
        if let Some(members) = &self.members {
            let Counters {
                active,
                invited,
                suspended,
            } = members;
            let text = format!("{active} active, {invited} invited, {suspended} suspended");
            pairs.push(("members", text));
        }
        if let Some(at) = self.deleted_at {
            pairs.push(("deleted", format!("{at} by {}", optional(deleted.as_ref()))));
        }
        sheet(&pairs)
    }
}
