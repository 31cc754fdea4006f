//! Items as DynamoDB's answers spell them, read without the SDK's maps of attributes: those copy every attribute of an item, and a
//! row has use for less than half of them.

mod attribute;

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use aws_sdk_dynamodb::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body::{Body, Frame};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::keys::{Item, Key};
use super::table_error::TableError;

/// An item as text: a JSON object of attributes.
#[derive(Clone, Debug)]
pub(super) struct WireItem(Box<RawValue>);

/// Where a row is read from.
pub(super) trait Source {
    /// The row. Attributes that it does not have are passed over.
    fn row<T: DeserializeOwned>(&self) -> Result<T, TableError>;
    /// The primary key.
    fn key(&self) -> Option<Key>;
    /// Whether there is no item at all: what was in the way of a condition may be nothing.
    fn is_nothing(&self) -> bool;
}

impl WireItem {
    /// Every attribute, those that no row has too: for a write that keeps them.
    pub(super) fn attributes(&self) -> Result<Item, TableError> {
        attribute::read_all(self.0.get())
    }
}

impl Source for WireItem {
    fn row<T: DeserializeOwned>(&self) -> Result<T, TableError> {
        Ok(attribute::read_item(self.0.get())?)
    }

    fn key(&self) -> Option<Key> {
        #[derive(Deserialize)]
        struct Row {
            pk: String,
            sk: String,
        }
        let Row { pk, sk } = self.row().ok()?;
        Some(Key { pk, sk })
    }

    fn is_nothing(&self) -> bool {
        false
    }
}

impl Source for Item {
    fn row<T: DeserializeOwned>(&self) -> Result<T, TableError> {
        super::rows::row(self)
    }

    fn key(&self) -> Option<Key> {
        Key::of(self)
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

/// Takes the items out of the answer to a `Query` or `BatchGetItem`. The SDK reads the rest.
#[derive(Clone, Debug, Default)]
pub(super) struct TakeItems(Arc<Mutex<Vec<WireItem>>>);

impl TakeItems {
    /// The items of the answer, after it has come.
    pub(super) fn items(&self) -> Vec<WireItem> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, items: Vec<WireItem>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = items;
    }
}

impl Intercept for TakeItems {
    fn name(&self) -> &'static str {
        "TakeItems"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response_mut();
        if response.status().is_success() {
            let body = std::mem::replace(response.body_mut(), SdkBody::taken());
            *response.body_mut() = SdkBody::from_body_1_x(WithoutItems {
                body,
                read: Vec::new(),
                ended: false,
                items: self.clone(),
            });
        }
        Ok(())
    }
}

/// The body of an answer, without its items.
struct WithoutItems {
    body: SdkBody,
    read: Vec<u8>,
    ended: bool,
    items: TakeItems,
}

impl Body for WithoutItems {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        while !this.ended {
            let Some(frame) = ready!(Pin::new(&mut this.body).poll_frame(context)) else {
                this.ended = true;
                let (items, rest) = split(&this.read)?;
                this.items.set(items);
                return Poll::Ready(Some(Ok(Frame::data(rest.into()))));
            };
            if let Ok(data) = frame?.into_data() {
                this.read.extend_from_slice(&data);
            }
        }
        Poll::Ready(None)
    }
}

/// The items of an answer, and the answer without them.
fn split(body: &[u8]) -> serde_json::Result<(Vec<WireItem>, Vec<u8>)> {
    let mut answer: Answer<'_> = serde_json::from_slice(body)?;
    let responses = std::mem::take(&mut answer.responses);
    let items = std::mem::take(&mut answer.items).into_iter();
    let items = items.chain(responses.into_values().flatten());
    Ok((items.map(WireItem).collect(), serde_json::to_vec(&answer)?))
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    /// Of `Query`.
    #[serde(default, skip_serializing)]
    items: Vec<Box<RawValue>>,
    /// Of `BatchGetItem`, by table.
    #[serde(default, skip_serializing)]
    responses: HashMap<String, Vec<Box<RawValue>>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    count: Option<&'a RawValue>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    scanned_count: Option<&'a RawValue>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    last_evaluated_key: Option<&'a RawValue>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    unprocessed_keys: Option<&'a RawValue>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    consumed_capacity: Option<&'a RawValue>,
}

#[cfg(test)]
pub(super) mod tests;
