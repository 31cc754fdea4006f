//! The shards of a stream, read in turn from where the checkpoints left off.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::types::ShardIteratorType;
use serde_json::Value;

use super::checkpoint::Checkpoints;
use super::record;
use crate::aws::endpoint::reason;

/// How often new shards are looked for.
const LOOK_AROUND: Duration = Duration::from_secs(30);

/// The open iterators.
pub(super) struct Shards {
    client: Client,
    stream: String,
    /// The next iterator of each shard; `None` once it is closed and read to its end.
    iterators: BTreeMap<String, Option<String>>,
    looked: Option<Instant>,
}

/// Records of one shard.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) shard: String,
    pub(super) records: Vec<Value>,
}

impl Shards {
    pub(super) fn new(client: Client, stream: String) -> Self {
        Self {
            client,
            stream,
            iterators: BTreeMap::new(),
            looked: None,
        }
    }

    /// What is new, by shard; nothing when there is nothing.
    pub(super) async fn next(&mut self, checkpoints: &Checkpoints) -> Result<Vec<Page>, String> {
        if self
            .looked
            .is_none_or(|looked| looked.elapsed() > LOOK_AROUND)
        {
            self.look_around(checkpoints).await?;
            self.looked = Some(Instant::now());
        }
        let mut pages = Vec::new();
        for (shard, next) in &mut self.iterators {
            let Some(iterator) = next.clone() else {
                continue;
            };
            match self
                .client
                .get_records()
                .shard_iterator(iterator)
                .send()
                .await
            {
                Ok(answer) => {
                    *next = answer.next_shard_iterator;
                    if next.is_none() {
                        self.looked = None;
                    }
                    let records = answer.records.unwrap_or_default();
                    let records: Vec<Value> = records
                        .iter()
                        .map(|record| record::event(record, &self.stream))
                        .collect();
                    if !records.is_empty() {
                        pages.push(Page {
                            shard: shard.clone(),
                            records,
                        });
                    }
                }
                Err(error) => {
                    // An iterator lives 15 minutes; another one is had from the checkpoint.
                    self.iterators.clear();
                    self.looked = None;
                    return Err(reason(&error));
                }
            }
        }
        Ok(pages)
    }

    async fn look_around(&mut self, checkpoints: &Checkpoints) -> Result<(), String> {
        let mut after = None;
        loop {
            let request = self.client.describe_stream().stream_arn(&self.stream);
            let answer = request.set_exclusive_start_shard_id(after).send().await;
            let answer = answer.map_err(|error| reason(&error))?;
            let described = answer
                .stream_description
                .ok_or("the stream is not described")?;
            for shard in described.shards() {
                let id = shard.shard_id().unwrap_or_default();
                if !self.iterators.contains_key(id) {
                    let iterator = self.iterator(id, checkpoints.of(id)).await?;
                    self.iterators.insert(id.to_owned(), iterator);
                }
            }
            after = described.last_evaluated_shard_id;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn iterator(&self, shard: &str, after: Option<&str>) -> Result<Option<String>, String> {
        let request = || {
            self.client
                .get_shard_iterator()
                .stream_arn(&self.stream)
                .shard_id(shard)
        };
        let from_start = || {
            request()
                .shard_iterator_type(ShardIteratorType::TrimHorizon)
                .send()
        };
        let answer = match after {
            None => from_start().await,
            Some(sequence) => {
                let from_checkpoint = request()
                    .shard_iterator_type(ShardIteratorType::AfterSequenceNumber)
                    .sequence_number(sequence)
                    .send();
                match from_checkpoint.await {
                    // The checkpoint is older than what the stream keeps.
                    Err(error) if error.as_service_error().is_some() => from_start().await,
                    answer => answer,
                }
            }
        };
        let answer = answer.map_err(|error| reason(&error))?;
        Ok(answer.shard_iterator)
    }
}
