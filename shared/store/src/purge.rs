//! The remains of deleted accounts. Every method is one call, and answers its cost together with its result, so that `purge` can
//! keep a pace.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{
    AttributeValue, ConsumedCapacity, DeleteRequest, ReturnConsumedCapacity, Select, WriteRequest,
};
use model::{AccountId, Error, Timestamp};

use super::Store;
use super::keys::{self, Item, Key};
use super::table_error::TableError;
use super::write::number;

/// Request units that calls took.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Read request units.
    pub read: f64,
    /// Write request units, those of indexes included.
    pub write: f64,
}

/// The key of a row of any kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowKey(pub(super) Key);

/// Where reading continues.
#[derive(Clone, Debug)]
pub struct Place(pub(super) Item);

/// A part of what is to be cleared.
#[derive(Clone, Debug)]
pub struct Found<T> {
    /// What was found.
    pub rows: Vec<T>,
    /// Where there may be more.
    pub next: Option<Place>,
}

/// Deleted accounts that one read looks at.
const ACCOUNTS: i32 = 100;
/// Rows of an account that one read covers: few enough that reading alone does not exceed the pace.
const ROWS: i32 = 500;

impl Store {
    /// Accounts that were deleted before `until`, the first deleted first, from the index.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn deleted_accounts(
        &self,
        until: Timestamp,
        from: Option<Place>,
    ) -> Result<(Found<AccountId>, Cost), Error> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("gsi2")
            .key_condition_expression("gsi2pk = :pk AND gsi2sk < :until")
            .expression_attribute_values(":pk", text(keys::DELETED_ACCOUNTS))
            .expression_attribute_values(":until", text(&keys::deleted_before(until)))
            .projection_expression("pk")
            .select(Select::SpecificAttributes)
            .limit(ACCOUNTS)
            .set_exclusive_start_key(from.map(|place| place.0))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(TableError::from)?;
        let cost = Cost::of_reading(answer.consumed_capacity());
        let id = |item: &Item| keys::account_id(item.get("pk")?.as_s().ok()?);
        let ids = answer.items().iter().map(id);
        let rows = ids.collect::<Option<_>>();
        let rows = rows.ok_or(TableError::Damaged("account key"))?;
        let next = answer.last_evaluated_key.map(Place);
        Ok((Found { rows, next }, cost))
    }

    /// Begins to clear `account`, or continues, if it was deleted before `until`. From now on it cannot be restored. `false` if
    /// it was not, because it was restored, deleted again or cleared.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`], also while a restoration is under way, or [`Error::Internal`].
    pub async fn begin_purge(
        &self,
        account: AccountId,
        until: Timestamp,
    ) -> Result<(bool, Cost), Error> {
        let sent = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::account(account).item()))
            // The version changes, so that a restoration that has read the row before cannot succeed.
            .update_expression("SET purging = :yes ADD version :one REMOVE #change")
            .condition_expression("deletedAt < :until")
            .expression_attribute_names("#change", "change")
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":until", number(until.millis()))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await;
        let sent = sent.map(|output| Cost::of_writing(output.consumed_capacity()));
        conditional(sent)
    }

    /// The rows of `account` of every kind, except its own row.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn account_rows(
        &self,
        account: AccountId,
        from: Option<Place>,
    ) -> Result<(Found<RowKey>, Cost), Error> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(&keys::account_partition(account)))
            .projection_expression("pk, sk")
            .select(Select::SpecificAttributes)
            .limit(ROWS)
            .set_exclusive_start_key(from.map(|place| place.0))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(TableError::from)?;
        let cost = Cost::of_reading(answer.consumed_capacity());
        let own = keys::account(account);
        let mut rows = row_keys(answer.items())?;
        rows.retain(|row| row.0 != own);
        let next = answer.last_evaluated_key.map(Place);
        Ok((Found { rows, next }, cost))
    }

    /// Deletes `rows`, 25 at most, and answers those that DynamoDB did not get to.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn delete_rows(&self, rows: &[RowKey]) -> Result<(Vec<RowKey>, Cost), Error> {
        let mut deletions = Vec::with_capacity(rows.len());
        for row in rows {
            let deletion = DeleteRequest::builder().set_key(Some(row.0.item()));
            let deletion = deletion
                .build()
                .map_err(|error| TableError::Refused(error.into()))?;
            deletions.push(WriteRequest::builder().delete_request(deletion).build());
        }
        let answer = self
            .client
            .batch_write_item()
            .request_items(&self.table, deletions)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(TableError::from)?;
        let cost = Cost::of_writing(answer.consumed_capacity());
        let left = answer.unprocessed_items.unwrap_or_default();
        let left = left.values().flatten().filter_map(|request| {
            let key = request.delete_request()?.key();
            Key::of(key).map(RowKey)
        });
        Ok((left.collect(), cost))
    }

    /// Deletes the row of `account` itself, once it is being cleared. `false` if it is not.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn end_purge(&self, account: AccountId) -> Result<(bool, Cost), Error> {
        let sent = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keys::account(account).item()))
            .condition_expression("purging = :yes OR attribute_not_exists(pk)")
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await;
        let sent = sent.map(|output| Cost::of_writing(output.consumed_capacity()));
        conditional(sent)
    }
}

impl Cost {
    /// Both together.
    #[must_use]
    pub fn total(self) -> f64 {
        self.read + self.write
    }

    pub(super) fn of_reading<'a>(consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) -> Self {
        Self {
            read: units(consumed),
            write: 0.0,
        }
    }

    pub(super) fn of_writing<'a>(consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) -> Self {
        Self {
            read: 0.0,
            write: units(consumed),
        }
    }
}

impl std::ops::AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.write += other.write;
    }
}

fn units<'a>(consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) -> f64 {
    let units = consumed
        .into_iter()
        .filter_map(ConsumedCapacity::capacity_units);
    units.sum()
}

pub(super) fn row_keys(items: &[Item]) -> Result<Vec<RowKey>, TableError> {
    let keys = items.iter().map(|item| Key::of(item).map(RowKey));
    let keys: Option<Vec<_>> = keys.collect();
    keys.ok_or(TableError::Damaged("key"))
}

/// A failed condition is an answer, and costs a write like a successful one. After a conflict with a transaction on the same
/// item, the call may be tried again.
pub(super) fn conditional<E>(sent: Result<Cost, SdkError<E>>) -> Result<(bool, Cost), Error>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let error = match sent {
        Ok(cost) => return Ok((true, cost)),
        Err(error) => error,
    };
    match error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code)
    {
        Some("ConditionalCheckFailedException") => {
            let cost = Cost {
                read: 0.0,
                write: 1.0,
            };
            Ok((false, cost))
        }
        Some("TransactionConflictException") => Err(TableError::Unavailable(error.into()).into()),
        _ => Err(TableError::from(error).into()),
    }
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}
