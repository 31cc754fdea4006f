//! Mends what is derived, through the writes that keep it right otherwise.

use store::{Counted, ReadSet, RowKey, StoredRow};

use super::examine::owned_accounts;
use super::{Finding, Kind};
use crate::{Connection, Failure};

/// Mends `finding`, if it can be, and notes whether it did.
pub(super) async fn repair(connection: &Connection, finding: &mut Finding) -> Result<(), Failure> {
    if finding.repairable {
        finding.repaired = Box::pin(mended(connection, finding)).await?;
    }
    Ok(())
}

async fn mended(connection: &Connection, finding: &Finding) -> Result<bool, Failure> {
    let store = &connection.store;
    let key = &finding.row;
    let row = store.rows([key]).await?.remove(key);
    let row = row.and_then(|scanned| scanned.row.ok());
    match (finding.kind, row) {
        (Kind::AccountCountWrong, _) => {
            let snapshot = store.count(Counted::Accounts).await?;
            let live = store.live_accounts().await?;
            Ok(store.set_count(Counted::Accounts, snapshot, live).await?)
        }
        (
            Kind::RowWithoutAccount | Kind::NameWithoutAccount | Kind::PasskeyWithoutPerson,
            Some(row),
        ) => delete(connection, key, &row).await,
        (Kind::ActivityWithoutPerson, Some(StoredRow::Activity(user, account))) => {
            store.forget_traces(user, account).await?;
            Ok(true)
        }
        (Kind::Mislisted, Some(row)) => {
            let (version, lists) = match row {
                StoredRow::Account(listed) => (listed.row.version, listed.mislisted),
                StoredRow::DeletedAccount(listed) => (listed.row.account.version, listed.mislisted),
                StoredRow::Member(listed) => (listed.row.version, listed.mislisted),
                _ => return Ok(false),
            };
            Ok(store.list_row(key, version, &lists).await?)
        }
        (Kind::OwnedCountHigh, Some(StoredRow::User(person))) => {
            let owned = owned_accounts(store, person.user.id).await?;
            Ok(store.set_owned(person.user.id, person.owned, owned).await?)
        }
        (Kind::AddressNamesOutdated, Some(StoredRow::Address(credential))) => {
            let read = store.read(ReadSet::default().user(credential.user)).await?;
            match read.user(credential.user)? {
                Some(user) => Ok(store.copy_names_to_address(&user).await?),
                None => Ok(false),
            }
        }
        (Kind::CopyOutdated, Some(StoredRow::Member(listed))) => {
            let member = &listed.row;
            store.copy_names_in(member.account, member.user).await?;
            Ok(true)
        }
        (Kind::EventMissing | Kind::MemberCountWrong, Some(row)) => {
            let account = match row {
                StoredRow::Account(listed) => listed.row.id,
                StoredRow::DeletedAccount(listed) => listed.row.account.id,
                StoredRow::Member(listed) => listed.row.account,
                _ => return Ok(false),
            };
            Ok(store.rebuild(account, connection.clock.now()).await?)
        }
        _ => Ok(false),
    }
}

/// Deletes what depends on something that is gone, unless that has come since.
async fn delete(connection: &Connection, key: &RowKey, row: &StoredRow) -> Result<bool, Failure> {
    let rows = vec![store::ScannedRow {
        key: key.clone(),
        row: Ok(row.clone()),
    }];
    let still = super::examine(&connection.store, rows, true).await?;
    if still.is_empty() {
        return Ok(false);
    }
    connection.store.delete_row(key).await?;
    Ok(true)
}
