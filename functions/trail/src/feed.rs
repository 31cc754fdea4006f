//! Puts changes on the bus, for a team's own functions. Delivery is at least once: `detail.id` identifies a repetition.

use aws_sdk_eventbridge::error::DisplayErrorContext;
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use runtime::store::StreamedChange;
use serde_json::{Value, json};

/// Entries that one `PutEvents` takes.
const BATCH: usize = 10;
/// The version of `detail` (`docs/events.md`).
const VERSION: &str = "1";
/// Personal data, which is not put on the bus: the bus carries ids.
const PERSONAL: [&str; 3] = ["firstName", "lastName", "primaryContact"];

/// The bus.
#[derive(Clone, Debug)]
pub(crate) struct Feed {
    client: aws_sdk_eventbridge::Client,
    bus: String,
}

impl Feed {
    pub(crate) fn new(client: aws_sdk_eventbridge::Client, bus: String) -> Self {
        Self { client, bus }
    }

    /// Puts changes on the bus, in their order. Answers the place of the first change that the bus did not take.
    pub(crate) async fn put(&self, streamed: &[&(usize, StreamedChange)]) -> Option<usize> {
        for batch in streamed.chunks(BATCH) {
            if let Err((refused, error)) = self.put_batch(batch).await {
                let place = batch.get(refused).map(|(place, _)| *place);
                tracing::error!(error, "a change was not put on the bus");
                return place;
            }
        }
        None
    }

    async fn put_batch(&self, batch: &[&(usize, StreamedChange)]) -> Result<(), (usize, String)> {
        let entries = batch.iter().map(|(_, streamed)| self.entry(streamed));
        let sent = self
            .client
            .put_events()
            .set_entries(Some(entries.collect()))
            .send()
            .await
            .map_err(|error| (0, DisplayErrorContext(error).to_string()))?;
        let refused = sent
            .entries()
            .iter()
            .position(|entry| entry.error_code().is_some());
        match refused {
            Some(place) => {
                let code = sent.entries()[place].error_code().unwrap_or_default();
                Err((place, code.to_owned()))
            }
            None => Ok(()),
        }
    }

    fn entry(&self, streamed: &StreamedChange) -> PutEventsRequestEntry {
        PutEventsRequestEntry::builder()
            .event_bus_name(&self.bus)
            .source("accounts")
            .detail_type(streamed.change.kind.name())
            .time(DateTime::from_millis(streamed.change.at))
            .detail(detail(streamed).to_string())
            .build()
    }
}

/// The `detail` of an event. Ten of these stay below the 256 KB of a request: a description has 1,000 characters of four bytes,
/// before and after the change, and nothing else is as long.
fn detail(streamed: &StreamedChange) -> Value {
    let change = &streamed.change;
    json!({
        "version": VERSION,
        "id": change.id,
        "kind": change.kind,
        "at": change.at().to_string(),
        "accountId": streamed.account,
        "actor": change.actor.map(|actor| json!({ "type": actor.kind(), "id": actor.user() })),
        "target": change.target,
        "requestId": change.request_id,
        "changes": change.changes.clone().without(&PERSONAL),
    })
}
