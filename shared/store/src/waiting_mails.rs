//! Mails that SES has not taken yet. A stream record whose mail has to wait is parked here, so that it holds up no other record.
//!
//! The parked records of one item form a lane: a partition of its own, in the order of the stream. `gsi2` lists them by the time of
//! their next try. The index only finds lanes. What waits in a lane, and in which order, is read from the table.

use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, Select};
use model::{Error, Timestamp};
use serde::{Deserialize, Serialize};

use super::keys::{self, Item, Key};
use super::stream::StreamRecord;
use super::table_error::TableError;
use super::users::text;
use super::write::{Write, number};
use super::{Found, Place, Store, rows};

/// The time after which a parked record is deleted, whatever has become of it, in seconds: no run of `mailer` for a week.
const LIFETIME: i64 = 7 * 24 * 60 * 60;
/// Lanes that one read of the index looks at.
const LANES: i32 = 200;

/// The records of one item that wait.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lane(String);

/// A parked record.
#[derive(Clone, Debug)]
pub struct WaitingMail {
    key: Key,
    /// What `mailer` needs of the record, in its own form.
    pub body: String,
    /// When it was parked.
    pub since: Timestamp,
    /// When it is tried next.
    pub due: Timestamp,
    /// How often it was put off.
    pub attempts: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WaitingRow {
    entity: String,
    body: String,
    /// In milliseconds since 1970, like `due`.
    since: i64,
    due: i64,
    attempts: u32,
    ttl: i64,
    gsi2pk: String,
    gsi2sk: String,
}

impl Lane {
    /// The lane of the item that `record` is about.
    #[must_use]
    pub fn of(record: &StreamRecord) -> Self {
        Self(keys::waiting_lane(&record.pk, &record.sk))
    }

    /// The key of the item, for people.
    #[must_use]
    pub fn item(&self) -> &str {
        self.0.strip_prefix(keys::WAITING_LANE).unwrap_or(&self.0)
    }
}

impl Store {
    /// Parks `body`, the mail of `record`, until `due`. If the record is parked already, it stays as it is.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn park_mail(
        &self,
        record: &StreamRecord,
        body: String,
        now: Timestamp,
        due: Timestamp,
    ) -> Result<(), Error> {
        let Lane(lane) = Lane::of(record);
        let row = WaitingRow {
            entity: "waiting_mail".into(),
            body,
            since: now.millis(),
            due: due.millis(),
            attempts: 0,
            ttl: now.seconds() + LIFETIME,
            gsi2pk: keys::WAITING_MAILS.into(),
            gsi2sk: keys::due(due),
        };
        let key = keys::waiting_mail(lane, &record.sequence);
        let write = Write::create(rows::item(&key, &row, None)?);
        self.commit(&[write]).await.map(drop)
    }

    /// Whether an earlier record of the item that `record` is about waits.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn earlier_mail_waits(&self, record: &StreamRecord) -> Result<bool, Error> {
        let Lane(lane) = Lane::of(record);
        let key = keys::waiting_mail(lane, &record.sequence);
        let page = self
            .query("pk = :lane AND sk < :sequence")
            .expression_attribute_values(":lane", text(&key.pk))
            .expression_attribute_values(":sequence", text(&key.sk))
            .select(Select::Count)
            .consistent_read(true)
            .limit(1)
            .send()
            .await
            .map_err(TableError::from)?;
        Ok(page.count() > 0)
    }

    /// Lanes with a record that is due, the longest due first, each perhaps several times. From the index, which may be behind.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn due_lanes(
        &self,
        now: Timestamp,
        from: Option<Place>,
    ) -> Result<Found<Lane>, Error> {
        let answer = self
            .client
            .query()
            .table_name(self.table())
            .index_name("gsi2")
            .key_condition_expression("gsi2pk = :pk AND gsi2sk <= :now")
            .expression_attribute_values(":pk", text(keys::WAITING_MAILS))
            .expression_attribute_values(":now", text(&keys::due(now)))
            .projection_expression("pk")
            .select(Select::SpecificAttributes)
            .limit(LANES)
            .set_exclusive_start_key(from.map(|place| place.0))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(TableError::from)?;
        let lane = |item: &Item| item.get("pk")?.as_s().ok().cloned().map(Lane);
        let lanes = answer.items().iter().map(lane).collect::<Option<_>>();
        Ok(Found {
            rows: lanes.ok_or(TableError::Damaged("waiting mail"))?,
            next: answer.last_evaluated_key.map(Place),
        })
    }

    /// The records of `lane`, in the order of the stream.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn waiting_mails(&self, Lane(lane): &Lane) -> Result<Vec<WaitingMail>, Error> {
        let page = self
            .query("pk = :lane")
            .expression_attribute_values(":lane", text(lane))
            .consistent_read(true)
            .send()
            .await
            .map_err(TableError::from)?;
        let waiting = page.items().iter().map(waiting);
        Ok(waiting.collect::<Result<_, _>>()?)
    }

    /// Puts `mail` off until `due`.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn put_mail_off(&self, mail: &WaitingMail, due: Timestamp) -> Result<(), Error> {
        let write = Write::update(mail.key.clone())
            .set("due", number(due.millis()))
            .set("gsi2sk", text(&keys::due(due)))
            .set("attempts", number(mail.attempts.saturating_add(1)));
        self.commit(&[write]).await.map(drop)
    }

    /// Deletes `mail`, which waits no longer.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn delete_waiting_mail(&self, mail: &WaitingMail) -> Result<(), Error> {
        let write = Write::delete(mail.key.clone());
        self.commit(&[write]).await.map(drop)
    }
}

fn waiting(item: &Item) -> Result<WaitingMail, TableError> {
    let row: WaitingRow = rows::row(item)?;
    Ok(WaitingMail {
        key: Key::of(item).ok_or(TableError::Damaged("waiting mail"))?,
        body: row.body,
        since: Timestamp::from_millis(row.since),
        due: Timestamp::from_millis(row.due),
        attempts: row.attempts,
    })
}
