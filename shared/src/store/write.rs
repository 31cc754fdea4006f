//! Conditional writes, alone or several at once, and what is learnt where a condition does not hold.

mod count;

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Delete, Put, ReturnConsumedCapacity, ReturnValue,
    ReturnValuesOnConditionCheckFailure as OnFailure, TransactWriteItem, Update,
};

use super::Store;
use super::fault::Fault;
use super::keys::{Item, Key};
use super::tries::Tries;
use crate::error::Error;
use crate::tokens;

/// One conditional write of one item.
#[derive(Clone, Debug)]
pub(super) struct Write {
    action: Action,
    conditions: Vec<String>,
    sets: Vec<String>,
    removes: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

#[derive(Clone, Debug)]
enum Action {
    Put(Item),
    Update(Key),
    Delete(Key),
}

/// The writes whose conditions did not hold, by their places, with the items that stood there.
#[derive(Debug, Default)]
pub(super) struct Lost(HashMap<usize, Item>);

impl Lost {
    /// Whether the condition of the write at `place` did not hold.
    pub(super) fn at(&self, place: usize) -> bool {
        self.0.contains_key(&place)
    }

    /// The item that stood where the write at `place` did not take place; empty if there was none.
    pub(super) fn item(&self, place: usize) -> Option<&Item> {
        self.0.get(&place)
    }
}

/// How writes ended that did not fail.
#[derive(Debug)]
pub(super) enum Outcome {
    /// All of them took place.
    Done,
    /// None of them took place.
    Lost(Lost),
}

impl Write {
    fn new(action: Action) -> Self {
        Self {
            action,
            conditions: Vec::new(),
            sets: Vec::new(),
            removes: Vec::new(),
            names: HashMap::new(),
            values: HashMap::new(),
        }
    }

    /// Puts `item` where nothing stands.
    pub(super) fn create(item: Item) -> Self {
        Self::new(Action::Put(item)).absent("pk")
    }

    /// Puts `item` in the place of its version `version`.
    pub(super) fn replace(item: Item, version: u64) -> Self {
        Self::new(Action::Put(item)).equals("version", number(version))
    }

    /// Puts `item`, whatever stands there.
    pub(super) fn put(item: Item) -> Self {
        Self::new(Action::Put(item))
    }

    /// Changes attributes of the item under `key`, if there is one.
    pub(super) fn update(key: Key) -> Self {
        let mut write = Self::new(Action::Update(key));
        let pk = write.path("pk");
        write.conditions.push(format!("attribute_exists({pk})"));
        write
    }

    /// Deletes the item under `key`.
    pub(super) fn delete(key: Key) -> Self {
        Self::new(Action::Delete(key))
    }

    /// Sets the attribute at `path`, with dots between the names of maps.
    pub(super) fn set(mut self, path: &str, value: AttributeValue) -> Self {
        let clause = format!("{} = {}", self.path(path), self.value(value));
        self.sets.push(clause);
        self
    }

    /// Removes the attribute at `path`.
    pub(super) fn remove(mut self, path: &str) -> Self {
        let path = self.path(path);
        self.removes.push(path);
        self
    }

    /// Only if the attribute at `path` is `value`.
    pub(super) fn equals(mut self, path: &str, value: AttributeValue) -> Self {
        let condition = format!("{} = {}", self.path(path), self.value(value));
        self.conditions.push(condition);
        self
    }

    /// Only if the attribute at `path` is more than `value`.
    pub(super) fn above(mut self, path: &str, value: AttributeValue) -> Self {
        let condition = format!("{} > {}", self.path(path), self.value(value));
        self.conditions.push(condition);
        self
    }

    /// Only if there is no attribute at `path`.
    pub(super) fn absent(mut self, path: &str) -> Self {
        let condition = format!("attribute_not_exists({})", self.path(path));
        self.conditions.push(condition);
        self
    }

