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
    /// [`Error::TooManyRequests`] until enough of them have left the window.
    pub fn check(&self, attempt: Attempt, limits: &Limits, now: Timestamp) -> Result<(), Error> {
        let counted = match attempt {
            Attempt::SignIn => &self.at,
            Attempt::SignedIn => &self.signed_in,
        };
        let recent = recent(counted, limits, now);
        let Some(too_many) = recent.len().checked_sub(limits.sign_in_failures) else {
            return Ok(());
        };
        let last = recent.get(too_many).unwrap_or(&now);
        let until = last.plus_seconds(limits.sign_in_failure_window);
        Err(Error::too_many_requests(until, now))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::examples::{NOW, after, email};

    const MINUTE: i64 = 60_000;
    const LIMITS: Limits = Limits {
        invitation_mails_per_member_and_hour: 5,
        invitation_mails_per_account_and_day: 200,
        sign_in_failures: 3,
        sign_in_failure_window: 15 * 60,
        invitation_lifetime: 1,
        verification_lifetime: 1,
        reset_lifetime: 1,
    };

    /// Failures at `times`, in milliseconds from now.
    fn failures(times: &[i64]) -> Failures {
        Failures {
            address: email("Ada@Example.com"),
            at: times.iter().map(|at| after(*at)).collect(),
            signed_in: Vec::new(),
            version: None,
        }
    }

    fn refused_for(failures: &Failures, now: Timestamp) -> Option<i64> {
        let refusal = failures.check(Attempt::SignIn, &LIMITS, now).err()?;
        assert_eq!(refusal.status_and_code().1, "TOO_MANY_REQUESTS");
        refusal.retry_after()
    }

    #[test]
    fn below_the_limit_another_try_is_free() {
        assert_eq!(
            refused_for(&Failures::none(&email("a@b.example")), NOW),
            None
        );
        assert_eq!(refused_for(&failures(&[-1, 0]), NOW), None);
    }

    #[test]
    fn at_the_limit_the_oldest_failure_has_to_leave_the_window() {
        let three = failures(&[0, MINUTE, 2 * MINUTE]);
        assert_eq!(refused_for(&three, after(2 * MINUTE)), Some(13 * 60));
        assert_eq!(refused_for(&three, after(15 * MINUTE - 1)), Some(1));
        assert_eq!(refused_for(&three, after(15 * MINUTE)), None);
    }

    #[test]
    fn above_a_lowered_limit_as_many_have_to_leave_as_are_too_many() {
        let five = failures(&[0, MINUTE, 2 * MINUTE, 3 * MINUTE, 4 * MINUTE]);
        assert_eq!(refused_for(&five, after(4 * MINUTE)), Some(13 * 60));
        assert_eq!(refused_for(&five, after(17 * MINUTE)), None);
    }

    #[test]
    fn one_more_is_written_as_the_first_or_over_the_version_read() {
        let key = "put EMAIL#ada@example.com | FAILURES";
        let first = failures(&[])
            .with_one_more(Attempt::SignIn, &LIMITS, NOW)
            .unwrap();
        assert_eq!(first.shown(), format!("{key} if attribute_not_exists(pk)"));
        let read = Failures {
            version: Some(4),
            ..failures(&[-15 * MINUTE, -1])
        };
        let next = read.with_one_more(Attempt::SignIn, &LIMITS, NOW).unwrap();
        assert_eq!(next.shown(), format!("{key} if version = 4"));
        let written = Failures::read(&read.address, next.put_item().unwrap()).unwrap();
        assert_eq!(written.at, [after(-1), NOW]);
        assert_eq!(written.version, Some(5));
    }

    #[test]
    fn the_row_lives_as_long_as_its_last_failure_counts() {
        let write = failures(&[])
            .with_one_more(Attempt::SignIn, &LIMITS, NOW)
            .unwrap();
        let ttl = write.put_item().unwrap()["ttl"].as_n().unwrap();
        assert_eq!(*ttl, (NOW.seconds() + 15 * 60).to_string());
    }
}
