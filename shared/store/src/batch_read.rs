//! Reads of many items by their keys: the only `BatchGetItem` of the store.

use aws_sdk_dynamodb::config::SharedInterceptor;
use aws_sdk_dynamodb::types::{KeysAndAttributes, ReturnConsumedCapacity};
use model::Error;

use super::Store;
use super::backoff::Backoff;
use super::keys::Key;
use super::projection::projection;
use super::table_error::TableError;
use super::wire::{FromItem, TakeItems};

/// The keys that one `BatchGetItem` takes.
pub(super) const BATCH: usize = 100;

/// How a batch is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct BatchRead {
    /// Whether it costs twice as much and sees every earlier write.
    consistent: bool,
    /// The attributes to read; all of them if there are none.
    attributes: &'static [&'static str],
}

impl BatchRead {
    /// Whole items with every earlier write.
    pub(super) const CONSISTENT: Self = Self {
        consistent: true,
        attributes: &[],
    };
    /// Whole items, perhaps without the writes of the last moment.
    pub(super) const EVENTUAL: Self = Self {
        consistent: false,
        attributes: &[],
    };

    /// The same, of `attributes` only.
    pub(super) const fn only(self, attributes: &'static [&'static str]) -> Self {
        Self { attributes, ..self }
    }

    /// How `keys` are read.
    fn of(self, keys: &[Key]) -> Result<KeysAndAttributes, TableError> {
        let wanted = KeysAndAttributes::builder()
            .set_keys(Some(keys.iter().map(Key::item).collect()))
            .consistent_read(self.consistent);
        let wanted = match self.attributes {
            [] => wanted,
            attributes => {
                let (expression, names) = projection(attributes);
                let wanted = wanted.projection_expression(expression);
                wanted.set_expression_attribute_names(Some(names))
            }
        };
        wanted
            .build()
            .map_err(|error| TableError::Refused(error.into()))
    }
}

impl Store {
    /// Reads the items under `keys` that exist, in no order. No key may occur twice. Up to [`BATCH`] keys are one round trip.
    pub(super) async fn read_batch<T: FromItem>(
        &self,
        keys: &[Key],
        how: BatchRead,
    ) -> Result<Vec<T>, Error> {
        let mut items = Vec::with_capacity(keys.len());
        for keys in keys.chunks(BATCH) {
            let mut wanted = how.of(keys)?;
            let mut backoff = Backoff::new();
            loop {
                let taken = TakeItems::new();
                let take = SharedInterceptor::new(taken.clone());
                let unprocessed = self.ask_for(wanted, take).await?;
                items.extend(taken.items()?);
                match unprocessed {
                    Some(rest) => wanted = rest,
                    None => break,
                }
                backoff.wait().await?;
            }
        }
        Ok(items)
    }

    /// One `BatchGetItem`, whose items `take` takes. Answers what was left out.
    async fn ask_for(
        &self,
        wanted: KeysAndAttributes,
        take: SharedInterceptor,
    ) -> Result<Option<KeysAndAttributes>, TableError> {
        let answer = self
            .client
            .batch_get_item()
            .request_items(self.table(), wanted)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .customize()
            .interceptor(take)
            .send()
            .await?;
        let mut unprocessed = answer.unprocessed_keys.unwrap_or_default();
        Ok(unprocessed.remove(self.table()))
    }
}