    /// Only if there is no item, or one whose time to live ended before `seconds`: DynamoDB takes days to delete it.
    pub(super) fn vacant_since(mut self, seconds: i64) -> Self {
        let (pk, ttl) = (self.path("pk"), self.path("ttl"));
        let seconds = self.value(number(seconds));
        self.conditions.push(format!(
            "(attribute_not_exists({pk}) OR {ttl} <= {seconds})"
        ));
        self
    }

    /// Names every step, since any may be a reserved word.
    fn path(&mut self, path: &str) -> String {
        let steps = path.split('.').map(|step| {
            let next = format!("#{}", self.names.len());
            let known = self.names.iter().find(|(_, name)| *name == step);
            let name = known.map_or(next, |(alias, _)| alias.clone());
            self.names.insert(name.clone(), step.to_owned());
            name
        });
        steps.collect::<Vec<_>>().join(".")
    }

    fn value(&mut self, value: AttributeValue) -> String {
        let name = format!(":{}", self.values.len());
        self.values.insert(name.clone(), value);
        name
    }

    fn condition(&self) -> Option<String> {
        (!self.conditions.is_empty()).then(|| self.conditions.join(" AND "))
    }

    fn expression(&self) -> String {
        let clause = |verb, parts: &[String]| match parts {
            [] => String::new(),
            parts => format!("{verb} {} ", parts.join(", ")),
        };
        clause("SET", &self.sets) + &clause("REMOVE", &self.removes)
    }

    fn names(&self) -> Option<HashMap<String, String>> {
        (!self.names.is_empty()).then(|| self.names.clone())
    }

    fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        (!self.values.is_empty()).then(|| self.values.clone())
    }

    /// The id of the change record that this write leaves.
    fn change_id(&self) -> Option<&AttributeValue> {
        match &self.action {
            Action::Put(item) => change_id(item),
            Action::Update(_) => self
                .values
                .values()
                .find_map(|value| value.as_m().ok()?.get("id")),
            Action::Delete(_) => None,
        }
    }
}

