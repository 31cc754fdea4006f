//! The remains of deleted accounts. Every method is one call, so that `purge` can keep a pace by the invocation's meter.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{
    AttributeValue, DeleteRequest, ReturnConsumedCapacity, Select, WriteRequest,
};
use model::{AccountId, Error, Timestamp};

use super::Store;
use super::keys::{self, Item, Key};
use super::table_error::TableError;
use super::write::number;

/// The key of a row of any kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
    ) -> Result<Found<AccountId>, Error> {
        let answer = self
            .client
            .query()
            .table_name(self.table())
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
        let id = |item: &Item| keys::account_id(item.get("pk")?.as_s().ok()?);
        let ids = answer.items().iter().map(id);
        let rows = ids.collect::<Option<_>>();
        let rows = rows.ok_or(TableError::Damaged("account key"))?;
        let next = answer.last_evaluated_key.map(Place);
        Ok(Found { rows, next })
    }

    /// Begins to clear `account`, or continues, if it was deleted before `until`. From now on it cannot be restored. `false` if
    /// it was not, because it was restored, deleted again or cleared.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`], also while a restoration is under way, or [`Error::Internal`].
    pub async fn begin_purge(&self, account: AccountId, until: Timestamp) -> Result<bool, Error> {
        let sent = self
            .client
            .update_item()
            .table_name(self.table())
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
    ) -> Result<Found<RowKey>, Error> {
        let answer = self
            .client
            .query()
            .table_name(self.table())
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
        let own = keys::account(account);
        let mut rows = row_keys(answer.items())?;
        rows.retain(|row| row.0 != own);
        let next = answer.last_evaluated_key.map(Place);
        Ok(Found { rows, next })
    }

    /// Deletes `rows`, 25 at most, and answers those that DynamoDB did not get to.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn delete_rows(&self, rows: &[RowKey]) -> Result<Vec<RowKey>, Error> {
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
            .request_items(self.table(), deletions)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(TableError::from)?;
        let left = answer.unprocessed_items.unwrap_or_default();
        let left = left.values().flatten().filter_map(|request| {
            let key = request.delete_request()?.key();
            Key::of(key).map(RowKey)
        });
        Ok(left.collect())
    }

    /// Deletes the row of `account` itself, once it is being cleared. `false` if it is not.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn end_purge(&self, account: AccountId) -> Result<bool, Error> {
        let sent = self
            .client
            .delete_item()
            .table_name(self.table())
            .set_key(Some(keys::account(account).item()))
            .condition_expression("purging = :yes OR attribute_not_exists(pk)")
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await;
        conditional(sent)
    }
}

pub(super) fn row_keys(items: &[Item]) -> Result<Vec<RowKey>, TableError> {
    let keys = items.iter().map(|item| Key::of(item).map(RowKey));
    let keys: Option<Vec<_>> = keys.collect();
    keys.ok_or(TableError::Damaged("key"))
}

/// Whether the condition of a call held. A failed condition costs a write like a successful one. After a conflict with a
/// transaction on the same item, the call may be tried again.
pub(super) fn conditional<T, E>(sent: Result<T, SdkError<E>>) -> Result<bool, Error>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let Err(error) = sent else {
        return Ok(true);
    };
    match error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code)
    {
        Some("ConditionalCheckFailedException") => {
            observe::here().unwrap_or_default().consume(1.0, true);
            Ok(false)
        }
        Some("TransactionConflictException") => Err(TableError::Unavailable(error.into()).into()),
        _ => Err(TableError::from(error).into()),
    }
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}
