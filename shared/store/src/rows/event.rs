//! An event of an audit trail.

use model::{Actor, ChangeKind, Differences, Target, Timestamp};
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::events::place;
use crate::keys::{self, Key};
use crate::table_error::TableError;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventRow {
    /// The key is read here, and written with the rest.
    #[serde(skip_serializing)]
    pk: String,
    #[serde(skip_serializing)]
    sk: String,
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
        let Key { pk, sk } = keys::event(event.account, &place(event));
        Self {
            pk,
            sk,
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

impl EventRow {
    /// The event that it holds.
    pub(crate) fn event(self) -> Result<Event, TableError> {
        let place = keys::event_place(&self.sk).ok_or(TableError::Damaged("event key"))?;
        Ok(Event {
            id: place.id,
            kind: self.kind,
            at: Timestamp::from_millis(place.at),
            account: keys::account_id(&self.pk).ok_or(TableError::Damaged("event key"))?,
            version: place.version,
            actor: self.actor,
            target: self.target,
            request_id: self.request_id,
            source_ip: self.source_ip,
            changes: self.changes,
            operator: self.operator,
        })
    }
}
