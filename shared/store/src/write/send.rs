//! Sends writes: one as a single write, several as a transaction.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::{
    Delete, Put, ReturnConsumedCapacity, ReturnValue,
    ReturnValuesOnConditionCheckFailure as OnFailure, TransactWriteItem, Update,
};
use model::Error;

use super::outcome::{cancelled_outcome, made_before, single_outcome};
use super::{Action, Lost, Outcome, Write};
use crate::Store;
use crate::backoff::Backoff;
use crate::keys::{Item, Key};
use crate::table_error::TableError;

/// A call or a part of one to our table, with the condition of a write. If the condition fails, the current item is answered. The
/// builders have these methods but share no trait.
macro_rules! conditional {
    ($store:expr, $builder:expr, $write:expr) => {
        $builder
            .table_name($store.table())
            .set_condition_expression($write.condition())
            .set_expression_attribute_names($write.names())
            .set_expression_attribute_values($write.values())
            .return_values_on_condition_check_failure(OnFailure::AllOld)
    };
}

impl Store {
    /// Makes all of `writes`, or none: one alone as a single write, several as a transaction.
    ///
    /// A write of ours whose answer was lost is not taken for another writer's: a transaction keeps its token in all tries, and a
    /// single write left our change record.
    pub(crate) async fn commit(&self, writes: &[Write]) -> Result<Outcome, Error> {
        let token = tokens::encode(&tokens::random::<24>());
        let mut backoff = Backoff::new();
        loop {
            let attempt = match writes {
                [write] => self.single(write).await?,
                writes => self.transaction(writes, &token).await?,
            };
            match attempt {
                Some(Outcome::Lost(lost)) if made_before(writes, &lost) => {
                    return Ok(Outcome::Done);
                }
                Some(outcome) => return Ok(outcome),
                None => backoff.wait().await?,
            }
        }
    }

    /// Sends `write` and answers the whole item after it.
    pub(crate) async fn update_and_read(&self, write: &Write) -> Result<Result<Item, Item>, Error> {
        let mut backoff = Backoff::new();
        loop {
            let Action::Update(key) = &write.action else {
                return Err(TableError::Damaged("use of a write").into());
            };
            let sent = self.update_call(write, key, ReturnValue::AllNew).await;
            match single_outcome(sent.map(|output| output.attributes.unwrap_or_default()))? {
                Some(Ok(item)) => return Ok(Ok(item)),
                Some(Err(item)) => return Ok(Err(item)),
                None => backoff.wait().await?,
            }
        }
    }

    async fn update_call(
        &self,
        write: &Write,
        key: &Key,
        answer: ReturnValue,
    ) -> Result<UpdateItemOutput, SdkError<UpdateItemError>> {
        let update = self
            .client
            .update_item()
            .set_key(Some(key.item()))
            .update_expression(write.expression())
            .return_values(answer)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes);
        conditional!(self, update, write).send().await
    }

    async fn single(&self, write: &Write) -> Result<Option<Outcome>, TableError> {
        let ended = match &write.action {
            Action::Put(item) => {
                let put = self.client.put_item().set_item(Some(item.clone()));
                let put = put.return_consumed_capacity(ReturnConsumedCapacity::Indexes);
                let sent = conditional!(self, put, write).send().await;
                single_outcome(sent.map(drop))?
            }
            Action::Update(key) => {
                let sent = self.update_call(write, key, ReturnValue::None).await;
                single_outcome(sent.map(drop))?
            }
            Action::Delete(key) => {
                let delete = self.client.delete_item().set_key(Some(key.item()));
                let delete = delete.return_consumed_capacity(ReturnConsumedCapacity::Indexes);
                let sent = conditional!(self, delete, write).send().await;
                single_outcome(sent.map(drop))?
            }
        };
        Ok(ended.map(|ended| match ended {
            Ok(()) => Outcome::Done,
            Err(item) => Outcome::Lost(Lost(HashMap::from([(0, item)]))),
        }))
    }

    async fn transaction(
        &self,
        writes: &[Write],
        token: &str,
    ) -> Result<Option<Outcome>, TableError> {
        let items = writes.iter().map(|write| self.transact_item(write));
        let sent = self
            .client
            .transact_write_items()
            .set_transact_items(Some(items.collect::<Result<_, _>>()?))
            .client_request_token(token)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(Some(Outcome::Done)),
            Err(SdkError::ServiceError(service)) => match service.err() {
                TransactWriteItemsError::TransactionCanceledException(cancelled) => {
                    cancelled_outcome(cancelled.cancellation_reasons())
                        .map_err(|()| SdkError::ServiceError(service).into())
                }
                TransactWriteItemsError::TransactionInProgressException(_) => Ok(None),
                _ => Err(SdkError::ServiceError(service).into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    fn transact_item(&self, write: &Write) -> Result<TransactWriteItem, TableError> {
        let item = TransactWriteItem::builder();
        let refused = |error: BuildError| TableError::Refused(error.into());
        let item = match &write.action {
            Action::Put(put) => {
                let put = Put::builder().set_item(Some(put.clone()));
                item.put(conditional!(self, put, write).build().map_err(refused)?)
            }
            Action::Update(key) => {
                let update = Update::builder()
                    .set_key(Some(key.item()))
                    .update_expression(write.expression());
                item.update(conditional!(self, update, write).build().map_err(refused)?)
            }
            Action::Delete(key) => {
                let delete = Delete::builder().set_key(Some(key.item()));
                item.delete(conditional!(self, delete, write).build().map_err(refused)?)
            }
        };
        Ok(item.build())
    }
}
