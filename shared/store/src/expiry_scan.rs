//! Rows whose `ttl` has passed. DynamoDB deletes them by itself within days. To delete them with certainty, a scan reads the
//! whole table page by page, and saves its position.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, Select};
use model::{Error, Timestamp};
use serde::{Deserialize, Serialize};

use super::purge::{Found, Place, RowKey, conditional, row_keys};
use super::table_error::TableError;
use super::write::number;
use super::{Store, keys, rows};

/// The position of one scan of the table.
#[derive(Clone, Debug)]
pub struct ExpiryScan {
    /// When it began.
    pub began: Timestamp,
    /// Where it continues; `None` at the end.
    pub next: Option<Place>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExpiryScanRow {
    entity: String,
    /// In milliseconds.
    began_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<KeyRow>,
}

#[derive(Serialize, Deserialize)]
struct KeyRow {
    pk: String,
    sk: String,
}

impl Store {
    /// The current scan of the table, or the last one.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn last_expiry_scan(&self) -> Result<Option<ExpiryScan>, Error> {
        let answer = self
            .client
            .get_item()
            .table_name(self.table())
            .set_key(Some(keys::expiry_scan().item()))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(TableError::from)?;
        let row = answer.item.as_ref().map(rows::row::<ExpiryScanRow>);
        let expiry_scan = row.transpose()?.map(|row| ExpiryScan {
            began: Timestamp::from_millis(row.began_at),
            next: row.next.map(KeyRow::place),
        });
        Ok(expiry_scan)
    }

    /// Saves the position of the scan.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn save_expiry_scan(&self, expiry_scan: &ExpiryScan) -> Result<(), Error> {
        let row = ExpiryScanRow {
            entity: "expiry_scan".into(),
            began_at: expiry_scan.began.millis(),
            next: expiry_scan.next.as_ref().map(KeyRow::of).transpose()?,
        };
        self.client
            .put_item()
            .table_name(self.table())
            .set_item(Some(rows::item(&keys::expiry_scan(), &row, None)?))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(TableError::from)?;
        Ok(())
    }

    /// The rows on the table's next page whose time to live ended before `now`.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn expired_rows(
        &self,
        from: Option<Place>,
        now: Timestamp,
    ) -> Result<Found<RowKey>, Error> {
        #[expect(
            clippy::disallowed_methods,
            reason = "housekeeping, a page every few minutes; no request scans"
        )]
        let scan = self.client.scan();
        let answer = scan
            .table_name(self.table())
            .filter_expression("#ttl <= :now")
            .projection_expression("pk, sk, #ttl")
            .select(Select::SpecificAttributes)
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":now", number(now.seconds()))
            .set_exclusive_start_key(from.map(|place| place.0))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(TableError::from)?;
        let rows = row_keys(answer.items())?;
        let next = answer.last_evaluated_key.map(Place);
        Ok(Found { rows, next })
    }

    /// Deletes `row`, if its time to live has still ended before `now`. `false` if it has not.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn delete_expired(&self, row: &RowKey, now: Timestamp) -> Result<bool, Error> {
        let sent = self
            .client
            .delete_item()
            .table_name(self.table())
            .set_key(Some(row.0.item()))
            .condition_expression("#ttl <= :now")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":now", number(now.seconds()))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await;
        conditional(sent)
    }
}

impl KeyRow {
    fn of(place: &Place) -> Result<Self, TableError> {
        let key = keys::Key::of(&place.0).ok_or(TableError::Damaged("key"))?;
        Ok(Self {
            pk: key.pk,
            sk: key.sk,
        })
    }

    fn place(self) -> Place {
        let text = AttributeValue::S;
        Place([("pk".into(), text(self.pk)), ("sk".into(), text(self.sk))].into())
    }
}
