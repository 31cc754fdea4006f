//! Audit events and the counters that are kept with them.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use model::{AccountId, Error, UserId};
use odata::Filter;
use serde::Serialize;

use super::Store;
use super::batch::{self, Batch, ReadRange};
use super::counts::{count_accounts, count_members};
use super::event::Event;
use super::keys::{self, EventPlace, Item, Key};
use super::pushdown::{self, Pushdown};
use super::rows::{self, EventRow};
use super::stream::StreamedChange;
use super::table_error::TableError;
use super::write::Write;

#[derive(Serialize)]
struct TraceRow {
    entity: &'static str,
}

impl Store {
    /// Records a change in the trail of its account and in the counters: in one transaction, and once.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn record(&self, streamed: &StreamedChange) -> Result<(), Error> {
        let Some(account) = streamed.account else {
            return Ok(());
        };
        let mut writes = vec![new_event(&Event::new(account, &streamed.change))?];
        writes.extend(count_members(account, streamed.members));
        writes.extend(count_accounts(account, streamed.accounts));
        // An existing event was counted in the same transaction.
        self.commit(&writes).await.map(drop)
    }

    /// Writes `event` if it is missing, and counts nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn restore_event(&self, event: &Event) -> Result<(), Error> {
        self.commit(&[new_event(event)?]).await.map(drop)
    }

    /// Records that the events of `account` contain traces of `user`, so that erasure finds them.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn note_trace(&self, user: UserId, account: AccountId) -> Result<(), Error> {
        let row = TraceRow { entity: "activity" };
        let item = rows::item(&keys::activity(user, account), &row, None)?;
        self.commit(&[Write::put(item)]).await.map(drop)
    }

    /// Removes the source IP of `event`.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn forget_source(&self, event: &Event) -> Result<(), Error> {
        let key = keys::event(event.account, &place(event));
        let write = Write::update(key).remove("sourceIp");
        self.commit(&[write]).await.map(drop)
    }

    /// The accounts whose events contain traces of `user`, a hundred at a time.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn activity(&self, user: UserId) -> Result<Vec<AccountId>, Error> {
        let page = self
            .query("pk = :pk AND begins_with(sk, :activity)")
            .expression_attribute_values(":pk", AttributeValue::S(keys::user(user).pk))
            .expression_attribute_values(":activity", AttributeValue::S(keys::TRACE_PREFIX.into()))
            .consistent_read(true)
            .limit(100)
            .send()
            .await
            .map_err(TableError::from)?;
        let account = |item: &Item| keys::trace_account(&Key::of(item)?.sk);
        Ok(page.items().iter().filter_map(account).collect())
    }

    /// Removes the source IPs of `user` in `account`: in its events, and in the last change of its items. Then deletes the trace
    /// itself. An interrupted run starts again and finds less to do.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn forget_traces(&self, user: UserId, account: AccountId) -> Result<(), Error> {
        let mut start = None;
        loop {
            let page = self
                .query("pk = :pk")
                .filter_expression(
                    "(actor.id = :user AND attribute_exists(sourceIp)) OR (#change.actor.id = :user AND \
                     (attribute_exists(#change.sourceIp) OR attribute_exists(#change.senderName)))",
                )
                .projection_expression("pk, sk, #change.id")
                .expression_attribute_names("#change", "change")
                .expression_attribute_values(
                    ":pk",
                    AttributeValue::S(keys::account_partition(account)),
                )
                .expression_attribute_values(":user", AttributeValue::N(user.to_string()))
                .consistent_read(true)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(TableError::from)?;
            for item in page.items() {
                self.commit(&[forgetting(item)?]).await?;
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        let activity = Write::delete(keys::activity(user, account));
        self.commit(&[activity]).await.map(drop)
    }

    /// Removes the source IP and the device of the erasure of `user`, which the last mail to them names.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn forget_erasure(&self, user: UserId) -> Result<(), Error> {
        let write = Write::update(keys::erased(user))
            .remove("change.sourceIp")
            .remove("change.device");
        self.commit(&[write]).await.map(drop)
    }

    /// Whether `event` is in the trail of its account.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn has_event(&self, event: &Event) -> Result<bool, Error> {
        let key = keys::event(event.account, &place(event));
        Ok(self.standing_item(&key).await?.is_some())
    }

    /// Whether `account` exists, deleted or not. Once it is cleared, nothing may be written into its partition.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn has_account(&self, account: AccountId) -> Result<bool, Error> {
        Ok(self.standing_item(&keys::account(account)).await?.is_some())
    }

    pub(super) async fn standing_item(&self, key: &Key) -> Result<Option<Item>, Error> {
        let answer = self
            .client
            .get_item()
            .table_name(self.table())
            .set_key(Some(key.item()))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(TableError::from)?;
        Ok(answer.item)
    }

    /// The newest event of `account`, if there is one.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn last_event(&self, account: AccountId) -> Result<Option<Event>, Error> {
        let newest = ReadRange {
            after: None,
            backwards: true,
            limit: 1,
        };
        Ok(self.events(account, newest, None).await?.rows.pop())
    }

    /// The events of `account` by time, without those of times that `filter` refuses.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn events(
        &self,
        account: AccountId,
        range: ReadRange<EventPlace>,
        filter: Option<&Filter>,
    ) -> Result<Batch<Event, EventPlace>, Error> {
        let pushdown = Pushdown::by(filter, pushdown::AT, &[]);
        let extent = range.extent();
        let after = range.after.as_ref().map(EventPlace::sort_key);
        let Some(within) = pushdown.range(ReadRange {
            after,
            backwards: range.backwards,
            limit: range.limit,
        }) else {
            return Ok(Batch::empty());
        };
        let partition = AttributeValue::S(keys::account_partition(account));
        let from = keys::events_from(pushdown.from.created_at);
        let until = keys::events_until(pushdown.to.created_at);
        let query = self
            .query("pk = :pk AND sk BETWEEN :from AND :until")
            .expression_attribute_values(":pk", partition)
            .expression_attribute_values(":from", AttributeValue::S(from))
            .expression_attribute_values(":until", AttributeValue::S(until));
        let after = range.after.filter(|_| within.after.is_some());
        let start = after.map(|place| keys::event(account, &place).item());
        let row = |row: EventRow| row.event().map(Some);
        let place = |item: &Item| keys::event_place(&Key::of(item)?.sk);
        batch::read(query, extent, start, row, place).await
    }
}

/// The place of `event` in the trail of its account.
#[must_use]
pub fn place(event: &Event) -> EventPlace {
    EventPlace {
        at: event.at.millis(),
        version: event.version,
        id: event.id.clone(),
    }
}

fn new_event(event: &Event) -> Result<Write, TableError> {
    let key = keys::event(event.account, &place(event));
    Ok(Write::create(rows::item(
        &key,
        &EventRow::from(event),
        None,
    )?))
}

/// Removes an event's source IP, or that of an item's last change if it is still the last.
fn forgetting(item: &Item) -> Result<Write, TableError> {
    let key = Key::of(item).ok_or(TableError::Damaged("event key"))?;
    let id = item
        .get("change")
        .and_then(|change| change.as_m().ok()?.get("id").cloned());
    Ok(match id {
        None => Write::update(key).remove("sourceIp"),
        Some(id) => Write::update(key)
            .equals("change.id", id)
            .remove("change.sourceIp")
            .remove("change.senderName"),
    })
}
