//! Accounts and their names.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use model::{
    Account, AccountId, AccountName, Change, Conflict, DecidedBy, DeletedAccount, Error, Member,
    Missing,
};

use super::Store;
use super::backoff::Backoff;
use super::idempotency::Saved;
use super::keys::{self, Item};
use super::owned::{Loss, owner_gains, refused_gain};
use super::rows::{self, ACCOUNT_OPTIONAL, AccountRow, MemberRow, NameRow};
use super::table_error::TableError;
use super::write::{Outcome, Write, number};
use crate::{Committed, Saving};

/// How a change of a row ended.
#[derive(Debug)]
pub enum Written<T> {
    /// It took place.
    Done,
    /// A concurrent writer was faster. The current row, or `None`.
    Outdated(Option<T>),
}

/// What a new account consists of.
#[derive(Debug)]
pub struct NewAccountRows {
    /// The account.
    pub account: Account,
    /// Its owner's membership.
    pub owner: Member,
    /// The record of its creation.
    pub change: Change,
    /// The answer, to be saved for a repeated request.
    pub answer: Vec<u8>,
}

/// A changed account and the record of the change.
#[derive(Debug)]
pub struct AccountUpdate {
    /// The account after the change.
    pub account: Account,
    /// The record.
    pub change: Change,
}

/// A decision to delete an account.
#[derive(Debug)]
pub struct Deletion {
    /// Who decides.
    pub by: DecidedBy,
    /// The record.
    pub change: Change,
}

/// A restored account.
#[derive(Debug)]
pub struct Restoration {
    /// The account after its restoration.
    pub account: Account,
    /// Its owner's membership after it.
    pub owner: Member,
    /// The record.
    pub change: Change,
}

impl Store {
    /// Creates the account that `draw` draws, with its owner, who owns at most `limit` accounts. Draws again if a random id is
    /// taken.
    ///
    /// # Errors
    ///
    /// [`Conflict::AccountNameTaken`]; [`Conflict::AccountLimit`]; [`Error::Unauthenticated`] if the owner is erased;
    /// [`Conflict::Contended`].
    pub async fn create_account(
        &self,
        saving: Option<&Saving>,
        limit: u32,
        draw: impl Fn() -> NewAccountRows,
    ) -> Result<Committed<Account>, Error> {
        let mut backoff = Backoff::new();
        loop {
            let new = draw();
            let mut writes = new_account(&new.account, &new.owner, &new.change)?;
            let gain = writes.len();
            writes.push(owner_gains(new.account.owner, limit));
            let saved = self.commit_saving(writes, saving, &new.answer, new.change.at());
            match saved.await? {
                Saved::Done => return Ok(Committed::Done(new.account)),
                Saved::Replay(answer) => return Ok(Committed::Replayed(answer)),
                Saved::Lost(lost) => {
                    if let Some(refused) = refused_gain(&lost, gain, Error::Unauthenticated) {
                        return Err(refused);
                    }
                    if lost.at(NAME) {
                        return Err(Conflict::AccountNameTaken.into());
                    }
                }
            }
            backoff.wait().await?;
        }
    }

    /// Changes `account` as `decide` says, and decides again after losing to a concurrent writer. `decide` answers `None` if
    /// nothing changes. Answers the account after the change.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; [`Missing::Account`] once it is deleted; [`Conflict::AccountNameTaken`];
    /// [`Conflict::Contended`].
    pub async fn update_account(
        &self,
        account: Account,
        mut decide: impl FnMut(&Account) -> Result<Option<AccountUpdate>, Error>,
    ) -> Result<Account, Error> {
        let mut current = account;
        let mut backoff = Backoff::new();
        loop {
            let Some(update) = decide(&current)? else {
                return Ok(current);
            };
            match self.change_account(&current, &update).await? {
                Written::Done => return Ok(update.account),
                Written::Outdated(existing) => current = existing.ok_or(Missing::Account)?,
            }
            backoff.wait().await?;
        }
    }

