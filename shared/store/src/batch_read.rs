//! Reads of many items by their keys: the only `BatchGetItem` of the store.

use aws_sdk_dynamodb::types::{KeysAndAttributes, ReturnConsumedCapacity};
use model::Error;

use super::Store;
use super::backoff::Backoff;
use super::keys::Key;
use super::table_error::TableError;
use super::wire::{TakeItems, WireItem};

/// The keys that one `BatchGetItem` takes.
pub(super) const BATCH: usize = 100;

/// How a batch is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct BatchRead {
    /// Whether it costs twice as much and sees every earlier write.
    consistent: bool,
    /// The attributes to read; all of them if there are none.
    attributes: Option<&'static str>,
}

impl BatchRead {
    /// Whole items with every earlier write.
    pub(super) const CONSISTENT: Self = Self {
        consistent: true,
        attributes: None,
    };
    /// Whole items, perhaps without the writes of the last moment.
    pub(super) const EVENTUAL: Self = Self {
        consistent: false,
        attributes: None,
    };

    /// The same, of `attributes` only.
    pub(super) const fn only(self, attributes: &'static str) -> Self {
        Self {
            attributes: Some(attributes),
            ..self
        }
    }
}

impl Store {
    /// Reads the items under `keys` that exist, in no order. No key may occur twice. Up to [`BATCH`] keys are one round trip.
    pub(super) async fn read_batch(
        &self,
        keys: &[Key],
        how: BatchRead,
    ) -> Result<Vec<WireItem>, Error> {
        let mut items = Vec::with_capacity(keys.len());
        for keys in keys.chunks(BATCH) {
            let mut wanted = KeysAndAttributes::builder()
                .set_keys(Some(keys.iter().map(Key::item).collect()))
                .consistent_read(how.consistent)
                .set_projection_expression(how.attributes.map(Into::into))
                .build()
                .map_err(|error| TableError::Refused(error.into()))?;
            let mut backoff = Backoff::new();
            loop {
                let taken = TakeItems::default();
                let answer = self
                    .client
                    .batch_get_item()
                    .request_items(&self.table, wanted)
                    .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
                    .customize()
                    .interceptor(taken.clone())
                    .send()
                    .await
                    .map_err(TableError::from)?;
                items.extend(taken.items());
                let mut unprocessed = answer.unprocessed_keys.unwrap_or_default();
                match unprocessed.remove(&self.table) {
                    Some(rest) => wanted = rest,
                    None => break,
                }
                backoff.wait().await?;
            }
        }
        Ok(items)
    }
}
