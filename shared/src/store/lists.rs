//! Collections: a user's accounts, every account, an account's members.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};

use super::Store;
use super::fault::Fault;
use super::keys::{self, Item, Key};
use super::rows::{self, ListedMemberRow};
use super::tries::Tries;
use crate::domain::{Account, Member, MemberState};
use crate::error::Error;
use crate::values::{AccountId, Roles, UserId};

/// Rows that one request may scan (design, *Budget*).
const BOUND: usize = 10_000;
/// Keys that one `BatchGetItem` takes.
const BATCH: usize = 100;

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

impl Store {
    /// The memberships of `user`, from the index.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn memberships(&self, user: UserId) -> Result<Vec<Membership>, Error> {
        let query = self
            .query()
            .index_name("gsi1")
            .key_condition_expression("gsi1pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(keys::gsi1_partition(user)));
        let read = |item: &Item| {
            let row: ListedMemberRow = rows::row(item)?;
            let key = Key::of(item).ok_or(Fault::Damaged("member key"))?;
            Ok(Membership {
                account: keys::account_id(&key.pk).ok_or(Fault::Damaged("member key"))?,
                state: row.state(),
                roles: row.roles,
                owner: row.owner,
            })
        };
        self.all(query, read).await
    }

    /// The accounts `ids` that live, in no order.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn accounts(&self, ids: &[AccountId]) -> Result<Vec<Account>, Error> {
        let mut accounts = Vec::with_capacity(ids.len());
        for batch in ids.chunks(BATCH) {
            let keys: Vec<_> = batch.iter().map(|id| keys::account(*id)).collect();
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
                match answer
                    .unprocessed_keys
                    .unwrap_or_default()
                    .remove(&self.table)
                {
                    Some(left) => wanted = left,
                    None => break,
                }
                tries.again().await?;
            }
        }
        Ok(accounts)
    }

    /// Every live account, in the order of creation, from the index.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn every_account(&self) -> Result<Vec<Account>, Error> {
        let query = self
            .query()
            .index_name("gsi2")
            .key_condition_expression("gsi2pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(keys::LIVE_ACCOUNTS.into()));
        self.all(query, |item| rows::listed_account(item, rows::row(item)?))
            .await
    }

    /// The members of `account`, invited and suspended ones too, in the order of their ids.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn members(&self, account: AccountId) -> Result<Vec<Member>, Error> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk AND begins_with(sk, :member)")
            .expression_attribute_values(":pk", AttributeValue::S(keys::account_partition(account)))
            .expression_attribute_values(":member", AttributeValue::S(keys::MEMBER_PREFIX.into()));
        let mut members = self.all(query, rows::member).await?;
        members.retain(|member| member.state != MemberState::Removed);
        Ok(members)
    }

    fn query(&self) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
    }

    /// Everything that `query` finds, page by page, up to the bound.
    async fn all<T>(
        &self,
        query: QueryFluentBuilder,
        read: impl Fn(&Item) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Error> {
        let mut found = Vec::new();
        let mut start: Option<HashMap<String, AttributeValue>> = None;
        loop {
            let page = query.clone().set_exclusive_start_key(start);
            let page = page.send().await.map_err(Fault::from)?;
            for item in page.items() {
                found.push(read(item)?);
            }
            start = page.last_evaluated_key;
            if start.is_none() || found.len() >= BOUND {
                return Ok(found);
            }
        }
    }
}
