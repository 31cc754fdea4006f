//! Collections: a user's accounts, every account, an account's members.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use model::{Account, AccountId, EmailAddress, Error, MemberState, Roles, Stored as _, UserId};
use odata::Filter;
use serde::Deserialize;
use tokio::task::JoinSet;

use super::Store;
use super::batch::{self, Batch, ReadRange};
use super::batch_read::{BATCH, BatchRead};
use super::keys::{self, Item, Key};
use super::listed::{ListedAccount, ListedMember};
use super::projection::projection;
use super::pushdown::{self, Pushdown};
use super::rows::{self, AccountRow, ListedAccountRow, ListedMemberRow, MembershipRow};
use super::sort_key::SortKey;
use super::table_error::TableError;

/// The memberships that a profile shows.
const MOST_MEMBERSHIPS: usize = 10_000;
/// Batches that are under way together.
const BATCHES: usize = 10;

/// A membership as its user's list shows it.
#[derive(Clone, Debug)]
pub struct Membership {
    /// The account.
    pub account: AccountId,
    /// What the member may do in it.
    pub roles: Roles,
    /// The state of the membership.
    pub state: MemberState,
}

impl Membership {
    /// Whether the member has the rights of their roles.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state == MemberState::Active
    }
}

#[derive(Deserialize)]
struct AddressRow {
    id: UserId,
    email: String,
}

