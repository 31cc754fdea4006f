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
    version: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct FailuresRow {
    entity: String,
    at: Vec<i64>,
    version: u64,
    ttl: i64,
}

impl Failures {
    pub(super) fn none(address: &EmailAddress) -> Self {
        Self {
            address: address.clone(),
            at: Vec::new(),
            version: None,
        }
    }

    pub(super) fn read(address: &EmailAddress, item: &Item) -> Result<Self, Fault> {
        let row: FailuresRow = rows::row(item)?;
        Ok(Self {
            address: address.clone(),
            at: row.at.into_iter().map(Timestamp::from_millis).collect(),
            version: Some(row.version),
        })
    }

    /// Nothing, while there are fewer than the limit within its window.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyRequests`] until the oldest of them leaves the window.
    pub fn check(&self, limits: &Limits, now: Timestamp) -> Result<(), Error> {
        let recent = self.recent(limits, now);
        if recent.len() < limits.sign_in_failures {
            return Ok(());
        }
        let counted = recent.len() - limits.sign_in_failures;
        let oldest = recent.get(counted).map_or(0, |at| at.seconds());
        Err(Error::TooManyRequests {
            retry_after: oldest + limits.sign_in_failure_window - now.seconds() + 1,
        })
    }

    fn recent(&self, limits: &Limits, now: Timestamp) -> Vec<Timestamp> {
        let start = now.plus_seconds(-limits.sign_in_failure_window);
        self.at.iter().copied().filter(|at| *at > start).collect()
    }

    fn with_one_more(&self, limits: &Limits, now: Timestamp) -> Result<Write, Fault> {
        let mut at = self.recent(limits, now);
        at.push(now);
        let row = FailuresRow {
            entity: "failures".into(),
            at: at.into_iter().map(Timestamp::millis).collect(),
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

impl Store {
    /// Counts one more failure.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyRequests`] if parallel attempts have reached the limit meanwhile: this one tells nothing then.
    pub async fn count_failure(
        &self,
        mut failures: Failures,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut tries = Tries::new();
        loop {
            failures.check(limits, now)?;
            let write = failures.with_one_more(limits, now)?;
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
