//! Accounts and their names.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use model::{Account, AccountId, AccountName, Change, Conflict, Error, Member, Missing};

use super::Store;
use super::backoff::Backoff;
use super::fault::Fault;
use super::idempotency::Saved;
use super::keys::{self, Item};
use super::owned::{Loss, owner_gains, refused_gain};
use super::rows::{self, AccountRow, MemberRow, NameRow};
use super::write::{Outcome, Write, number};
use crate::{Committed, Saving};

/// How a change of a row ended.
#[derive(Debug)]
pub enum Written<T> {
    /// It took place.
    Done,
    /// Somebody else was faster: the row as it stands, or none.
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

impl Store {
    /// Creates the account that `draw` draws, with its owner, who owns at most `limit` accounts. Draws again where a random
    /// id is taken.
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

    /// Makes of `account` what `decide` says, and decides again where a concurrent writer was faster. `decide` answers `None`
    /// where nothing changes. Answers the account as it is then.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; [`Missing::Account`] once it is deleted; [`Conflict::AccountNameTaken`];
    /// [`Conflict::Contended`].
    pub async fn update_account(
        &self,
        account: Account,
        change: &Change,
        mut decide: impl FnMut(&Account) -> Result<Option<Account>, Error>,
    ) -> Result<Account, Error> {
        let mut current = account;
        let mut backoff = Backoff::new();
        loop {
            let Some(next) = decide(&current)? else {
                return Ok(current);
            };
            match self.change_account(&current, &next, change).await? {
                Written::Done => return Ok(next),
                Written::Outdated(existing) => current = existing.ok_or(Missing::Account)?,
            }
            backoff.wait().await?;
        }
    }

    /// Puts `next` in the place of `current`, moving the name if it is another by normal form.
    ///
    /// # Errors
    ///
    /// [`Conflict::AccountNameTaken`].
    async fn change_account(
        &self,
        current: &Account,
        next: &Account,
        change: &Change,
    ) -> Result<Written<Account>, Error> {
        let change = with_diff(Some(current), Some(next), change);
        let item = rows::item(
            &keys::account(next.id),
            &AccountRow::from(next),
            Some(&change),
        )?;
        let mut writes = vec![Write::replace(item, current.version)];
        if current.name.normal_form() != next.name.normal_form() {
            writes.push(new_name(next)?);
            writes.push(free_name(current));
        }
        match self.commit(&writes).await? {
            Outcome::Done => Ok(Written::Done),
            Outcome::Lost(lost) => match lost.item(0) {
                Some(item) => Ok(Written::Outdated(standing(item)?)),
                None => Err(Conflict::AccountNameTaken.into()),
            },
        }
    }

    /// Deletes `account` for every reader and frees its name; its members are cleared later. `may` decides, again where a
    /// concurrent writer was faster.
    ///
    /// # Errors
    ///
    /// What `may` refuses; [`Missing::Account`] once it is deleted; [`Conflict::Contended`].
    pub async fn delete_account(
        &self,
        account: Account,
        change: &Change,
        mut may: impl FnMut(&Account) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut current = account;
        let mut loss = Loss::new(current.owner);
        let mut backoff = Backoff::new();
        loop {
            may(&current)?;
            let change = with_diff(Some(&current), None, change);
            let row = AccountRow::deleted(&current, change.at());
            let item = rows::item(&keys::account(current.id), &row, Some(&change))?;
            let mut writes = vec![Write::replace(item, current.version), free_name(&current)];
            let place = writes.len();
            writes.extend(loss.write());
            match self.commit(&writes).await? {
                Outcome::Done => return Ok(()),
                Outcome::Lost(lost) => {
                    let uncounted = loss.note(&lost, place);
                    if let Some(item) = lost.item(ACCOUNT) {
                        current = standing(item)?.ok_or(Missing::Account)?;
                        loss = Loss::new(current.owner);
                    } else if !uncounted {
                        return Err(Fault::Damaged("owner of a name").into());
                    }
                }
            }
            backoff.wait().await?;
        }
    }