impl Store {
    /// The memberships of `user`, all of them that one answer can hold, from the index; not the ownership of deleted accounts.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn memberships(&self, user: UserId) -> Result<Vec<Membership>, Error> {
        let range = ReadRange {
            after: None,
            backwards: false,
            limit: MOST_MEMBERSHIPS,
        };
        Ok(self.memberships_by_account(user, range, None).await?.rows)
    }

    /// The memberships of `user`, and the deleted accounts that they own, all of them that one answer can hold, from the index.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn every_membership(&self, user: UserId) -> Result<Vec<Membership>, Error> {
        let range = ReadRange {
            after: None::<()>,
            backwards: false,
            limit: MOST_MEMBERSHIPS,
        };
        let query = self.memberships_between(user, keys::GSI1_ENDS.map(str::to_owned));
        let batch = batch::read(query, range.extent(), None, membership, |_| Some(()));
        Ok(batch.await?.rows)
    }

    /// The memberships of `user`, in the order of the accounts' ids, from the index; without those of accounts that `filter`
    /// refuses by their id, and without the ownership of deleted accounts.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn memberships_by_account(
        &self,
        user: UserId,
        range: ReadRange,
        filter: Option<&Filter>,
    ) -> Result<Batch<Membership>, Error> {
        let pushdown = Pushdown::by(filter, pushdown::ListKey::Id, &[]);
        let Some(range) = pushdown.range(range) else {
            return Ok(Batch::empty());
        };
        let ends = [pushdown.from.id, pushdown.to.id].map(keys::gsi1_place);
        let query = self.memberships_between(user, ends);
        let start = range.after.map(|after| keys::gsi1_start(after.id, user));
        let place = |item: &Item| Some(SortKey::by_id(keys::account_id(&Key::of(item)?.pk)?.get()));
        batch::read(query, range.extent(), start, membership, place).await
    }

    fn memberships_between(&self, user: UserId, ends: [String; 2]) -> QueryFluentBuilder {
        let [from, to] = ends.map(AttributeValue::S);
        self.query("gsi1pk = :pk AND gsi1sk BETWEEN :from AND :to")
            .index_name("gsi1")
            .expression_attribute_values(":pk", AttributeValue::S(keys::gsi1_partition(user)))
            .expression_attribute_values(":from", from)
            .expression_attribute_values(":to", to)
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
                let meter = observe::here().unwrap_or_default();
                reading.spawn(async move { meter.over(store.batch(&batch)).await });
            }
            while let Some(read) = reading.join_next().await {
                accounts.extend(read.map_err(Error::internal)??);
            }
        }
        Ok(accounts)
    }

    async fn batch(&self, ids: &[AccountId]) -> Result<Vec<Account>, Error> {
        let keys: Vec<_> = ids.iter().map(|id| keys::account(*id)).collect();
        let how = BatchRead::EVENTUAL.only(&rows::ACCOUNT);
        let read: Vec<AccountRow> = self.read_batch(&keys, how).await?;
        let accounts = read.into_iter().filter_map(|row| row.live().transpose());
        Ok(accounts.collect::<Result<_, _>>()?)
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
        let keys: Vec<_> = users.iter().map(|user| keys::user(*user)).collect();
        let read = BatchRead::EVENTUAL.only(&["id", "email"]);
        let items = self.read_batch(&keys, read).await?;
        let address = |row: AddressRow| (row.id, EmailAddress::from_stored(row.email));
        Ok(items.into_iter().map(address).collect())
    }

    /// Every live account, in the order of creation, from the index; without those that `filter` refuses, as far as the table can
    /// evaluate it.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn every_account(
        &self,
        range: ReadRange,
        filter: Option<&Filter>,
    ) -> Result<Batch<ListedAccount>, Error> {
        let pushdown = Pushdown::by(filter, pushdown::CREATED_AT, pushdown::OF_ACCOUNTS);
        let Some(range) = pushdown.range(range) else {
            return Ok(Batch::empty());
        };
        let bound =
            |place: SortKey| AttributeValue::S(keys::gsi2_place(place.created_at, place.id));
        let query = self
            .query("gsi2pk = :pk AND gsi2sk BETWEEN :from AND :to")
            .index_name("gsi2")
            .expression_attribute_values(":pk", AttributeValue::S(keys::LIVE_ACCOUNTS.into()))
            .expression_attribute_values(":from", bound(pushdown.from))
            .expression_attribute_values(":to", bound(pushdown.to));
        let query = pushdown.filter(query);
        let row = |row: ListedAccountRow| row.account().map(Some);
        let place = |item: &Item| {
            let created_at = keys::created_at(item.get("gsi2sk")?.as_s().ok()?)?;
            Some(SortKey {
                created_at: created_at.millis(),
                id: keys::account_id(&Key::of(item)?.pk)?.get(),
            })
        };
        let start = range
            .after
            .map(|after| keys::gsi2_start(after.created_at, after.id));
        batch::read(query, range.extent(), start, row, place).await
    }

    /// The members of `account`, including invited and suspended ones, in the order of their ids; without those that `filter`
    /// refuses, as far as the table can evaluate it.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn members(
        &self,
        account: AccountId,
        range: ReadRange,
        filter: Option<&Filter>,
    ) -> Result<Batch<ListedMember>, Error> {
        let pushdown = Pushdown::by(filter, pushdown::ListKey::Id, pushdown::OF_MEMBERS);
        let Some(range) = pushdown.range(range) else {
            return Ok(Batch::empty());
        };
        let bound = |place: SortKey| AttributeValue::S(keys::member_place(place.id));
        let query = self
            .query("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", AttributeValue::S(keys::account_partition(account)))
            .expression_attribute_values(":from", bound(pushdown.from))
            .expression_attribute_values(":to", bound(pushdown.to));
        let query = project(pushdown.filter(query), &rows::LISTED);
        let row = |row: ListedMemberRow| {
            let member = row.member(account)?;
            Ok((member.state != MemberState::Removed).then_some(member))
        };
        let place = |item: &Item| Some(SortKey::by_id(keys::member_id(&Key::of(item)?.sk)?.get()));
        let start = range
            .after
            .map(|after| keys::members_start(account, after.id));
        batch::read(query, range.extent(), start, row, place).await
    }

    pub(super) fn query(&self, keys: &str) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(self.table())
            .key_condition_expression(keys)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
    }
}

/// The membership that an item of `gsi1` holds.
fn membership(row: MembershipRow) -> Result<Option<Membership>, TableError> {
    let account = keys::account_id(&row.pk);
    Ok(Some(Membership {
        account: account.ok_or(TableError::Damaged("member key"))?,
        state: row.state(),
        roles: row.roles,
    }))
}

/// `query` with these attributes of each item only, which are paths.
fn project(query: QueryFluentBuilder, paths: &[&str]) -> QueryFluentBuilder {
    let (expression, names) = projection(paths);
    names.into_iter().fold(
        query.projection_expression(expression),
        |query, (placeholder, name)| query.expression_attribute_names(placeholder, name),
    )
}
