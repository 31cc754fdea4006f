//! Collections: a user's accounts, every account, an account's members.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use serde::Deserialize;
use tokio::task::JoinSet;

use super::Store;
use super::fault::Fault;
use super::keys::{self, Item, Key};
use super::rows::{self, ListedMemberRow};
use super::stretch::{self, Mark, Reach, Stretch};
use super::tries::Tries;
use crate::domain::{Account, Member, MemberState};
use crate::error::Error;
use crate::values::{AccountId, EmailAddress, Roles, Stored as _, UserId};

/// The memberships that a profile shows.
const MOST_MEMBERSHIPS: usize = 10_000;
/// Keys that one `BatchGetItem` takes.
const BATCH: usize = 100;
/// Batches that are under way together.
const BATCHES: usize = 10;

/// A membership as its user's list shows it.
#[derive(Clone, Debug)]
pub struct Membership {
    /// The account.
    pub account: AccountId,
    /// What the member may do in it.
    pub roles: Roles,
    /// Where the membership stands.
    pub state: MemberState,
    /// Whether the member owns the account.
    pub owner: bool,
}

#[derive(Deserialize)]
struct AddressRow {
    id: UserId,
    email: String,
}

impl Store {
    /// The memberships of `user`, all of them that one answer can hold, from the index.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn memberships(&self, user: UserId) -> Result<Vec<Membership>, Error> {
        let reach = Reach {
            after: None,
            backwards: false,
            limit: MOST_MEMBERSHIPS,
        };
        Ok(self.memberships_by_account(user, reach).await?.rows)
    }

    /// The memberships of `user`, in the order of the accounts' ids, from the index.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn memberships_by_account(
        &self,
        user: UserId,
        reach: Reach,
    ) -> Result<Stretch<Membership>, Error> {
        let query = self
            .query()
            .index_name("gsi1")
            .key_condition_expression("gsi1pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(keys::gsi1_partition(user)));
        let account = |item: &Item| keys::account_id(&Key::of(item)?.pk);
        let read = |item: &Item| {
            let row: ListedMemberRow = rows::row(item)?;
            Ok(Some(Membership {
                account: account(item).ok_or(Fault::Damaged("member key"))?,
                state: row.state(),
                roles: row.roles,
                owner: row.owner,
            }))
        };
        let start = reach.after.map(|mark| keys::gsi1_start(mark.id, user));
        let mark = |item: &Item| account(item).map(|account| by_id(account.get()));
        stretch::read(query, reach, start, read, mark).await
    }

    /// The accounts `ids` that live, in no order.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn accounts(&self, ids: &[AccountId]) -> Result<Vec<Account>, Error> {
        let mut accounts = Vec::with_capacity(ids.len());
        let batches: Vec<_> = ids.chunks(BATCH).collect();
        for together in batches.chunks(BATCHES) {
            let mut reading = JoinSet::new();
            for batch in together {
                let (store, batch) = (self.clone(), batch.to_vec());
                reading.spawn(async move { store.batch(&batch).await });
            }
            while let Some(read) = reading.join_next().await {
                accounts.extend(read.map_err(Error::internal)??);
            }
        }
        Ok(accounts)
    }

    async fn batch(&self, ids: &[AccountId]) -> Result<Vec<Account>, Error> {
        let mut accounts = Vec::with_capacity(ids.len());
        let keys: Vec<_> = ids.iter().map(|id| keys::account(*id)).collect();
        let mut wanted = Self::wanted(&keys, false)?;
        let mut tries = Tries::new();
        loop {
            let sent = self.client.batch_get_item();
            let answer = sent
                .request_items(&self.table, wanted)
                .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
                .send()
                .await
                .map_err(Fault::from)?;
            for item in answer.responses.unwrap_or_default().into_values().flatten() {
                accounts.extend(rows::live_account(&item)?);
            }
            let mut left = answer.unprocessed_keys.unwrap_or_default();
            match left.remove(&self.table) {
                Some(left) => wanted = left,
                None => return Ok(accounts),
            }
            tries.again().await?;
        }
    }

    /// The addresses of those of `users` who are there, by user.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn addresses(
        &self,
        users: &[UserId],
    ) -> Result<HashMap<UserId, EmailAddress>, Error> {
        let mut addresses = HashMap::new();
        for users in users.chunks(BATCH) {
            let keys: Vec<_> = users.iter().map(|user| keys::user(*user)).collect();
            let mut wanted = Self::wanted(&keys, false)?;
            wanted.projection_expression = Some("id, email".into());
            let mut tries = Tries::new();
            loop {
                let sent = self.client.batch_get_item();
                let answer = sent
                    .request_items(&self.table, wanted)
                    .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
                    .send()
                    .await
                    .map_err(Fault::from)?;
                for item in answer.responses.unwrap_or_default().into_values().flatten() {
                    let row: AddressRow = rows::row(&item)?;
                    addresses.insert(row.id, EmailAddress::from_stored(row.email));
                }
                let mut left = answer.unprocessed_keys.unwrap_or_default();
                match left.remove(&self.table) {
                    Some(left) => wanted = left,
                    None => break,
                }
                tries.again().await?;
            }
        }
        Ok(addresses)
    }

    /// Every live account, in the order of creation, from the index.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn every_account(&self, reach: Reach) -> Result<Stretch<Account>, Error> {
        let query = self
            .query()
            .index_name("gsi2")
            .key_condition_expression("gsi2pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(keys::LIVE_ACCOUNTS.into()));
        let read = |item: &Item| rows::listed_account(item, rows::row(item)?).map(Some);
        let mark = |item: &Item| {
            let created_at = keys::created_at(item.get("gsi2sk")?.as_s().ok()?)?;
            Some(Mark {
                created_at: created_at.millis(),
                id: keys::account_id(&Key::of(item)?.pk)?.get(),
            })
        };
        let start = reach
            .after
            .map(|mark| keys::gsi2_start(mark.created_at, mark.id));
        stretch::read(query, reach, start, read, mark).await
    }

    /// The members of `account`, invited and suspended ones too, in the order of their ids.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn members(
        &self,
        account: AccountId,
        reach: Reach,
    ) -> Result<Stretch<Member>, Error> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk AND begins_with(sk, :member)")
            .expression_attribute_values(":pk", AttributeValue::S(keys::account_partition(account)))
            .expression_attribute_values(":member", AttributeValue::S(keys::MEMBER_PREFIX.into()));
        let read = |item: &Item| {
            let member = rows::member(item)?;
            Ok((member.state != MemberState::Removed).then_some(member))
        };
        let mark = |item: &Item| Some(by_id(keys::member_id(&Key::of(item)?.sk)?.get()));
        let start = reach
            .after
            .map(|mark| keys::members_start(account, mark.id));
        stretch::read(query, reach, start, read, mark).await
    }

    pub(super) fn query(&self) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
    }
}

fn by_id(id: u64) -> Mark {
    Mark { created_at: 0, id }
}
