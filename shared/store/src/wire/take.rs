//! Takes items out of an answer while the SDK reads it.

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use aws_sdk_dynamodb::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body::{Body, Frame};
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{WireItem, attribute};
use crate::table_error::TableError;

/// What an item is read as, in one pass over the answer: a row, or a [`WireItem`] if several rows are to be read from it.
pub(crate) trait FromItem: Sized + Send + 'static {
    /// Reads the object of attributes that `item` is.
    fn from_item<'de, D: Deserializer<'de>>(item: D) -> Result<Self, D::Error>;
}

impl<T: DeserializeOwned + Send + 'static> FromItem for T {
    fn from_item<'de, D: Deserializer<'de>>(item: D) -> Result<Self, D::Error> {
        attribute::read_row(item)
    }
}

/// Takes the items out of the answer to a `Query` or `BatchGetItem`. The SDK reads the rest.
pub(crate) struct TakeItems<T>(Arc<Mutex<Taken<T>>>);

/// The items, or why one of them is not a `T`.
type Taken<T> = serde_json::Result<Vec<T>>;

impl<T> TakeItems<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Ok(Vec::new()))))
    }

    /// The items of the answer, after it has come.
    pub(crate) fn items(&self) -> Result<Vec<T>, TableError> {
        Ok(self.replace(Ok(Vec::new()))?)
    }

    fn replace(&self, items: Taken<T>) -> Taken<T> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *held, items)
    }
}

impl<T> Clone for TakeItems<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for TakeItems<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TakeItems")
    }
}

impl<T: FromItem> Intercept for TakeItems<T> {
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
struct WithoutItems<T> {
    body: SdkBody,
    read: Vec<u8>,
    ended: bool,
    items: TakeItems<T>,
}

impl<T: FromItem> Body for WithoutItems<T> {
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
                // Those of a try before are not asked for any more.
                let _ = this.items.replace(items);
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
pub(super) fn split<T: FromItem>(body: &[u8]) -> serde_json::Result<(Taken<T>, Vec<u8>)> {
    // Once for all: `serde_json` would look at each string by itself.
    let body = std::str::from_utf8(body).map_err(serde_json::Error::custom)?;
    match serde_json::from_str::<Answer<'_, T>>(body) {
        Ok(mut answer) => Ok((Ok(answer.take()), serde_json::to_vec(&answer)?)),
        // An item is not what is expected, or the answer is none of DynamoDB's.
        Err(error) => {
            let mut answer: Answer<'_, WireItem> = serde_json::from_str(body)?;
            answer.take();
            Ok((Err(error), serde_json::to_vec(&answer)?))
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", bound(deserialize = "T: FromItem"))]
struct Answer<'a, T> {
    /// Of `Query`.
    #[serde(default = "Vec::new", skip_serializing)]
    items: Vec<Read<T>>,
    /// Of `BatchGetItem`, by table.
    #[serde(default = "HashMap::new", skip_serializing)]
    responses: HashMap<String, Vec<Read<T>>>,
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

impl<T> Answer<'_, T> {
    fn take(&mut self) -> Vec<T> {
        let items = std::mem::take(&mut self.items);
        let responses = std::mem::take(&mut self.responses);
        let items = items.into_iter().chain(responses.into_values().flatten());
        items.map(|Read(item)| item).collect()
    }
}

/// An item of an answer.
struct Read<T>(T);

impl<'de, T: FromItem> Deserialize<'de> for Read<T> {
    fn deserialize<D: Deserializer<'de>>(item: D) -> Result<Self, D::Error> {
        T::from_item(item).map(Self)
    }
}
