//! What passwords were tried for an address lately, counted whether or not anybody holds it, so that guessing tells nothing
//! and has a limit.
//!
//! A guess takes its place here before it is judged, so no number of parallel guesses is judged beyond the limit.
//! `guesses.rs` takes the places and gives them back.

use std::collections::BTreeSet;

use model::{EmailAddress, Error, Limits, Timestamp};
use serde::Serialize;
use serde_bytes::ByteBuf;

use super::fault::Fault;
use super::keys::{self, Item};
use super::marks::Mark;
use super::rows;
use super::sources::Network;
use super::write::Write;

/// A function's time-out (`template.yaml`) and more than clocks differ by, in seconds: a guess that is neither right nor
/// wrong by then never will be, and counts as wrong.
const LONGEST_JUDGEMENT: i64 = 30;

/// What a password is tried for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// To sign in: anybody may try, so every guess counts.
    SignIn,
    /// By whoever has shown lately that they are the holder, by a live session or a mailed link: only their own guesses count.
    /// Others' lock nobody out for good.
    Proven,
}

/// The sets of guesses that the item has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    /// Every guess that is not known to be right.
    Tried,
    /// Those of whoever has shown that they are the holder.
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
    /// The guesses that there must be room among.
    pub(super) fn counted(self) -> Set {
        match self {
            Self::SignIn => Set::Tried,
            Self::Proven => Set::Proven,
        }
    }

    /// Where such a guess is kept.
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

/// What a reset leaves: nobody's guesses but the resetter's count for the resetter.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResetRow {
    entity: &'static str,
    proven_from: ByteBuf,
    proven_until: i64,
    ttl: i64,
}

impl Failures {
    pub(super) fn read(item: &Item) -> Result<Self, Fault> {
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

    /// Puts an empty item in the place of `address`'s, which says that its holder was at `network` at `now`.
    pub(super) fn reset(
        address: &EmailAddress,
        network: Network,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<Write, Fault> {
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
