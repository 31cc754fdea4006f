//! Holds rows against those that they have to agree with.

mod accounts;
mod members;
mod people;

use std::collections::HashMap;

use model::{Account, AccountId, UserId};
use store::{RowKey, ScannedRow, Store, StoredPerson, StoredRow};

pub(super) use people::owned_accounts;

use super::expect::expected;
use super::{Finding, Kind};
use crate::Failure;

/// The rows around those that are examined.
pub(super) struct Around {
    rows: HashMap<RowKey, ScannedRow>,
}

/// What is wrong with `rows`; with `derived`, also with what follows from them.
pub(super) async fn examine(
    store: &Store,
    rows: Vec<ScannedRow>,
    derived: bool,
) -> Result<Vec<Finding>, Failure> {
    let mut wanted = Vec::new();
    for scanned in &rows {
        if let Ok(row) = &scanned.row {
            wanted.extend(expected(row));
        }
    }
    let around = Around {
        rows: Box::pin(store.rows(&wanted)).await?,
    };
    let mut findings = Vec::new();
    for ScannedRow { key, row } in &rows {
        match row {
            Err(reason) => findings.push(Finding::new(Kind::UnreadableRow, key, reason.clone())),
            Ok(row) => {
                around.compare(key, row, &mut findings);
                if let StoredRow::User(person) = row
                    && person.owned > 0
                {
                    people::owned(store, key, person, &mut findings).await?;
                }
                if let StoredRow::Account(listed) = row
                    && derived
                {
                    accounts::member_counts(store, key, listed.row.id, &mut findings).await?;
                }
            }
        }
    }
    findings.retain(|finding| derived || !finding.kind.is_behind());
    Ok(findings)
}

impl Around {
    fn compare(&self, key: &RowKey, row: &StoredRow, findings: &mut Vec<Finding>) {
        match row {
            StoredRow::User(person) => self.person(key, person, findings),
            StoredRow::Address(credential) => self.address(key, credential, findings),
            StoredRow::Passkey(user) => self.passkey(key, *user, findings),
            StoredRow::Activity(user, _) => self.activity(key, *user, findings),
            StoredRow::Account(listed) => self.account(key, listed, findings),
            StoredRow::DeletedAccount(listed) => {
                self.listed(key, listed.row.account.id, listed, findings);
            }
            StoredRow::Name(normal, account) => self.name(key, normal, *account, findings),
            StoredRow::Member(listed) => self.member(key, listed, findings),
            StoredRow::Event(event) => self.of_account(key, event.account, findings),
            StoredRow::MemberCount(account, _) | StoredRow::OfAccount(account) => {
                self.of_account(key, *account, findings);
            }
            StoredRow::FormerAddress(_) | StoredRow::AccountCount(_) | StoredRow::Other => {}
        }
    }

    fn row(&self, key: &RowKey) -> Option<&StoredRow> {
        self.rows.get(key)?.row.as_ref().ok()
    }

    /// Whether there is a row, readable or not.
    fn has(&self, key: &RowKey) -> bool {
        self.rows.contains_key(key)
    }

    fn user(&self, id: UserId) -> Option<&StoredPerson> {
        match self.row(&RowKey::user(id))? {
            StoredRow::User(person) => Some(person),
            _ => None,
        }
    }

    fn live_account(&self, id: AccountId) -> Option<&Account> {
        match self.row(&RowKey::account(id))? {
            StoredRow::Account(listed) => Some(&listed.row),
            _ => None,
        }
    }

    /// Every row in the partition of an account has one, live or deleted.
    fn of_account(&self, key: &RowKey, account: AccountId, findings: &mut Vec<Finding>) {
        if !self.has(&RowKey::account(account)) {
            let detail = format!("there is no account {account}");
            findings.push(Finding::new(Kind::RowWithoutAccount, key, detail));
        }
    }
}
