//! A batch of stream records: each change is recorded, its copies and counters follow, and the feed gets it.

use std::time::Duration;

use runtime::model::{AccountId, Error, Timestamp, UserId};
use runtime::store::{Copies, ReadSet, StreamRecord, StreamedChange};
use runtime::{BatchResponse, BatchRunner, RecordError, Scope, partition};
use serde_json::Value;

use crate::Trail;

/// Changes of one partition stay in order; 16 partitions run at the same time.
const RUNNER: BatchRunner = BatchRunner {
    group: partition,
    concurrency: 16,
};

/// The age that a rename needs before the index is read for the memberships, in milliseconds: the index lags behind.
const INDEX_LAG: i64 = 1000;

/// The age of a change, in milliseconds, from which its account may be cleared already: `purge` waits a minute after the deletion,
/// and longer where accounts can be restored.
const LATE: i64 = 30_000;

/// The time that one invocation spends on an erased person, well below the function's time-out.
const FORGETTING: Duration = Duration::from_secs(40);

/// Why a change was not handled.
#[derive(Debug, thiserror::Error)]
enum Unhandled {
    #[error("{0}: {cause}", cause = std::error::Error::source(.0).map(ToString::to_string).unwrap_or_default())]
    Failed(#[from] Error),
    #[error("there is more to forget than one invocation has time for")]
    Unfinished,
}

impl Trail {
    /// Handles `records`.
    ///
    /// # Errors
    ///
    /// Those of [`runtime::Results::into_response`].
    pub(crate) async fn deliver(
        &self,
        records: Vec<Value>,
    ) -> Result<BatchResponse, runtime::Error> {
        let trail = self.clone();
        let handle = move |record| {
            let trail = trail.clone();
            async move { trail.record(&record).await }
        };
        let mut results = RUNNER.run(records, handle).await;
        if let Err(error) = self.forget_erased(&results.done).await {
            tracing::error!(error = error.to_string(), "source addresses may be left");
            results.fail_from(results.done.first().map_or(0, |(place, _)| *place));
        }
        if let Some(feed) = &self.feed {
            let done: Vec<_> = results.before_failure().collect();
            if let Some(place) = feed.put(&done).await {
                results.fail_from(place);
            }
        }
        results.into_response()
    }

    async fn record(&self, record: &StreamRecord) -> Result<Option<StreamedChange>, RecordError> {
        let change = StreamedChange::read(record)
            .map_err(|error| RecordError::new(Unhandled::Failed(error), Scope::Forever))?;
        let Some(change) = change else {
            return Ok(None);
        };
        match self.follow(&change).await {
            Ok(()) => Ok(Some(change)),
            Err(error) => Err(RecordError::new(error, Scope::Group)),
        }
    }

    /// Does everything that follows from `streamed`.
    async fn follow(&self, streamed: &StreamedChange) -> Result<(), Unhandled> {
        let store = &self.app.store;
        if self.is_cleared(streamed).await? {
            return Ok(());
        }
        self.note_trace(streamed).await?;
        store.record(streamed).await?;
        if let Some((account, user)) = streamed.membership {
            self.keep_membership(account, user, streamed.copies).await?;
        }
        if let Some((account, owner)) = streamed.deleted {
            store.unlist(account, owner).await?;
        }
        if let Some((account, user)) = streamed.nominee {
            store.end_offer(account, user, self.app.clock.now()).await?;
        }
        if let Copies::Of(user) = streamed.copies {
            self.wait_for_the_index(streamed.change.at()).await;
            store.copy_names(user).await?;
        }
        if let Some(user) = streamed.proven {
            store.bring_invitations(user, self.app.clock.now()).await?;
        }
        if let Some(user) = streamed.erased {
            self.wait_for_the_index(streamed.change.at()).await;
            // Each try finds less to do.
            let forgotten = tokio::time::timeout(FORGETTING, self.depart(user)).await;
            forgotten.map_err(|_| Unhandled::Unfinished)??;
        }
        Ok(())
    }

    /// Brings the names in a membership up to date, or takes the membership away if its user does not exist (any more). Memberships
    /// are given without a lock on the person, so one may be given while they are erased. This record or the erasure's own is
    /// handled after both writes, and takes it away.
    async fn keep_membership(
        &self,
        account: AccountId,
        user: UserId,
        copies: Copies,
    ) -> Result<(), Error> {
        let store = &self.app.store;
        let snapshot = store.read(ReadSet::default().user(user)).await?;
        match (snapshot.user(user)?, copies) {
            (None, _) => {
                let now = self.app.clock.now();
                store.take_membership_away(account, user, now).await?;
                store.end_offer(account, user, now).await
            }
            (Some(user), Copies::In(account, _)) => store.copy_names_to(account, &user).await,
            (Some(_), Copies::Right | Copies::Of(_)) => Ok(()),
        }
    }

    /// Takes away what `user`, who is erased, still has anywhere.
    async fn depart(&self, user: UserId) -> Result<(), Error> {
        let store = &self.app.store;
        let snapshot = store.read(ReadSet::default().user(user)).await?;
        // A person who never proved the address is erased, and the user stays for the invitations to the address.
        let memberships = match snapshot.user(user)? {
            Some(_) => Vec::new(),
            None => store.every_membership(user).await?,
        };
        for membership in memberships {
            let account = membership.account;
            store
                .take_membership_away(account, user, self.app.clock.now())
                .await?;
        }
        store.forget_erasure(user).await?;
        self.forget(user).await
    }

    /// Whether the account of a late change is cleared, with its trail. Nothing clears what is written there now. The number of
    /// accounts may be one off then, until a rebuild.
    async fn is_cleared(&self, streamed: &StreamedChange) -> Result<bool, Error> {
        let late = self.app.clock.now().millis() - streamed.change.at > LATE;
        match streamed.account.filter(|_| late) {
            Some(account) => Ok(!self.app.store.has_account(account).await?),
            None => Ok(false),
        }
    }

    /// Waits until a change of `at` is old enough for the index to show what was written before it.
    async fn wait_for_the_index(&self, at: Timestamp) {
        let age = self.app.clock.now().millis() - at.millis();
        let left = (INDEX_LAG - age).clamp(0, INDEX_LAG);
        tokio::time::sleep(Duration::from_millis(u64::try_from(left).unwrap_or(0))).await;
    }
}
