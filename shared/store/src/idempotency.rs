//! Answers saved for repeated requests.

use model::{Error, Timestamp};
use serde::{Deserialize, Serialize};

use super::keys;
use super::table_error::TableError;
use super::wire::Source;
use super::write::{Lost, Outcome, Write};
use super::{Store, rows};

/// How long an answer is saved, in seconds (contract, *Ground rules*).
pub const LIFETIME: i64 = 24 * 60 * 60;

/// The name under which an answer is saved, and the request that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saving {
    /// Who named the request.
    pub caller: String,
    /// The `Idempotency-Key`.
    pub key: String,
    /// SHA-256 of the request; keyed where the body holds a password.
    pub fingerprint: [u8; 32],
}

/// How a change ended that may have been made before.
#[derive(Debug)]
pub enum Committed<T> {
    /// It took place now.
    Done(T),
    /// It had taken place before, with this answer.
    Replayed(Vec<u8>),
}

#[derive(Serialize, Deserialize)]
pub(super) struct SavedRow {
    entity: String,
    #[serde(with = "serde_bytes")]
    fingerprint: Vec<u8>,
    #[serde(with = "serde_bytes")]
    answer: Vec<u8>,
    ttl: i64,
}

/// How a change ended whose answer is kept with it.
#[derive(Debug)]
pub(super) enum Saved {
    /// The change took place.
    Done,
    /// It had taken place before, with this answer.
    Replay(Vec<u8>),
    /// It did not take place.
    Lost(Lost),
}

/// The answer in `item`, if it was given to the same request and is still kept at `now`.
pub(super) fn replay(
    item: &impl Source,
    saving: &Saving,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, Error> {
    let row: SavedRow = item.row()?;
    if row.ttl <= now.seconds() {
        return Ok(None);
    }
    if row.fingerprint != saving.fingerprint {
        return Err(Error::IdempotencyKeyReused);
    }
    Ok(Some(row.answer))
}

impl Store {
    /// Makes all of `writes` and keeps `reply` under `saving`, or does nothing.
    pub(super) async fn commit_saving(
        &self,
        mut writes: Vec<Write>,
        saving: Option<&Saving>,
        answer: &[u8],
        now: Timestamp,
    ) -> Result<Saved, Error> {
        let place = writes.len();
        if let Some(saving) = saving {
            writes.push(save(saving, answer, now)?);
        }
        match (self.commit(&writes).await?, saving) {
            (Outcome::Done, _) => Ok(Saved::Done),
            (Outcome::Lost(lost), Some(saving)) if lost.at(place) => {
                let item = lost.item(place).filter(|item| !item.is_empty());
                let item = item.ok_or(TableError::Damaged("saved answer"))?;
                let reply = replay(item, saving, now)?;
                Ok(Saved::Replay(
                    reply.ok_or(TableError::Damaged("saved answer"))?,
                ))
            }
            (Outcome::Lost(lost), _) => Ok(Saved::Lost(lost)),
        }
    }
}

fn save(saving: &Saving, answer: &[u8], now: Timestamp) -> Result<Write, TableError> {
    let row = SavedRow {
        entity: "idempotency".into(),
        fingerprint: saving.fingerprint.to_vec(),
        answer: answer.to_vec(),
        ttl: now.seconds() + LIFETIME,
    };
    let key = keys::idempotency(&saving.caller, &saving.key);
    let item = rows::item(&key, &row, None)?;
    Ok(Write::put(item).replaceable_since(now.seconds()))
}

#[cfg(test)]
mod tests {
    use model::examples::{NOW, after};

    use super::*;
    use crate::keys::Item;

    const DAY: i64 = 24 * 60 * 60 * 1000;

    fn saving() -> Saving {
        Saving {
            caller: "7".into(),
            key: "k".into(),
            fingerprint: [5; 32],
        }
    }

    const ANSWER: &[u8] = b"done";

    fn saved() -> Item {
        let write = save(&saving(), ANSWER, NOW).unwrap();
        write.put_item().unwrap().clone()
    }

    #[test]
    fn the_same_request_gets_the_answer_again_for_a_day_to_the_second() {
        let described = |now| replay(&saved(), &saving(), now).unwrap();
        assert_eq!(described(NOW), Some(ANSWER.to_vec()));
        let end = Timestamp::from_seconds(after(DAY).seconds());
        assert_eq!(
            described(Timestamp::from_millis(end.millis() - 1)),
            Some(ANSWER.to_vec())
        );
        assert_eq!(described(end), None);
    }

    #[test]
    fn another_request_under_the_same_key_is_refused_while_the_answer_is_kept() {
        let other = Saving {
            fingerprint: [6; 32],
            ..saving()
        };
        let refusal = replay(&saved(), &other, NOW).unwrap_err();
        assert!(matches!(refusal, Error::IdempotencyKeyReused));
        assert_eq!(replay(&saved(), &other, after(DAY)).unwrap(), None);
    }

    #[test]
    fn an_answer_is_kept_where_there_is_none_or_one_too_old() {
        let shown = save(&saving(), ANSWER, NOW).unwrap().shown();
        let key = "IDEMPOTENCY#7#k | IDEMPOTENCY";
        let seconds = NOW.seconds();
        let replaced = format!("(attribute_not_exists(pk) OR ttl <= {seconds})");
        assert_eq!(shown, format!("put {key} if {replaced}"));
    }

    #[test]
    fn the_table_clears_what_is_a_day_old() {
        let ttl = saved()["ttl"].as_n().unwrap().clone();
        assert_eq!(ttl, after(DAY).seconds().to_string());
    }
}