    /// Replaces `current` by the updated account, and moves the name if its normal form changes.
    pub(super) async fn change_account(
        &self,
        current: &Account,
        update: &AccountUpdate,
    ) -> Result<Written<Account>, Error> {
        let next = &update.account;
        let change = with_diff(Some(current), Some(next), &update.change);
        let mut writes = vec![replace_account(current, next, &change)?];
        if current.name.normal_form() != next.name.normal_form() {
            writes.push(new_name(next)?);
            writes.push(free_name(current));
        }
        match self.commit(&writes).await? {
            Outcome::Done => Ok(Written::Done),
            Outcome::Lost(lost) => match lost.item(ACCOUNT) {
                Some(item) => Ok(Written::Outdated(live(item)?)),
                None => Err(Conflict::AccountNameTaken.into()),
            },
        }
    }

    /// Deletes `account` for every reader and frees its name; its members are cleared later. `decide` decides, again after losing
    /// to a concurrent writer.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; [`Missing::Account`] once it is deleted; [`Conflict::Contended`].
    pub async fn delete_account(
        &self,
        account: Account,
        mut decide: impl FnMut(&Account) -> Result<Deletion, Error>,
    ) -> Result<(), Error> {
        let mut current = account;
        let mut count = Loss::new(current.owner);
        let mut backoff = Backoff::new();
        loop {
            let deletion = decide(&current)?;
            let change = with_diff(Some(&current), None, &deletion.change);
            let row = AccountRow::deleted(&current, deletion.by, change.at());
            let mut writes = vec![amended(&current, &row, &change)?, free_name(&current)];
            let place = writes.len();
            writes.extend(count.write());
            let Outcome::Lost(lost) = self.commit(&writes).await? else {
                return Ok(());
            };
            let uncounted = count.note(&lost, place);
            if let Some(item) = lost.item(ACCOUNT) {
                current = live(item)?.ok_or(Missing::Account)?;
                count = Loss::new(current.owner);
            } else if !uncounted {
                return Err(TableError::Damaged("owner of a name").into());
            }
            backoff.wait().await?;
        }
    }

    /// Restores `deleted` as `decide` says, together with `owner`, its owner's membership, and decides again after losing to a
    /// concurrent writer. The owner owns at most `limit` accounts. Answers the account after the restoration: that of a
    /// concurrent restoration, if it was first.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; [`Missing::Account`] once it is cleared; [`Conflict::AccountNameTaken`];
    /// [`Conflict::AccountLimit`]; [`Conflict::Contended`].
    pub async fn restore_account(
        &self,
        deleted: DeletedAccount,
        owner: Option<Member>,
        limit: u32,
        mut decide: impl FnMut(&DeletedAccount, Option<&Member>) -> Result<Restoration, Error>,
    ) -> Result<Account, Error> {
        let (mut deleted, mut owner) = (deleted, owner);
        let mut backoff = Backoff::new();
        loop {
            let next = decide(&deleted, owner.as_ref())?;
            let current = owner.as_ref().ok_or(Missing::Account)?;
            // Audited as a creation; timestamped after the deletion.
            let change = with_diff(Some(&deleted.account), Some(&next.account), &next.change)
                .with(Account::differences(None, Some(&next.account)));
            let writes = [
                replace_account(&deleted.account, &next.account, &change)?,
                new_name(&next.account)?,
                replace_membership(current, &next.owner)?,
                owner_gains(next.account.owner, limit),
            ];
            let Outcome::Lost(lost) = self.commit(&writes).await? else {
                return Ok(next.account);
            };
            if let Some(item) = lost.item(ACCOUNT) {
                // The account itself may hold the name already: a concurrent request has restored it.
                if let Some(account) = live(item)? {
                    let same = account.owner == deleted.account.owner;
                    return if same {
                        Ok(account)
                    } else {
                        Err(Missing::Account.into())
                    };
                }
                deleted = rows::deleted_account(item)?.ok_or(Missing::Account)?;
            } else if lost.at(NAME) {
                return Err(Conflict::AccountNameTaken.into());
            }
            if let Some(item) = lost.item(OWNER) {
                owner = Some(item)
                    .filter(|item| !item.is_empty())
                    .map(rows::member)
                    .transpose()?;
            } else if let Some(refused) = refused_gain(&lost, GAIN, Missing::Account.into()) {
                return Err(refused);
            }
            backoff.wait().await?;
        }
    }

