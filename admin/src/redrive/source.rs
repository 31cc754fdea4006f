//! Where what functions could not take waits: the bucket `UndeliveredBucket`, the queue `MailNewsQueue`.

use std::collections::HashMap;

use serde_json::Value;

use super::waiting::Waiting;
use crate::connection::s3::Bucket;
use crate::connection::sqs::Queue;
use crate::{Failure, Progress};

/// Where Lambda puts what was given up.
const PREFIX: &str = "aws/lambda/";
/// Seconds for which a message of the queue is hidden from others.
const HIDDEN_WHILE_LOOKING: u32 = 10;
const HIDDEN_WHILE_HANDED_OVER: u32 = 900;

/// A place where it waits.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// Lambda's invocation records.
    Bucket(Bucket),
    /// The dead-letter queue of an EventBridge rule.
    Queue(Queue),
}

/// What is in a place.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) waiting: Vec<Waiting>,
    /// Keys of what has another form.
    pub(super) unreadable: Vec<String>,
}

impl Source {
    /// Everything in it. Looking hides a message of the queue for a moment, handing over for its time.
    pub(super) async fn read(
        &self,
        only_looking: bool,
        progress: &Progress,
    ) -> Result<Found, Failure> {
        match self {
            Self::Bucket(bucket) => read_bucket(bucket, progress).await,
            Self::Queue(queue) if only_looking => {
                read_queue(queue, HIDDEN_WHILE_LOOKING, progress).await
            }
            Self::Queue(queue) => read_queue(queue, HIDDEN_WHILE_HANDED_OVER, progress).await,
        }
    }

    /// Removes `one`, which was taken.
    pub(super) async fn remove(&self, one: &Waiting) -> Result<(), Failure> {
        match self {
            Self::Bucket(bucket) => bucket.delete(&one.key).await,
            Self::Queue(queue) => queue.delete(&one.tag).await,
        }
    }

    /// Keeps these records of `one`, unless another run has changed or removed it meanwhile. A message is kept as it is.
    pub(super) async fn keep(&self, one: &Waiting, records: &[Value]) -> Result<(), Failure> {
        if let Self::Bucket(bucket) = self {
            let body = one.with_records(records);
            bucket.put(&one.key, body, Some(&one.tag)).await?;
        }
        Ok(())
    }
}

impl Found {
    fn note(&mut self, key: &str, waiting: Option<Waiting>) {
        match waiting {
            Some(waiting) => self.waiting.push(waiting),
            None => self.unreadable.push(key.to_owned()),
        }
    }
}

async fn read_bucket(bucket: &Bucket, progress: &Progress) -> Result<Found, Failure> {
    let mut found = Found::default();
    for key in bucket.keys(PREFIX).await? {
        // Another run has just handed it over, where there is none any more.
        if let Some(object) = bucket.get(&key).await? {
            found.note(&key, Waiting::of_object(&key, &object.tag, &object.body));
        }
        progress.advance(1);
    }
    Ok(found)
}

async fn read_queue(queue: &Queue, hidden_for: u32, progress: &Progress) -> Result<Found, Failure> {
    let mut messages = HashMap::new();
    loop {
        let received = queue.receive(hidden_for).await?;
        let before = messages.len();
        for message in received {
            messages.insert(message.id.clone(), message);
        }
        let new = messages.len() - before;
        if new == 0 {
            break;
        }
        progress.advance(u64::try_from(new).unwrap_or_default());
    }
    let mut found = Found::default();
    for (id, message) in &messages {
        found.note(id, Waiting::of_message(message));
    }
    Ok(found)
}
