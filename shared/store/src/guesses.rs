//! Guesses at a password. Each takes a place before it is judged; a right guess gives its place back.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnConsumedCapacity, ReturnValue,
    ReturnValuesOnConditionCheckFailure as OnFailure,
};
use model::{EmailAddress, Error, Limits, Timestamp};

use super::Store;
use super::backoff::Backoff;
use super::failures::{Attempt, Failures, Set};
use super::keys::{self, Item};
use super::marks::Mark;
use super::sources::Network;
use super::table_error::TableError;
use super::write::number;

/// How often a guess asks for a place while others are being judged, and the longest wait between two tries, in milliseconds:
/// about five seconds in total, for hashes that take a fraction of one.
const ASKED: u32 = 50;
const WAIT: u64 = 200;

/// A place among the guesses that may be judged.
#[derive(Clone, Debug)]
pub struct Guess {
    address: EmailAddress,
    mark: Mark,
    attempt: Attempt,
    forgotten_at: i64,
    /// Whether the caller has recently proved to be the holder.
    pub proven: bool,
}

/// A change of the sets of guesses.
enum Step {
    /// Into the sets of an attempt, if they have fewer guesses than this number.
    Take(Attempt, usize),
    /// Out of every set.
    Remove,
    /// Into the sets of an attempt and among the wrong ones.
    Fail(Attempt),
}

impl Store {
    /// A place for a guess at `address`'s password from `network`. It counts as wrong until it is given back.
    ///
    /// It waits while others are being judged, because they may be right.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyRequests`] if there were as many wrong ones as the limit.
    pub async fn reserve(
        &self,
        address: &EmailAddress,
        attempt: Attempt,
        network: Network,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<Guess, Error> {
        let mut guess = Guess {
            address: address.clone(),
            mark: Mark::new(now),
            attempt,
            forgotten_at: now.seconds() + limits.sign_in_failure_window,
            proven: attempt == Attempt::Proven,
        };
        for _ in 0..ASKED {
            let step = Step::Take(guess.attempt, limits.sign_in_failures);
            let failures = match self.change_guesses(&guess, &[guess.mark], &step).await? {
                Ok(item) => {
                    let failures = Failures::read(&item)?;
                    guess.proven |= failures.has_proven(network, now);
                    return Ok(guess);
                }
                Err(item) => Failures::read(&item)?,
            };
            if failures.holds(guess.mark, guess.attempt) {
                // Taken by an earlier try, whose answer was lost.
                return Ok(guess);
            }
            let stale = failures.stale(limits, now);
            if !stale.is_empty() {
                drop(self.change_guesses(&guess, &stale, &Step::Remove).await?);
                continue;
            }
            if guess.attempt == Attempt::SignIn && failures.has_proven(network, now) {
                guess.attempt = Attempt::Proven;
                guess.proven = true;
                continue;
            }
            failures.check(guess.attempt, limits, now)?;
            let wait = u64::from_be_bytes(tokens::random()) % WAIT;
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
        Err(Error::too_many_requests(now.plus_seconds(1), now))
    }

    /// Gives the place of a guess back: it was right, or is not going to be judged.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn release(&self, guess: &Guess) -> Result<(), Error> {
        let marks = [guess.mark];
        let changed = self.change_guesses(guess, &marks, &Step::Remove);
        changed.await.map(drop)
    }

    /// Marks a guess as wrong, so that no other guess waits for it.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn mark_wrong(&self, guess: &Guess) -> Result<(), Error> {
        let (marks, step) = ([guess.mark], Step::Fail(guess.attempt));
        let changed = self.change_guesses(guess, &marks, &step);
        changed.await.map(drop)
    }

    /// The item after the step; if there was no room, the unchanged item as the error. A step adds or removes its own marks only,
    /// so parallel guesses do not conflict, and a repeated step changes nothing.
    async fn change_guesses(
        &self,
        guess: &Guess,
        marks: &[Mark],
        step: &Step,
    ) -> Result<Result<Item, Item>, Error> {
        let (verb, sets) = match step {
            Step::Take(attempt, _) => ("ADD", attempt.kept().to_vec()),
            Step::Remove => ("DELETE", Set::ALL.to_vec()),
            Step::Fail(attempt) => ("ADD", [attempt.kept(), &[Set::Failed]].concat()),
        };
        let changes: Vec<_> = sets
            .iter()
            .map(|set| format!("#{} :marks", set.name()))
            .collect();
        let expression = format!(
            "SET #entity = :entity, #ttl = :ttl {verb} {}",
            changes.join(", ")
        );
        let attributes = sets.iter().map(|set| set.name());
        let attributes = attributes.chain(["entity", "ttl"]);
        let names = attributes.map(|name| (format!("#{name}"), name.to_owned()));
        let blobs = marks.iter().map(|mark| Blob::new(mark.bytes()));
        let mut values = HashMap::from([
            (":marks".to_owned(), AttributeValue::Bs(blobs.collect())),
            (":entity".to_owned(), AttributeValue::S("failures".into())),
            (":ttl".to_owned(), number(guess.forgotten_at)),
        ]);
        let condition = if let Step::Take(attempt, limit) = step {
            values.insert(":limit".to_owned(), number(*limit));
            let counted = attempt.counted().name();
            Some(format!(
                "attribute_not_exists(#{counted}) OR size(#{counted}) < :limit"
            ))
        } else {
            None
        };
        let call = self
            .client
            .update_item()
            .table_name(self.table())
            .set_key(Some(keys::failures(&guess.address).item()))
            .update_expression(expression)
            .set_condition_expression(condition)
            .set_expression_attribute_names(Some(names.collect()))
            .set_expression_attribute_values(Some(values))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(OnFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes);
        let mut backoff = Backoff::new();
        loop {
            let error = match call.clone().send().await {
                Ok(output) => return Ok(Ok(output.attributes.unwrap_or_default())),
                Err(error) => error,
            };
            match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                    return Ok(Err(failed.item().cloned().unwrap_or_default()));
                }
                Some(service) if service.code() == Some("TransactionConflictException") => {
                    backoff.wait().await?;
                }
                _ => return Err(TableError::from(error).into()),
            }
        }
    }
}