    /// Brings a deleted account back under its name, together with its owner's membership. The owner owns at most `limit`
    /// accounts. `Outdated` where any of them is not as it was read any more.
    ///
    /// # Errors
    ///
    /// [`Conflict::AccountNameTaken`]; [`Conflict::AccountLimit`]; [`Error::Unauthenticated`] if the owner is erased.
    pub async fn restore_account(
        &self,
        (account, next): (&Account, &Account),
        owner: (&Member, &Member),
        limit: u32,
        change: &Change,
    ) -> Result<Written<()>, Error> {
        // Audited as a creation; timestamped after the deletion.
        let change = with_diff(Some(account), Some(next), change)
            .with(Account::differences(None, Some(next)));
        let item = rows::item(
            &keys::account(next.id),
            &AccountRow::from(next),
            Some(&change),
        )?;
        let writes = [
            Write::replace(item, account.version),
            new_name(next)?,
            member_write(owner.0, owner.1)?,
            owner_gains(next.owner, limit),
        ];
        match self.commit(&writes).await? {
            Outcome::Done => Ok(Written::Done),
            // If the account moved as well, what it moved to decides.
            Outcome::Lost(lost) if lost.at(GAIN) && !lost.at(ACCOUNT) => {
                Err(refused_gain(&lost, GAIN, Error::Unauthenticated)
                    .unwrap_or(Error::Unauthenticated))
            }
            // If the account moved as well, its name may be its own: somebody has restored it meanwhile.
            Outcome::Lost(lost) if lost.at(NAME) && !lost.at(ACCOUNT) => {
                Err(Conflict::AccountNameTaken.into())
            }
            Outcome::Lost(_) => Ok(Written::Outdated(None)),
        }
    }

    /// Hands an account over: the account and both memberships, together. The new owner owns at most `limit` accounts.
    ///
    /// # Errors
    ///
    /// [`Conflict::AccountLimit`]; [`Missing::User`] if the new owner is erased.
    pub async fn transfer(
        &self,
        (account, next): (&Account, &Account),
        giver: (&Member, &Member),
        taker: (&Member, &Member),
        limit: u32,
        change: &Change,
    ) -> Result<Written<()>, Error> {
        // Who was whose is a part of this change too: it comes after whatever was told of either.
        let change = with_diff(Some(account), Some(next), change)
            .not_before(giver.0.updated_at)
            .not_before(taker.0.updated_at);
        let item = rows::item(
            &keys::account(next.id),
            &AccountRow::from(next),
            Some(&change),
        )?;
        let mut loss = Loss::new(account.owner);
        let mut backoff = Backoff::new();
        loop {
            let mut writes = vec![
                Write::replace(item.clone(), account.version),
                member_write(giver.0, giver.1)?,
                member_write(taker.0, taker.1)?,
                owner_gains(next.owner, limit),
            ];
            let place = writes.len();
            writes.extend(loss.write());
            let Outcome::Lost(lost) = self.commit(&writes).await? else {
                return Ok(Written::Done);
            };
            if (0..GAIN).any(|moved| lost.at(moved)) {
                return Ok(Written::Outdated(None));
            }
            if let Some(refused) = refused_gain(&lost, GAIN, Missing::User.into()) {
                return Err(refused);
            }
            loss.note(&lost, place);
            backoff.wait().await?;
        }
    }

    /// The account that is called `name` just now.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn account_named(&self, name: &AccountName) -> Result<Option<AccountId>, Error> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys::name(name).item()))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(Fault::from)?;
        let row = answer.item.as_ref().map(rows::row::<NameRow>).transpose()?;
        Ok(row.map(|row| row.account_id))
    }
}

/// The account that stands where another was expected; none if it is deleted, or cleared already.
fn standing(item: &Item) -> Result<Option<Account>, Fault> {
    if item.is_empty() {
        return Ok(None);
    }
    rows::live_account(item)
}

/// `change` with what it changes of an account, told after what was told of it before.
fn with_diff(before: Option<&Account>, after: Option<&Account>, change: &Change) -> Change {
    let change = change.clone().with(Account::differences(before, after));
    match before {
        Some(before) => change
            .to_version(before.version + 1)
            .not_before(before.updated_at),
        None => change.to_version(1),
    }
}

/// The place of the account among the writes of [`new_account`], and of a restoration.
const ACCOUNT: usize = 0;
/// The place of the name in both.
const NAME: usize = 1;
/// The place of the owner's gain in a restoration and in a transfer.
const GAIN: usize = 3;

/// An account, its name and its owner's membership.
pub(super) fn new_account(
    account: &Account,
    owner: &Member,
    change: &Change,
) -> Result<Vec<Write>, Fault> {
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

fn new_name(account: &Account) -> Result<Write, Fault> {
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

fn member_write(current: &Member, next: &Member) -> Result<Write, Fault> {
    let key = keys::member(next.account, next.user);
    Ok(Write::replace(
        rows::item(&key, &MemberRow::from(next), None)?,
        current.version,
    ))
}
