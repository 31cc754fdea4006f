//! Answers kept for whoever repeats a request.

use serde::{Deserialize, Serialize};

use super::Store;
use super::fault::Fault;
use super::keys::{self, Item};
use super::rows;
use super::write::{Lost, Outcome, Write};
use crate::error::Error;
use crate::http::Reply;
use crate::idempotency::{LIFETIME, Saving};
use crate::values::Timestamp;

#[derive(Serialize, Deserialize)]
struct SavedRow {
    entity: String,
    #[serde(with = "serde_bytes")]
    fingerprint: Vec<u8>,
    reply: Reply,
    ttl: i64,
}

/// How a change ended whose answer is kept with it.
#[derive(Debug)]
pub(super) enum Saved {
    /// The change took place.
    Done,
    /// It had taken place before, with this answer.
    Replay(Reply),
    /// It did not take place.
    Lost(Lost),
}

/// The answer in `item`, if it was given to the same request and is still kept at `now`.
pub(super) fn replay(item: &Item, saving: &Saving, now: Timestamp) -> Result<Option<Reply>, Error> {
    let row: SavedRow = rows::row(item)?;
    if row.ttl <= now.seconds() {
        return Ok(None);
    }
    if row.fingerprint != saving.fingerprint {
        return Err(Error::IdempotencyKeyReused);
    }
    Ok(Some(row.reply.replayed()))
}

impl Store {
    /// Makes all of `writes` and keeps `reply` under `saving`, or does nothing.
    pub(super) async fn commit_saving(
        &self,
        mut writes: Vec<Write>,
        saving: Option<&Saving>,
        reply: &Reply,
        now: Timestamp,
    ) -> Result<Saved, Error> {
        let place = writes.len();
        if let Some(saving) = saving {
            writes.push(save(saving, reply, now)?);
        }
        match (self.commit(&writes).await?, saving) {
            (Outcome::Done, _) => Ok(Saved::Done),
            (Outcome::Lost(lost), Some(saving)) if lost.at(place) => {
                let item = lost.item(place).filter(|item| !item.is_empty());
                let item = item.ok_or(Fault::Damaged("saved answer"))?;
                let reply = replay(item, saving, now)?;
                Ok(Saved::Replay(reply.ok_or(Fault::Damaged("saved answer"))?))
            }
            (Outcome::Lost(lost), _) => Ok(Saved::Lost(lost)),
        }
    }
}

fn save(saving: &Saving, reply: &Reply, now: Timestamp) -> Result<Write, Fault> {
    let row = SavedRow {
        entity: "idempotency".into(),
        fingerprint: saving.fingerprint.to_vec(),
        reply: reply.clone(),
        ttl: now.seconds() + LIFETIME,
    };
    let key = keys::idempotency(&saving.caller, &saving.key);
    let item = rows::item(&key, &row, None)?;
    Ok(Write::put(item).vacant_since(now.seconds()))
}
