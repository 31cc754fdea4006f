//! Traces of persons in audit trails, and their removal after an erasure.
//!
//! A trace is written before an event with a source IP. Erasure follows the traces. If an event is written during the erasure or
//! later, its writer finds that the person is gone, and removes the source IP itself.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use runtime::model::{AccountId, Error, UserId};
use runtime::store::{Event, ReadSet, StreamedChange};

use crate::Trail;

/// Activities that are remembered, to avoid repeated writes.
const REMEMBERED: usize = 10_000;
/// Keys that one batch read takes.
const BATCH: usize = 100;

/// The traces that were noted by this process.
#[derive(Debug, Default)]
pub(crate) struct Activities(Mutex<HashSet<(UserId, AccountId)>>);

impl Activities {
    fn knows(&self, activity: (UserId, AccountId)) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(&activity)
    }

    fn remember(&self, activity: (UserId, AccountId)) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(activity);
    }
}

/// The person and the account of the trace that an event of this change will be.
fn activity(streamed: &StreamedChange) -> Option<(UserId, AccountId)> {
    let change = &streamed.change;
    let actor = change.actor.filter(|_| !change.source_ip.is_empty());
    Some((actor?.user()?, streamed.account?))
}

impl Trail {
    /// Writes the trace before the event of `streamed` is written.
    pub(crate) async fn note_trace(&self, streamed: &StreamedChange) -> Result<(), Error> {
        let Some((user, account)) =
            activity(streamed).filter(|activity| !self.activity.knows(*activity))
        else {
            return Ok(());
        };
        self.app.store.note_trace(user, account).await?;
        self.activity.remember((user, account));
        Ok(())
    }

    /// Follows every trace of `user`. An interrupted run continues where it stopped.
    pub(crate) async fn forget(&self, user: UserId) -> Result<(), Error> {
        loop {
            let accounts = self.app.store.activity(user).await?;
            if accounts.is_empty() {
                return Ok(());
            }
            for account in accounts {
                self.app.store.forget_traces(user, account).await?;
            }
        }
    }

    /// Removes the source IP of events whose actor was erased before they were written.
    pub(crate) async fn forget_erased(
        &self,
        streamed: &[(usize, StreamedChange)],
    ) -> Result<(), Error> {
        let mut by_user: BTreeMap<UserId, Vec<Event>> = BTreeMap::new();
        for (_, streamed) in streamed {
            if let Some((user, account)) = activity(streamed) {
                let event = Event::new(account, &streamed.change);
                by_user.entry(user).or_default().push(event);
            }
        }
        let users: Vec<_> = by_user.keys().copied().collect();
        for users in users.chunks(BATCH) {
            let reads = users
                .iter()
                .fold(ReadSet::default(), |all, one| all.user(*one));
            let snapshot = self.app.store.read(reads).await?;
            for user in users {
                if snapshot.user(*user)?.is_some() {
                    continue;
                }
                for event in &by_user[user] {
                    self.app.store.forget_source(event).await?;
                }
                // Removes the trace too, and the source IPs in the items themselves.
                self.forget(*user).await?;
            }
        }
        Ok(())
    }
}
