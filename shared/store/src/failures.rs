//! Recent password guesses per address. They are counted for addresses without a holder too, so that guessing reveals nothing and
//! has a limit.
//!
//! A guess takes a place here before it is judged, so parallel guesses do not exceed the limit. `guesses.rs` takes the places and
//! gives them back.

use std::collections::BTreeSet;

use model::{EmailAddress, Error, Limits, Timestamp};
use serde::Serialize;
use serde_bytes::ByteBuf;

use super::keys::{self, Item};
use super::marks::Mark;
use super::rows;
use super::sources::Network;
use super::table_error::TableError;
use super::write::Write;

/// A function's time-out (`template.yaml`) and more than the clocks differ, in seconds. A guess without a verdict by then will
/// never get one, and counts as wrong.
const LONGEST_JUDGEMENT: i64 = 30;

/// What a password is tried for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// To sign in: any caller may try, so every guess counts.
    SignIn,
    /// By a caller who recently proved to be the holder, by a live session or a mailed link: only their own guesses count.
    /// Guesses of others do not lock the holder out for good.
    Proven,
}

/// The sets of guesses that the item has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    /// Every guess that is not known to be right.
    Tried,
    /// The guesses of a caller who has proved to be the holder.
    Proven,
    /// Those that are known to be wrong. The others are being judged.
    Failed,
}

impl Set {
    pub(super) const ALL: [Self; 3] = [Self::Tried, Self::Proven, Self::Failed];

    /// The attribute's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Tried => "tried",
            Self::Proven => "proven",
            Self::Failed => "failed",
        }
    }
}

impl Attempt {
    /// The set that the limit applies to.
    pub(super) fn counted(self) -> Set {
        match self {
            Self::SignIn => Set::Tried,
            Self::Proven => Set::Proven,
        }
    }

    /// The sets that such a guess is kept in.
    pub(super) fn kept(self) -> &'static [Set] {
        match self {
            Self::SignIn => &[Set::Tried],
            Self::Proven => &[Set::Tried, Set::Proven],
        }
    }
}

/// The guesses at an address's password.
#[derive(Clone, Debug, Default)]
pub(super) struct Failures {
    tried: BTreeSet<Mark>,
    proven: BTreeSet<Mark>,
    failed: BTreeSet<Mark>,
    proven_from: Option<(Network, Timestamp)>,
}

/// The item after a reset: it has no guesses, and only the resetter's own future guesses count for the resetter.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResetRow {
    entity: &'static str,
    proven_from: ByteBuf,
    proven_until: i64,
    ttl: i64,
}

impl Failures {
    pub(super) fn read(item: &Item) -> Result<Self, TableError> {
        let set = |set: Set| match item.get(set.name()) {
            None => Ok(BTreeSet::new()),
            Some(marks) => Mark::read_set(marks),
        };
        let from = item.get("provenFrom").and_then(|from| from.as_b().ok());
        let from = from.and_then(|from| Network::read(from.as_ref()));
        let until = item.get("provenUntil").and_then(|until| until.as_n().ok());
        let until = until.and_then(|until| until.parse().ok());
        Ok(Self {
            tried: set(Set::Tried)?,
            proven: set(Set::Proven)?,
            failed: set(Set::Failed)?,
            proven_from: from.zip(until.map(Timestamp::from_seconds)),
        })
    }

    /// Replaces the item of `address` by an empty one, which says that its holder was at `network` at `now`.
    pub(super) fn reset(
        address: &EmailAddress,
        network: Network,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<Write, TableError> {
        let until = now.seconds() + limits.sign_in_failure_window;
        let row = ResetRow {
            entity: "failures",
            proven_from: ByteBuf::from(network.bytes()),
            proven_until: until,
            ttl: until,
        };
        Ok(Write::put(rows::item(
            &keys::failures(address),
            &row,
            None,
        )?))
    }

    fn set(&self, set: Set) -> &BTreeSet<Mark> {
        match set {
            Set::Tried => &self.tried,
            Set::Proven => &self.proven,
            Set::Failed => &self.failed,
        }
    }

    /// Whether `mark` has its place.
    pub(super) fn holds(&self, mark: Mark, attempt: Attempt) -> bool {
        self.set(attempt.counted()).contains(&mark)
    }

    /// Whether the holder has set a new password from `network` lately.
    pub(super) fn has_proven(&self, network: Network, now: Timestamp) -> bool {
        self.proven_from
            .is_some_and(|(from, until)| from == network && now < until)
    }

    /// Guesses that have left the window.
    pub(super) fn stale(&self, limits: &Limits, now: Timestamp) -> Vec<Mark> {
        let start = now.plus_seconds(-limits.sign_in_failure_window);
        let all: BTreeSet<_> = Set::ALL
            .iter()
            .flat_map(|set| self.set(*set))
            .copied()
            .collect();
        all.into_iter().filter(|mark| mark.at() <= start).collect()
    }

    /// Nothing, while fewer failures count for `attempt` than the limit within its window.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyRequests`] until enough of them have left the window.
    pub(super) fn check(
        &self,
        attempt: Attempt,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<(), Error> {
        let start = now.plus_seconds(-limits.sign_in_failure_window);
        let given_up = now.plus_seconds(-LONGEST_JUDGEMENT);
        let wrong = |mark: &&Mark| {
            let at = mark.at();
            at > start && (at <= given_up || self.failed.contains(*mark))
        };
        let counted = self.set(attempt.counted()).iter().filter(wrong);
        let recent: Vec<_> = counted.map(|mark| mark.at()).collect();
        let Some(too_many) = recent.len().checked_sub(limits.sign_in_failures) else {
            return Ok(());
        };
        let last = recent.get(too_many).unwrap_or(&now);
        let until = last.plus_seconds(limits.sign_in_failure_window);
        Err(Error::too_many_requests(until, now))
    }
}

#[cfg(test)]
mod tests;
