//! Lambda's event source mappings: deliver stream records in batches, in order, at least once, with bounded retries.

mod batch;
mod checkpoint;
mod record;
mod shards;
mod undelivered;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::aws::event_pattern;
use crate::aws::lambda::Running;
use crate::listener::Stop;
use crate::sam::StreamSource;
use checkpoint::Checkpoints;
use shards::Shards;

pub(crate) use undelivered::Undelivered;

/// How often the stream is read without a signal of a write.
const IDLE: Duration = Duration::from_secs(1);
/// How long to wait after the stream could not be read.
const AFTER_FAILURE: Duration = Duration::from_millis(500);

/// One stream, feeding one function.
pub(crate) struct Feed {
    pub(crate) client: aws_sdk_dynamodbstreams::Client,
    pub(crate) stream: String,
    pub(crate) source: StreamSource,
    pub(crate) function: Arc<Running>,
    pub(crate) undelivered: Undelivered,
    pub(crate) data: crate::data::Data,
    /// Counts the requests that may have written something.
    pub(crate) written: watch::Receiver<u64>,
    /// Counts the reads that found the stream at its end.
    pub(crate) ends: watch::Sender<u64>,
}

impl Feed {
    /// Feeds the function until `stop`.
    pub(crate) fn start(self, stop: Stop) -> JoinHandle<()> {
        tokio::spawn(async move {
            tokio::select! {
                biased;
                () = stop.stopped() => {}
                () = self.run() => {}
            }
        })
    }

    async fn run(mut self) {
        let name = format!(
            "stream-{}-{}.json",
            self.function.declared.id, self.source.name
        );
        let mut checkpoints = Checkpoints::load(&self.data, &name, &self.stream);
        let mut shards = Shards::new(self.client.clone(), self.stream.clone());
        loop {
            self.written.mark_unchanged();
            match shards.next(&checkpoints).await {
                Ok(read) if read.is_empty() => {
                    self.ends.send_modify(|count| *count += 1);
                    let _ = tokio::time::timeout(IDLE, self.written.changed()).await;
                }
                Ok(read) => {
                    for page in read {
                        self.deliver(page, &mut checkpoints).await;
                    }
                }
                Err(error) => {
                    tracing::warn!(error, "the stream cannot be read");
                    tokio::time::sleep(AFTER_FAILURE).await;
                }
            }
        }
    }

    /// Delivers the records that match the function's filters, batch by batch, and saves the position.
    async fn deliver(&self, page: shards::Page, checkpoints: &mut Checkpoints) {
        let Some(last) = page.records.last().map(record::sequence) else {
            return;
        };
        let wanted: Vec<Value> = page
            .records
            .into_iter()
            .filter(|record| event_pattern::wants(&self.source.filters, record))
            .collect();
        for batch in wanted.chunks(self.source.batch_size) {
            self.deliver_batch(&page.shard, batch).await;
            if let Some(record) = batch.last() {
                checkpoints.reached(&page.shard, &record::sequence(record));
                checkpoints.save();
            }
        }
        checkpoints.reached(&page.shard, &last);
    }
}
