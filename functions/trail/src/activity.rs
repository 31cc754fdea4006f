//! Where persons have left traces, and that the erased leave none.
//!
//! Before an event says from where somebody did something, a trace says that it does. Whoever erases a person follows the traces.
//! An event that is written meanwhile, or later, is looked after by whoever wrote it: they see then that the person is gone.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use runtime::model::{AccountId, Error, UserId};
use runtime::store::{Event, ReadSet, StreamedChange};

use crate::Trail;

/// Activities that are remembered, so as not to be noted again and again.
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

/// Whose trace an event of this change will be.
fn activity(streamed: &StreamedChange) -> Option<(UserId, AccountId)> {
    let change = &streamed.change;
    let actor = change.actor.filter(|_| !change.source_ip.is_empty());
    Some((actor?.user()?, streamed.account?))
}

impl Trail {
    /// Notes the trace that the event of `streamed` is going to be.
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

    /// Follows every trace of `user`. Whoever is interrupted goes on where they were.
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

    /// Forgets from where those did it who were erased before these events were written.
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
                // Of the trace, and of whatever the items themselves still say.
                self.forget(*user).await?;
            }
        }
        Ok(())
    }
}
