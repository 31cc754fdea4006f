//! A batch of stream records: records of one group in order, groups beside each other, and the answer to Lambda.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Display;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::StreamRecord;
use tokio::task::JoinSet;

use crate::Error;

/// The answer to a batch (`ReportBatchItemFailures`): Lambda delivers the first failed record and all later ones again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchResponse {
    /// The first record that failed; empty if none did.
    pub batch_item_failures: Vec<BatchItemFailure>,
}

/// A record that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchItemFailure {
    /// The record's sequence number.
    pub item_identifier: String,
}

/// The records that fail together with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// This one, however often it is tried. Later records of its group wait.
    Forever,
    /// This one for now. Later records of its group wait.
    Group,
    /// All records that have not begun.
    Batch,
}

/// Why a record failed, and what fails with it.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct RecordError {
    reason: String,
    scope: Scope,
}

/// How batches run.
#[derive(Clone, Copy, Debug)]
pub struct BatchRunner {
    /// The group of a record. The records of one group stay in order.
    pub group: fn(&Value) -> &str,
    /// The groups that run at the same time.
    pub concurrency: usize,
}

/// What became of the records of a batch.
#[derive(Debug)]
pub struct Results<T> {
    /// The results by their places in the batch, in order.
    pub done: Vec<(usize, T)>,
    failed: Option<usize>,
    /// Why the batch's first record can never succeed, if so.
    first_forever: Option<RecordError>,
    sequences: Vec<String>,
}

type Group = VecDeque<(usize, Value)>;

impl RecordError {
    /// An error with the reason `reason` and the scope `scope`.
    pub fn new(reason: impl Display, scope: Scope) -> Self {
        Self {
            reason: reason.to_string(),
            scope,
        }
    }
}

impl BatchRunner {
    /// Handles `records`. A group stops at its first failure; other groups go on. Handling a record again has no effect, so that
    /// Lambda may deliver those again that were handled after the first failure.
    pub async fn run<T, F, W>(&self, records: Vec<Value>, handle: F) -> Results<T>
    where
        T: Send + 'static,
        F: Fn(StreamRecord) -> W + Clone + Send + Sync + 'static,
        W: Future<Output = Result<Option<T>, RecordError>> + Send,
    {
        let mut results = Results {
            done: Vec::new(),
            failed: None,
            first_forever: None,
            sequences: records.iter().map(|one| sequence(one).to_owned()).collect(),
        };
        let mut waiting: VecDeque<_> = self.groups(records).into();
        let mut running = JoinSet::new();
        loop {
            while running.len() < self.concurrency
                && let Some(group) = waiting.pop_front()
            {
                let meter = observe::here().unwrap_or_default();
                let handle = handle.clone();
                running.spawn(async move { meter.over(Box::pin(run_group(group, handle))).await });
            }
            match running.join_next().await {
                None => break,
                Some(Ok((done, failure))) => {
                    results.done.extend(done);
                    if let Some((place, error)) = failure {
                        if error.scope == Scope::Batch {
                            for group in waiting.drain(..) {
                                results.fail_group(&group);
                            }
                        }
                        results.fail(place, error);
                    }
                }
                Some(Err(error)) => {
                    tracing::error!(%error, "a group of records was left");
                    results.fail_from(0);
                }
            }
        }
        results.done.sort_unstable_by_key(|(place, _)| *place);
        results
    }

    /// The groups, in the order of their first records.
    fn groups(self, records: Vec<Value>) -> Vec<Group> {
        let mut places = BTreeMap::new();
        let mut groups: Vec<Group> = Vec::new();
        for (place, record) in records.into_iter().enumerate() {
            let group = *places
                .entry((self.group)(&record).to_owned())
                .or_insert_with(|| {
                    groups.push(Group::new());
                    groups.len() - 1
                });
            groups[group].push_back((place, record));
        }
        groups
    }
}

/// The partition of the item that a record is about.
#[must_use]
pub fn partition(record: &Value) -> &str {
    text(&record["dynamodb"]["Keys"]["pk"]["S"])
}

fn sequence(record: &Value) -> &str {
    text(&record["dynamodb"]["SequenceNumber"])
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

async fn run_group<T, F, W>(
    group: Group,
    handle: F,
) -> (Vec<(usize, T)>, Option<(usize, RecordError)>)
where
    F: Fn(StreamRecord) -> W,
    W: Future<Output = Result<Option<T>, RecordError>>,
{
    let mut done = Vec::new();
    for (place, record) in group {
        let sequence = sequence(&record).to_owned();
        let ended = match serde_json::from_value(record) {
            Ok(record) => handle(record).await,
            Err(error) => Err(RecordError::new(error, Scope::Forever)),
        };
        match ended {
            Ok(result) => done.extend(result.map(|result| (place, result))),
            Err(error) => {
                let reason = error.to_string();
                tracing::error!(error = reason, sequence, "a record was not handled");
                return (done, Some((place, error)));
            }
        }
    }
    (done, None)
}

impl<T> Results<T> {
    /// The results before the first failure.
    pub fn before_failure(&self) -> impl Iterator<Item = &(usize, T)> {
        let failed = self.failed.unwrap_or(usize::MAX);
        self.done.iter().filter(move |(place, _)| *place < failed)
    }

    /// Counts the record at `place` and all later ones as failed.
    pub fn fail_from(&mut self, place: usize) {
        self.failed = Some(self.failed.map_or(place, |failed| failed.min(place)));
    }

    fn fail(&mut self, place: usize, error: RecordError) {
        self.fail_from(place);
        if place == 0 && error.scope == Scope::Forever && self.sequences.len() > 1 {
            self.first_forever = Some(error);
        }
    }

    fn fail_group(&mut self, group: &Group) {
        if let Some((place, _)) = group.front() {
            self.fail_from(*place);
        }
    }

    /// The answer to Lambda.
    ///
    /// # Errors
    ///
    /// The first of several records can never succeed: Lambda halves the batch until that record is alone, so that no other is
    /// given up with it.
    pub fn into_response(self) -> Result<BatchResponse, Error> {
        if let Some(error) = self.first_forever {
            return Err(error.into());
        }
        let failed = self.failed.and_then(|place| self.sequences.get(place));
        let failure = failed.map(|sequence| BatchItemFailure {
            item_identifier: sequence.clone(),
        });
        Ok(BatchResponse {
            batch_item_failures: failure.into_iter().collect(),
        })
    }
}

#[cfg(test)]
mod tests;
