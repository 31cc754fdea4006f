//! An event of an audit trail.

use model::{Actor, ChangeKind, Differences, Target, Timestamp};
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::keys;
use crate::table_error::TableError;
use crate::wire::Source;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventRow {
    entity: String,
    kind: ChangeKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    actor: Option<Actor>,
    target: Target,
    request_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source_ip: Option<String>,
    #[serde(default, skip_serializing_if = "Differences::is_empty")]
    changes: Differences,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    operator: String,
}

impl From<&Event> for EventRow {
    fn from(event: &Event) -> Self {
        Self {
            entity: "event".into(),
            kind: event.kind,
            actor: event.actor,
            target: event.target.clone(),
            request_id: event.request_id.clone(),
            source_ip: event.source_ip.clone(),
            changes: event.changes.clone(),
            operator: event.operator.clone(),
        }
    }
}

/// The event that `item` holds.
pub(crate) fn event(item: &impl Source) -> Result<Event, TableError> {
    let key = item.key().ok_or(TableError::Damaged("event key"))?;
    let place = keys::event_place(&key.sk).ok_or(TableError::Damaged("event key"))?;
    let row: EventRow = item.row()?;
    Ok(Event {
        id: place.id,
        kind: row.kind,
        at: Timestamp::from_millis(place.at),
        account: keys::account_id(&key.pk).ok_or(TableError::Damaged("event key"))?,
        version: place.version,
        actor: row.actor,
        target: row.target,
        request_id: row.request_id,
        source_ip: row.source_ip,
        changes: row.changes,
        operator: row.operator,
    })
}
