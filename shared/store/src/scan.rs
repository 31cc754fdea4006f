//! The whole table, page by page, for the operators' command. No function reads it so.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use model::{AccountId, AccountName, Change, EmailAddress, Error, User, UserId};

use super::batch_read::{BATCH, BatchRead};
use super::event::Event;
use super::keys::{self, Key};
use super::owned::OWNED;
use super::purge::RowKey;
use super::stored_row::{StoredCounts, StoredRow};
use super::table_error::TableError;
use super::users::text;
use super::wire::{Source as _, WireItem};
use super::write::{Outcome, Write, number};
use super::{Store, place};

/// A part of the table that is read beside the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// From 0 on.
    pub number: i32,
    /// How many there are.
    pub of: i32,
}

/// A row as it was read.
#[derive(Clone, Debug)]
pub struct ScannedRow {
    /// Its key.
    pub key: RowKey,
    /// What it holds, or why it does not read back.
    pub row: Result<StoredRow, String>,
}

/// A page of a segment.
#[derive(Clone, Debug)]
pub struct ScannedPage {
    /// The rows.
    pub rows: Vec<ScannedRow>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<RowKey>,
}

impl RowKey {
    /// The key with these two parts.
    #[must_use]
    pub fn new(pk: String, sk: String) -> Self {
        Self(Key { pk, sk })
    }

    /// The key of a user.
    #[must_use]
    pub fn user(id: UserId) -> Self {
        Self(keys::user(id))
    }

    /// The key of the record of a user's erasure.
    #[must_use]
    pub fn erased(id: UserId) -> Self {
        Self(keys::erased(id))
    }

    /// The key of an address.
    #[must_use]
    pub fn address(address: &EmailAddress) -> Self {
        Self(keys::email(address))
    }

    /// The key of an account.
    #[must_use]
    pub fn account(id: AccountId) -> Self {
        Self(keys::account(id))
    }

    /// The key of an account's name.
    #[must_use]
    pub fn name(name: &AccountName) -> Self {
        Self(keys::name(name))
    }

    /// The key of a membership.
    #[must_use]
    pub fn member(account: AccountId, user: UserId) -> Self {
        Self(keys::member(account, user))
    }

    /// The key of the counters of an account.
    #[must_use]
    pub fn member_count(account: AccountId) -> Self {
        Self(keys::member_count(account))
    }

    /// The key of the first counter of live accounts, which a rebuild sets.
    #[must_use]
    pub fn accounts_count() -> Self {
        Self(keys::account_count())
    }

    /// The key of the event of `change` in the trail of `account`.
    #[must_use]
    pub fn event(account: AccountId, change: &Change) -> Self {
        Self(keys::event(account, &place(&Event::new(account, change))))
    }

    /// The key of a passkey's credential.
    #[must_use]
    pub fn passkey(credential: &[u8]) -> Self {
        Self(keys::passkey(credential))
    }

    /// The partition key.
    #[must_use]
    pub fn pk(&self) -> &str {
        &self.0.pk
    }

    /// The sort key.
    #[must_use]
    pub fn sk(&self) -> &str {
        &self.0.sk
    }
}

impl std::fmt::Display for RowKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} | {}", self.0.pk, self.0.sk)
    }
}