/// A number as DynamoDB takes it.
pub(super) fn number(value: impl Copy + ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

fn change_id(item: &Item) -> Option<&AttributeValue> {
    item.get("change")?.as_m().ok()?.get("id")
}

impl Store {
    /// Makes all of `writes`, or none: one alone as a single write, several as a transaction.
    ///
    /// What DynamoDB did and whose answer was lost is not taken for somebody else's: a transaction keeps its token in all
    /// tries, and a write left our change record.
    pub(super) async fn commit(&self, writes: &[Write]) -> Result<Outcome, Error> {
        let token = tokens::encode(&tokens::random::<24>());
        let mut tries = Tries::new();
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
                None => tries.again().await?,
            }
        }
    }

    /// Makes `write` and answers the whole item as it stands then.
    pub(super) async fn update_and_read(&self, write: &Write) -> Result<Result<Item, Item>, Error> {
        let mut tries = Tries::new();
        loop {
            let Action::Update(key) = &write.action else {
                return Err(Fault::Damaged("use of a write").into());
            };
            let sent = self.update_call(write, key, ReturnValue::AllNew).await;
            match single_outcome(sent.map(|output| output.attributes.unwrap_or_default()))? {
                Some(Ok(item)) => return Ok(Ok(item)),
                Some(Err(item)) => return Ok(Err(item)),
                None => tries.again().await?,
            }
        }
    }

    async fn update_call(
        &self,
        write: &Write,
        key: &Key,
        answer: ReturnValue,
    ) -> Result<
        aws_sdk_dynamodb::operation::update_item::UpdateItemOutput,
        SdkError<aws_sdk_dynamodb::operation::update_item::UpdateItemError>,
    > {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key.item()))
            .update_expression(write.expression())
            .set_condition_expression(write.condition())
            .set_expression_attribute_names(write.names())
            .set_expression_attribute_values(write.values())
            .return_values(answer)
            .return_values_on_condition_check_failure(OnFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
    }

    async fn single(&self, write: &Write) -> Result<Option<Outcome>, Fault> {
        let ended = match &write.action {
            Action::Put(item) => {
                let sent = self
                    .client
                    .put_item()
                    .table_name(&self.table)
                    .set_item(Some(item.clone()))
                    .set_condition_expression(write.condition())
                    .set_expression_attribute_names(write.names())
                    .set_expression_attribute_values(write.values())
                    .return_values_on_condition_check_failure(OnFailure::AllOld)
                    .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
                    .send()
                    .await;
                single_outcome(sent.map(drop))?
            }
            Action::Update(key) => {
                let sent = self.update_call(write, key, ReturnValue::None).await;
                single_outcome(sent.map(drop))?
            }
            Action::Delete(key) => {
                let sent = self
                    .client
                    .delete_item()
                    .table_name(&self.table)
                    .set_key(Some(key.item()))
                    .set_condition_expression(write.condition())
                    .set_expression_attribute_names(write.names())
                    .set_expression_attribute_values(write.values())
                    .return_values_on_condition_check_failure(OnFailure::AllOld)
                    .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
                    .send()
                    .await;
                single_outcome(sent.map(drop))?
            }
        };
        Ok(ended.map(|ended| match ended {
            Ok(()) => Outcome::Done,
            Err(item) => Outcome::Lost(Lost(HashMap::from([(0, item)]))),
        }))
    }

    async fn transaction(&self, writes: &[Write], token: &str) -> Result<Option<Outcome>, Fault> {
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

    fn transact_item(&self, write: &Write) -> Result<TransactWriteItem, Fault> {
        let item = TransactWriteItem::builder();
        let item = match &write.action {
            Action::Put(put) => item.put(
                Put::builder()
                    .table_name(&self.table)
                    .set_item(Some(put.clone()))
                    .set_condition_expression(write.condition())
                    .set_expression_attribute_names(write.names())
                    .set_expression_attribute_values(write.values())
                    .return_values_on_condition_check_failure(OnFailure::AllOld)
                    .build()
                    .map_err(|error| Fault::Refused(error.into()))?,
            ),
            Action::Update(key) => item.update(
                Update::builder()
                    .table_name(&self.table)
                    .set_key(Some(key.item()))
                    .update_expression(write.expression())
                    .set_condition_expression(write.condition())
                    .set_expression_attribute_names(write.names())
                    .set_expression_attribute_values(write.values())
                    .return_values_on_condition_check_failure(OnFailure::AllOld)
                    .build()
                    .map_err(|error| Fault::Refused(error.into()))?,
            ),
            Action::Delete(key) => item.delete(
                Delete::builder()
                    .table_name(&self.table)
                    .set_key(Some(key.item()))
                    .set_condition_expression(write.condition())
                    .set_expression_attribute_names(write.names())
                    .set_expression_attribute_values(write.values())
                    .return_values_on_condition_check_failure(OnFailure::AllOld)
                    .build()
                    .map_err(|error| Fault::Refused(error.into()))?,
            ),
        };
        Ok(item.build())
    }
}

/// Whether a write lost to itself: to an earlier attempt whose answer did not arrive. All of that attempt took place then,
/// the writes without a record too.
fn made_before(writes: &[Write], lost: &Lost) -> bool {
    let same = |(place, item): (&usize, &Item)| {
        let ours = writes.get(*place).and_then(Write::change_id);
        ours.is_some() && ours == change_id(item)
    };
    lost.0.iter().any(same)
}

/// `None` for a conflict with a transaction, which is worth another try; the item that stood there where the condition
/// did not hold.
fn single_outcome<T, E>(sent: Result<T, SdkError<E>>) -> Result<Option<Result<T, Item>>, Fault>
where
    E: SingleWriteError + aws_sdk_dynamodb::error::ProvideErrorMetadata,
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
trait SingleWriteError {
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
fn cancelled_outcome(reasons: &[CancellationReason]) -> Result<Option<Outcome>, ()> {
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

#[cfg(test)]
mod tests;
