//! What the platform does to an account, by the hand of an operator: the rules and the writes of the API.

use model::{
    Account, AccountId, AccountName, AccountPatch, AccountStatus, ChangeKind, Conflict, DecidedBy,
    Error, Missing,
};
use store::{AccountUpdate, Deletion, Handover, ReadSet, Restoration};

use super::show::AccountShown;
use super::{Which, account};
use crate::commands::done;
use crate::commands::users::{Who, person};
use crate::{Connection, Failure, Output};

/// `accounts suspend`
pub(super) async fn suspend(
    which: &Which,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    set_status(which, AccountStatus::Suspended, connection, output).await
}

/// `accounts activate`
pub(super) async fn activate(
    which: &Which,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    set_status(which, AccountStatus::Active, connection, output).await
}

async fn set_status(
    which: &Which,
    status: AccountStatus,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    let account = account(which, connection).await?;
    let patch = AccountPatch {
        status: Some(status),
        ..AccountPatch::default()
    };
    let audit = connection.audit();
    let id = account.id;
    let decide = |account: &Account| {
        let next = account.patched(&patch, DecidedBy::Platform, audit.at());
        Ok(next.map(|account| AccountUpdate {
            account,
            change: audit.on_account(ChangeKind::AccountChanged, id),
        }))
    };
    let account = connection.store.update_account(account, decide).await?;
    answer(&account, status.as_str(), output)
}

/// `accounts delete`
pub(super) async fn delete(
    which: &Which,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    let account = account(which, connection).await?;
    let id = account.id;
    output.confirm(&format!(
        "This deletes the account {} ({id}) for everybody in it",
        account.name
    ))?;
    let audit = connection.audit();
    let decide = |_: &Account| {
        Ok(Deletion {
            by: DecidedBy::Platform,
            change: audit.on_account(ChangeKind::AccountDeleted, id),
        })
    };
    connection.store.delete_account(account, decide).await?;
    done(output, "account", id.get(), "deleted")
}

/// `accounts restore`
pub(super) async fn restore(
    id: AccountId,
    name: Option<&AccountName>,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    let (store, audit) = (&connection.store, connection.audit());
    let read = store.read(ReadSet::default().account(id)).await?;
    let Some(deleted) = read.deleted_account(id)? else {
        let live = read.account(id)?.ok_or(Error::from(Missing::Account))?;
        return answer(&live, "live already", output);
    };
    let window = connection.config.purging.restore_window;
    let may =
        |deleted: &model::DeletedAccount| match deleted.platform_may_restore(window, audit.at()) {
            Err(Error::Unauthorized) => Err(Failure::Refused(
                "its owner has deleted it: only they restore it".into(),
            )),
            other => Ok(other?),
        };
    may(&deleted)?;
    let owner = ReadSet::default().member(id, deleted.account.owner);
    let owner = store.read(owner).await?.member(id, deleted.account.owner)?;
    let limit = connection.config.limits.accounts_per_owner;
    let restored = store.restore_account(deleted, owner, limit, |deleted, owner| {
        deleted.platform_may_restore(window, audit.at())?;
        let (account, owner) = deleted.restored(owner, name, audit.at())?;
        Ok(Restoration {
            account,
            owner,
            change: audit.on_account(ChangeKind::AccountRestored, id),
        })
    });
    answer(&Box::pin(restored).await?, "restored", output)
}

/// `accounts transfer`
pub(super) async fn transfer(
    which: &Which,
    to: &Who,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    let account = account(which, connection).await?;
    let id = account.id;
    let user = person(to, connection).await?;
    if user.id == account.owner {
        return answer(&account, "theirs already", output);
    }
    let read = connection
        .store
        .read(ReadSet::default().member(id, user.id));
    let heir = read.await?.member(id, user.id)?;
    let heir = heir.filter(|member| member.status().is_some());
    let heir = heir
        .ok_or_else(|| Failure::NotFound(format!("{} is no member of the account", user.email)))?;
    heir.may_own().map_err(Error::from)?;
    if !user.verified {
        return Err(Error::from(Conflict::MemberNotActive).into());
    }
    output.confirm(&format!(
        "This hands the account {} ({id}) over to {}",
        account.name, user.email
    ))?;
    let audit = connection.audit();
    let limit = connection.config.limits.accounts_per_owner;
    let handover = Handover { account, heir };
    let handed = connection.store.hand_over(handover, limit, |handover| {
        handover.heir.may_own()?;
        Ok(audit.on_account(ChangeKind::OwnershipTransferred, handover.account.id))
    });
    answer(&Box::pin(handed).await?, "handed over", output)
}

fn answer(account: &Account, what: &str, output: &mut Output) -> Result<(), Failure> {
    output.answer(&AccountShown::live(account), || {
        format!("{} ({}) is {what}", account.name, account.id)
    })
}
