//! A batch of records: what is of one partition in order, partitions beside each other.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use runtime::model::{Error, Timestamp};
use runtime::observe;
use runtime::store::{Copies, StreamedChange};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::Trail;
use crate::record::{Unseen, partition, sequence, streamed};

/// Partitions that are seen to together.
const TOGETHER: usize = 16;
/// How old a rename has to be before the index is asked for the memberships, in milliseconds: the index lags behind.
const INDEX_LAG: i64 = 1000;

/// How old a change has to be, in milliseconds, before its account may have been cleared: `purge` waits a minute after the
/// deletion, and longer where accounts can be restored.
const LATE: i64 = 30_000;

/// How long one invocation may take to forget a person, well below the function's own time.
const FORGETTING: Duration = Duration::from_secs(40);

/// What became of the records of one partition.
#[derive(Default)]
struct Snapshot {
    /// By their places in the batch.
    streamed: Vec<(usize, StreamedChange)>,
    failed: Option<usize>,
    /// Why the batch's first record can never be told, if so.
    hopeless: Option<Unseen>,
}

impl Trail {
    /// Sees to `records`. After a record that fails, no other of its partition is seen to: Lambda hands it over again first. Others
    /// are, and are found done when they come again.
    ///
    /// # Errors
    ///
    /// The first of several records can never be told: Lambda halves the batch until that record is alone, so that no other is
    /// given up together with it.
    pub(crate) async fn deliver(
        &self,
        records: Vec<Value>,
    ) -> Result<DynamoDbEventResponse, Unseen> {
        let several = records.len() > 1;
        let mut partitions: BTreeMap<String, Vec<(usize, Value)>> = BTreeMap::new();
        let sequences: Vec<_> = records.iter().map(|one| sequence(one).to_owned()).collect();
        for (place, record) in records.into_iter().enumerate() {
            let partition = partitions.entry(partition(&record).to_owned()).or_default();
            partition.push((place, record));
        }
        let mut waiting = partitions.into_values();
        let mut under_way = JoinSet::new();
        let mut snapshot = Snapshot::default();
        loop {
            while under_way.len() < TOGETHER
                && let Some(records) = waiting.next()
            {
                let (trail, meter) = (self.clone(), observe::here().unwrap_or_default());
                under_way
                    .spawn(async move { meter.over(Box::pin(trail.partition(records))).await });
            }
            match under_way.join_next().await {
                None => break,
                Some(Ok(one)) => {
                    snapshot.streamed.extend(one.streamed);
                    snapshot.failed = earlier(snapshot.failed, one.failed);
                    snapshot.hopeless = snapshot.hopeless.or(one.hopeless);
                }
                Some(Err(error)) => {
                    tracing::error!(error = %error, "a partition was left");
                    snapshot.failed = Some(0);
                }
            }
        }
        snapshot.streamed.sort_unstable_by_key(|(place, _)| *place);
        let hopeless = snapshot.hopeless.take().filter(|_| several);
        let failed = self.afterwards(snapshot).await;
        if let Some(error) = hopeless {
            return Err(error);
        }
        let mut answer = DynamoDbEventResponse::default();
        if let Some(place) = failed {
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = sequences.get(place).cloned();
            answer.batch_item_failures.push(failure);
        }
        Ok(answer)
    }

    /// What is done once for the whole batch: the erased are forgotten, and the feed learns of what is done with.
    async fn afterwards(&self, snapshot: Snapshot) -> Option<usize> {
        let mut failed = snapshot.failed;
        if let Err(error) = self.forget_erased(&snapshot.streamed).await {
            tracing::error!(error = error.to_string(), "activity may be left");
            failed = earlier(failed, snapshot.streamed.first().map(|(place, _)| *place));
        }
        if let Some(feed) = &self.feed {
            let done =
                |(place, _): &&(usize, StreamedChange)| failed.is_none_or(|failed| *place < failed);
            let done: Vec<_> = snapshot.streamed.iter().filter(done).collect();
            failed = earlier(failed, feed.put(&done).await);
        }
        failed
    }

    async fn partition(&self, records: Vec<(usize, Value)>) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for (place, record) in records {
            match self.one(&record).await {
                Ok(streamed) => snapshot
                    .streamed
                    .extend(streamed.map(|streamed| (place, streamed))),
                Err(error) => {
                    let sequence = sequence(&record);
                    tracing::error!(
                        error = error.to_string(),
                        sequence,
                        "a change was not streamed"
                    );
                    snapshot.failed = Some(place);
                    let first = place == 0 && matches!(error, Unseen::Unreadable(_));
                    snapshot.hopeless = first.then_some(error);
                    break;
                }
            }
        }
        snapshot
    }

    async fn one(&self, record: &Value) -> Result<Option<StreamedChange>, Unseen> {
        let Some(streamed) = streamed(record)? else {
            return Ok(None);
        };
        let store = &self.app.store;
        if self.is_cleared(&streamed).await? {
            return Ok(Some(streamed));
        }
        self.note_trace(&streamed).await?;
        store.record(&streamed).await?;
        match streamed.copies {
            Copies::Right => {}
            Copies::In(account, user) => store.copy_names_in(account, user).await?,
            Copies::Of(user) => {
                self.wait_for_the_index(streamed.change.at()).await;
                store.copy_names(user).await?;
            }
        }
        if let Some(user) = streamed.erased {
            self.wait_for_the_index(streamed.change.at()).await;
            // Each try finds less to do.
            let forgotten = tokio::time::timeout(FORGETTING, self.forget(user)).await;
            forgotten.map_err(|_| Unseen::Unfinished)??;
        }
        Ok(Some(streamed))
    }

    /// Whether the account of a late record is gone, with its trail: what was written there now, nobody would ever clear. The number
    /// of accounts may be one off then, until a rebuild.
    async fn is_cleared(&self, streamed: &StreamedChange) -> Result<bool, Error> {
        let late = self.app.clock.now().millis() - streamed.change.at > LATE;
        match streamed.account.filter(|_| late) {
            Some(account) => Ok(!self.app.store.has_account(account).await?),
            None => Ok(false),
        }
    }

    /// Until a change of `at` is old enough for the index to show what stood before it.
    async fn wait_for_the_index(&self, at: Timestamp) {
        let age = self.app.clock.now().millis() - at.millis();
        let left = (INDEX_LAG - age).clamp(0, INDEX_LAG);
        tokio::time::sleep(Duration::from_millis(u64::try_from(left).unwrap_or(0))).await;
    }
}

/// The earlier of two places.
fn earlier(one: Option<usize>, other: Option<usize>) -> Option<usize> {
    one.into_iter().chain(other).min()
}