    /// The account that currently has the name `name`.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn account_named(&self, name: &AccountName) -> Result<Option<AccountId>, Error> {
        let answer = self
            .client
            .get_item()
            .table_name(self.table())
            .set_key(Some(keys::name(name).item()))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(TableError::from)?;
        let row = answer.item.as_ref().map(rows::row::<NameRow>).transpose()?;
        Ok(row.map(|row| row.account_id))
    }
}

/// The account that `item` holds; none if it is deleted, or cleared already.
pub(super) fn live(item: &Item) -> Result<Option<Account>, TableError> {
    if item.is_empty() {
        return Ok(None);
    }
    rows::live_account(item)
}

/// `change` with the account's differences, timestamped not before the account's last change.
pub(super) fn with_diff(
    before: Option<&Account>,
    after: Option<&Account>,
    change: &Change,
) -> Change {
    let change = change.clone().with(Account::differences(before, after));
    match before {
        Some(before) => change
            .to_version(before.version + 1)
            .not_before(before.updated_at),
        None => change.to_version(1),
    }
}

/// The place of the account among the writes of an operation.
pub(super) const ACCOUNT: usize = 0;
/// The place of a new name.
pub(super) const NAME: usize = 1;
/// The place of the owner's membership.
const OWNER: usize = 2;
/// The place of the owner's count in a restoration.
const GAIN: usize = 3;

/// An account, its name and its owner's membership.
pub(super) fn new_account(
    account: &Account,
    owner: &Member,
    change: &Change,
) -> Result<Vec<Write>, TableError> {
    let change = with_diff(None, Some(account), change);
    let item = rows::item(
        &keys::account(account.id),
        &AccountRow::from(account),
        Some(&change),
    )?;
    let member = keys::member(owner.account, owner.user);
    Ok(vec![
        Write::create(item),
        new_name(account)?,
        Write::create(rows::item(&member, &MemberRow::from(owner), None)?),
    ])
}

fn new_name(account: &Account) -> Result<Write, TableError> {
    let row = NameRow {
        entity: "name".into(),
        account_id: account.id,
    };
    Ok(Write::create(rows::item(
        &keys::name(&account.name),
        &row,
        None,
    )?))
}

fn free_name(account: &Account) -> Write {
    Write::delete(keys::name(&account.name)).equals("accountId", number(account.id))
}

/// `next` in the place of `current`.
pub(super) fn replace_account(
    current: &Account,
    next: &Account,
    change: &Change,
) -> Result<Write, TableError> {
    amended(current, &AccountRow::from(next), change)
}

/// `row` in the place of `current`. Attributes that this release does not know stay.
fn amended(current: &Account, row: &AccountRow, change: &Change) -> Result<Write, TableError> {
    let key = keys::account(current.id);
    let item = rows::item(&key, row, Some(change))?;
    Ok(Write::amend(key, item, &ACCOUNT_OPTIONAL, current.version))
}

/// Replaces `current` by `next`, without a change record: the account's record says what changes.
pub(super) fn replace_membership(current: &Member, next: &Member) -> Result<Write, TableError> {
    let key = keys::member(next.account, next.user);
    let item = rows::item(&key, &MemberRow::from(next), None)?;
    let optional = [&rows::OPTIONAL[..], &[rows::DELIVERY]].concat();
    Ok(Write::amend(key, item, &optional, current.version))
}