impl Store {
    /// At most `limit` rows of `segment` from `after` on, strongly consistent.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn scan(
        &self,
        segment: Segment,
        after: Option<&RowKey>,
        limit: i32,
    ) -> Result<ScannedPage, Error> {
        #[expect(
            clippy::disallowed_methods,
            reason = "an operator reads the whole table, at a pace of their choice; no request scans"
        )]
        let scan = self.client.scan();
        let answer = scan
            .table_name(self.table())
            .segment(segment.number)
            .total_segments(segment.of)
            .consistent_read(true)
            .limit(limit)
            .set_exclusive_start_key(after.map(|key| key.0.item()))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(TableError::from)?;
        let rows = answer.items().iter().map(|item| {
            let key = Key::of(item).ok_or(TableError::Damaged("key"))?;
            Ok(ScannedRow {
                row: StoredRow::read(&key, item),
                key: RowKey(key),
            })
        });
        let next = answer.last_evaluated_key.as_ref();
        let next = next.map(|next| Key::of(next).ok_or(TableError::Damaged("key")));
        Ok(ScannedPage {
            rows: rows.collect::<Result<_, TableError>>()?,
            next: next.transpose()?.map(RowKey),
        })
    }

    /// The rows under `keys` that exist, strongly consistent.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn rows(
        &self,
        keys: impl IntoIterator<Item = &RowKey>,
    ) -> Result<HashMap<RowKey, ScannedRow>, Error> {
        let mut wanted: Vec<Key> = keys.into_iter().map(|key| key.0.clone()).collect();
        wanted.sort_unstable_by(|one, other| (&one.pk, &one.sk).cmp(&(&other.pk, &other.sk)));
        wanted.dedup();
        let mut rows = HashMap::with_capacity(wanted.len());
        for keys in wanted.chunks(BATCH) {
            for item in self
                .read_batch::<WireItem>(keys, BatchRead::CONSISTENT)
                .await?
            {
                let key = item.key().ok_or(TableError::Damaged("key"))?;
                let row = StoredRow::read(&key, &item.attributes()?);
                let key = RowKey(key);
                rows.insert(key.clone(), ScannedRow { key, row });
            }
        }
        Ok(rows)
    }

    /// Deletes the row under `key`, whatever it holds.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn delete_row(&self, key: &RowKey) -> Result<(), Error> {
        self.commit(&[Write::delete(key.0.clone())]).await.map(drop)
    }

    /// Puts the row under `key` into the lists of `lists` with a value, and out of those without, if it still has version `version`.
    /// `false` if it has not.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn list_row(
        &self,
        key: &RowKey,
        version: u64,
        lists: &[(&'static str, Option<String>)],
    ) -> Result<bool, Error> {
        let write = Write::update(key.0.clone()).equals("version", number(version));
        let write = lists
            .iter()
            .fold(write, |write, (name, value)| match value {
                Some(value) => write.set(name, AttributeValue::S(value.clone())),
                None => write.remove(name),
            });
        Ok(matches!(self.commit(&[write]).await?, Outcome::Done))
    }

    /// Counts `owned` accounts as those of `user`, if `counted` are counted. `false` if it is another number by now.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn set_owned(&self, user: UserId, counted: u64, owned: u64) -> Result<bool, Error> {
        let write = Write::update(keys::user(user))
            .equals(OWNED, number(counted))
            .set(OWNED, number(owned));
        Ok(matches!(self.commit(&[write]).await?, Outcome::Done))
    }

    /// Copies the names of `user` beside their address, if both are still theirs. `false` if they are not.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn copy_names_to_address(&self, user: &User) -> Result<bool, Error> {
        let person = Write::update(keys::user(user.id))
            .equals("email", text(user.email.as_str()))
            .equals("namesAt", number(user.names_at.millis()))
            .set("namesAt", number(user.names_at.millis()));
        let address = Write::update(keys::email(&user.email))
            .equals("userId", number(user.id))
            .set("firstName", text(user.first_name.as_str()))
            .set("lastName", text(user.last_name.as_str()));
        Ok(matches!(
            self.commit(&[person, address]).await?,
            Outcome::Done
        ))
    }

    /// The counters of the members of `account`, as they are stored.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn stored_counts(&self, account: AccountId) -> Result<StoredCounts, Error> {
        let key = RowKey::member_count(account);
        let row = self.rows([&key]).await?.remove(&key);
        match row.map(|scanned| scanned.row) {
            Some(Ok(StoredRow::MemberCount(_, counts))) => Ok(counts),
            _ => Ok(StoredCounts::default()),
        }
    }
}
