//! Failed sign-ins, counted per address whether or not anybody holds it, so that guessing tells nothing and has a limit.

use serde::{Deserialize, Serialize};

use super::Store;
use super::fault::Fault;
use super::keys::{self, Item};
use super::rows;
use super::tries::Tries;
use super::write::{Outcome, Write};
use crate::config::Limits;
use crate::error::Error;
use crate::values::{EmailAddress, Timestamp};

/// The failed sign-ins for an address.
#[derive(Clone, Debug)]
pub struct Failures {
    address: EmailAddress,
    at: Vec<Timestamp>,
    signed_in: Vec<Timestamp>,
    version: Option<u64>,
}

/// What a password is tried for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// To sign in: anybody may try, so every failure counts.
    SignIn,
    /// To confirm who is signed in: only failures of the signed-in count. Others' guesses lock nobody out of
    /// changing their password.
    SignedIn,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FailuresRow {
    entity: String,
    /// All of them.
    at: Vec<i64>,
    /// Those of the signed-in.
    #[serde(default)]
    signed_in: Vec<i64>,
    version: u64,
    ttl: i64,
}

impl Failures {
    pub(super) fn none(address: &EmailAddress) -> Self {
        Self {
            address: address.clone(),
            at: Vec::new(),
            signed_in: Vec::new(),
            version: None,
        }
    }

    pub(super) fn read(address: &EmailAddress, item: &Item) -> Result<Self, Fault> {
        let row: FailuresRow = rows::row(item)?;
        Ok(Self {
            address: address.clone(),
            at: times(row.at),
            signed_in: times(row.signed_in),
            version: Some(row.version),
        })
    }

    /// Nothing, while there are fewer that count for `attempt` than the limit within its window.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyRequests`] until the oldest of them leaves the window.
    pub fn check(&self, attempt: Attempt, limits: &Limits, now: Timestamp) -> Result<(), Error> {
        let counted = match attempt {
            Attempt::SignIn => &self.at,
            Attempt::SignedIn => &self.signed_in,
        };
        let recent = recent(counted, limits, now);
        if recent.len() < limits.sign_in_failures {
            return Ok(());
        }
        let first = recent.len() - limits.sign_in_failures;
        let oldest = recent.get(first).map_or(0, |at| at.seconds());
        Err(Error::TooManyRequests {
            retry_after: oldest + limits.sign_in_failure_window - now.seconds() + 1,
        })
    }

    fn with_one_more(
        &self,
        attempt: Attempt,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<Write, Fault> {
        let kept = |at: &[Timestamp], more: bool| {
            let mut at = recent(at, limits, now);
            at.extend(more.then_some(now));
            // More than the limit tell nothing.
            let surplus = at.len().saturating_sub(limits.sign_in_failures);
            at.split_off(surplus).into_iter().map(Timestamp::millis)
        };
        let row = FailuresRow {
            entity: "failures".into(),
            at: kept(&self.at, true).collect(),
            signed_in: kept(&self.signed_in, attempt == Attempt::SignedIn).collect(),
            version: self.version.unwrap_or(0) + 1,
            ttl: now.seconds() + limits.sign_in_failure_window,
        };
        let item = rows::item(&keys::failures(&self.address), &row, None)?;
        Ok(match self.version {
            None => Write::create(item),
            Some(version) => Write::replace(item, version),
        })
    }
}

fn times(millis: Vec<i64>) -> Vec<Timestamp> {
    millis.into_iter().map(Timestamp::from_millis).collect()
}

fn recent(at: &[Timestamp], limits: &Limits, now: Timestamp) -> Vec<Timestamp> {
    let start = now.plus_seconds(-limits.sign_in_failure_window);
    at.iter().copied().filter(|at| *at > start).collect()
}

impl Store {
    /// Counts one more failure.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyRequests`] if parallel attempts have reached the limit meanwhile: this one tells nothing then.
    pub async fn count_failure(
        &self,
        mut failures: Failures,
        attempt: Attempt,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut tries = Tries::new();
        loop {
            failures.check(attempt, limits, now)?;
            let write = failures.with_one_more(attempt, limits, now)?;
            match self.commit(&[write]).await? {
                Outcome::Done => return Ok(()),
                Outcome::Lost(lost) => {
                    failures = match lost.item(0).filter(|item| !item.is_empty()) {
                        Some(item) => Failures::read(&failures.address, item)?,
                        None => Failures::none(&failures.address),
                    };
                    tries.again().await?;
                }
            }
        }
    }
}
