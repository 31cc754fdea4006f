//! What is learnt from a write that did not take place.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::CancellationReason;

use super::{Write, change_id};
use crate::keys::Item;
use crate::table_error::TableError;

/// The writes whose conditions did not hold, by their places, with the items that stood there.
#[derive(Debug, Default)]
pub(crate) struct Lost(pub(super) HashMap<usize, Item>);

impl Lost {
    /// The write at `place` lost to `item`.
    #[cfg(test)]
    pub(crate) fn of(place: usize, item: Item) -> Self {
        Self(HashMap::from([(place, item)]))
    }

    /// Whether the condition of the write at `place` did not hold.
    pub(crate) fn at(&self, place: usize) -> bool {
        self.0.contains_key(&place)
    }

    /// The item that stood where the write at `place` did not take place; empty if there was none.
    pub(crate) fn item(&self, place: usize) -> Option<&Item> {
        self.0.get(&place)
    }
}

/// How writes ended that did not fail.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// All of them took place.
    Done,
    /// None of them took place.
    Lost(Lost),
}
/// Whether a write lost to itself: to an earlier attempt whose answer did not arrive. All of that attempt took place then,
/// the writes without a record too.
pub(super) fn made_before(writes: &[Write], lost: &Lost) -> bool {
    let same = |(place, item): (&usize, &Item)| {
        let ours = writes.get(*place).and_then(Write::change_id);
        ours.is_some() && ours == change_id(item)
    };
    lost.0.iter().any(same)
}

/// `None` for a conflict with a transaction, which is worth another try; the item that stood there where the condition
/// did not hold.
pub(super) fn single_outcome<T, E>(
    sent: Result<T, SdkError<E>>,
) -> Result<Option<Result<T, Item>>, TableError>
where
    E: SingleWriteError + ProvideErrorMetadata,
    E: std::error::Error + Send + Sync + 'static,
{
    match sent {
        Ok(output) => Ok(Some(Ok(output))),
        Err(SdkError::ServiceError(service)) => {
            if let Some(item) = service.err().standing_item() {
                return Ok(Some(Err(item)));
            }
            if service.err().code() == Some("TransactionConflictException") {
                return Ok(None);
            }
            Err(SdkError::ServiceError(service).into())
        }
        Err(error) => Err(error.into()),
    }
}

/// What the errors of the three single writes have in common, which the SDK generates thrice.
pub(super) trait SingleWriteError {
    /// The item that stood there, if the error is that the condition did not hold.
    fn standing_item(&self) -> Option<Item>;
}

macro_rules! single_write_error {
    ($operation:ident, $error:ident) => {
        impl SingleWriteError for aws_sdk_dynamodb::operation::$operation::$error {
            fn standing_item(&self) -> Option<Item> {
                match self {
                    Self::ConditionalCheckFailedException(failed) => {
                        Some(failed.item().cloned().unwrap_or_default())
                    }
                    _ => None,
                }
            }
        }
    };
}
single_write_error!(put_item, PutItemError);
single_write_error!(update_item, UpdateItemError);
single_write_error!(delete_item, DeleteItemError);

/// The failed conditions; `None` where there is nothing but conflicts and throttles, which are worth another try.
pub(super) fn cancelled_outcome(reasons: &[CancellationReason]) -> Result<Option<Outcome>, ()> {
    let mut lost = Lost::default();
    for (place, reason) in reasons.iter().enumerate() {
        match reason.code() {
            Some("ConditionalCheckFailed") => {
                lost.0
                    .insert(place, reason.item().cloned().unwrap_or_default());
            }
            None
            | Some(
                "None"
                | "TransactionConflict"
                | "ThrottlingError"
                | "ProvisionedThroughputExceeded",
            ) => {}
            Some(_) => return Err(()),
        }
    }
    Ok((!lost.0.is_empty()).then_some(Outcome::Lost(lost)))
}
