//! What counts as taken of a batch, as Lambda sees it.

use std::collections::{BTreeSet, VecDeque};

use serde_json::Value;

use crate::Failure;
use crate::connection::lambda::Invoked;

/// The most of an error that is shown, in characters.
const MAX_ERROR: usize = 300;

/// What a function said of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It took the event, but for the records with these sequence numbers.
    Took(BTreeSet<String>),
    /// It failed, with this error, and took nothing.
    Failed(String),
}

/// What a function has not taken.
#[derive(Debug, Default)]
pub(super) struct HandedOver {
    /// Records that stay, in their order, and why.
    pub(super) kept: Vec<(Value, String)>,
    /// Why the rest was not handed over.
    pub(super) stopped: Option<Failure>,
}

impl From<Invoked> for Answer {
    fn from(invoked: Invoked) -> Self {
        match invoked {
            Invoked::Answered(said) => {
                let failures = said["batchItemFailures"].as_array();
                let numbers = failures.into_iter().flatten().map(|failure| {
                    let number = failure["itemIdentifier"].as_str();
                    number.unwrap_or_default().to_owned()
                });
                Self::Took(numbers.collect())
            }
            Invoked::Failed(said) => {
                let text = |name: &str| said[name].as_str().unwrap_or_default();
                let kind = Some(text("errorType")).filter(|kind| !kind.is_empty());
                let error = format!("{}: {}", kind.unwrap_or("Error"), text("errorMessage"));
                Self::Failed(error.trim_end().chars().take(MAX_ERROR).collect())
            }
        }
    }
}

/// Hands `records` over by `take`, and answers those that stay.
///
/// As Lambda does it: from the first record that is refused on, none counts as taken. That one is kept, and those after it are
/// handed over without it. A batch that fails as a whole is handed over record by record. Where `take` cannot hand over, this
/// ends, and what was not handed over yet is kept too.
pub(super) async fn hand_over(
    records: Vec<Value>,
    mut take: impl AsyncFnMut(&[Value]) -> Result<Answer, Failure>,
) -> HandedOver {
    let mut done = HandedOver::default();
    let mut batches = VecDeque::from([records]);
    while let Some(mut batch) = batches.pop_front() {
        if batch.is_empty() {
            continue;
        }
        match take(&batch).await {
            Ok(Answer::Took(failures)) => {
                let numbers: Vec<_> = batch.iter().map(sequence_number).collect();
                // Lambda takes this for a failure of the whole batch.
                if !failures.iter().all(|failure| numbers.contains(failure)) {
                    let others = failures.into_iter().collect::<Vec<_>>().join(", ");
                    done.keep(batch, &format!("an answer about other records: {others}"));
                    continue;
                }
                let first = numbers.iter().position(|number| failures.contains(number));
                let Some(first) = first else { continue };
                batches.push_front(batch.split_off(first + 1));
                done.keep(batch.drain(first..), "refused");
            }
            Ok(Answer::Failed(error)) if batch.len() == 1 => done.keep(batch, &error),
            Ok(Answer::Failed(_)) => {
                for record in batch.into_iter().rev() {
                    batches.push_front(vec![record]);
                }
            }
            Err(failure) => {
                done.keep(batch, "not handed over");
                done.keep(batches.into_iter().flatten(), "not handed over");
                done.stopped = Some(failure);
                break;
            }
        }
    }
    done
}

impl HandedOver {
    fn keep(&mut self, records: impl IntoIterator<Item = Value>, reason: &str) {
        let kept = records
            .into_iter()
            .map(|record| (record, reason.to_owned()));
        self.kept.extend(kept);
    }

    /// The reasons, each once.
    pub(super) fn reasons(&self) -> BTreeSet<&str> {
        self.kept
            .iter()
            .map(|(_, reason)| reason.as_str())
            .collect()
    }
}

fn sequence_number(record: &Value) -> String {
    let number = record["dynamodb"]["SequenceNumber"].as_str();
    number.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// What a function that refuses some records, fails over some, and can be reached so many times does with a batch.
    #[derive(Default)]
    struct Function {
        refuses: &'static str,
        fails: &'static str,
        reached: Option<usize>,
        taken: String,
    }

    fn record(number: char) -> Value {
        json!({ "dynamodb": { "SequenceNumber": number.to_string() } })
    }

    fn batch(numbers: &str) -> Vec<Value> {
        numbers.chars().map(record).collect()
    }

    fn text(records: &[Value]) -> String {
        records.iter().map(sequence_number).collect()
    }

    impl Function {
        fn take(&mut self, records: &[Value]) -> Result<Answer, Failure> {
            if let Some(left) = self.reached.as_mut() {
                let less = left.checked_sub(1);
                *left = less.ok_or_else(|| Failure::Interrupted("interrupted".into()))?;
            }
            let numbers = text(records);
            if numbers.contains(|number| self.fails.contains(number)) {
                return Ok(Answer::Failed("Runtime.ExitError:".into()));
            }
            let first = numbers.find(|number| self.refuses.contains(number));
            let (taken, rest) = numbers.split_at(first.unwrap_or(numbers.len()));
            self.taken.push_str(taken);
            let refused = rest.chars().take(1).map(|number| number.to_string());
            Ok(Answer::Took(refused.collect()))
        }

        async fn done(&mut self, numbers: &str) -> HandedOver {
            hand_over(batch(numbers), async |records: &[Value]| self.take(records)).await
        }

        async fn keeps(&mut self, numbers: &str) -> String {
            let done = self.done(numbers).await;
            let kept: Vec<_> = done.kept.into_iter().map(|(record, _)| record).collect();
            text(&kept)
        }
    }

    #[tokio::test]
    async fn all_are_taken_in_order() {
        let mut function = Function::default();
        assert_eq!(function.keeps("123").await, "");
        assert_eq!(function.taken, "123");
    }

    #[tokio::test]
    async fn only_what_is_refused_is_kept_and_nothing_is_taken_twice() {
        for (refuses, taken) in [
            ("1", "23"),
            ("2", "13"),
            ("3", "12"),
            ("13", "2"),
            ("123", ""),
        ] {
            let mut function = Function {
                refuses,
                ..Function::default()
            };
            assert_eq!(function.keeps("123").await, refuses);
            assert_eq!(function.taken, taken);
        }
    }

    #[tokio::test]
    async fn a_batch_that_fails_as_a_whole_is_tried_record_by_record() {
        let mut function = Function {
            fails: "2",
            ..Function::default()
        };
        let done = function.done("123").await;
        assert_eq!(done.kept, [(record('2'), "Runtime.ExitError:".to_owned())]);
        assert_eq!(function.taken, "13");
    }

    #[tokio::test]
    async fn an_answer_about_other_records_takes_none() {
        let other = || Answer::Took(["9".to_owned()].into());
        let done = hand_over(batch("12"), async |_: &[Value]| Ok(other())).await;
        assert_eq!(done.kept.len(), 2);
        assert_eq!(done.reasons(), ["an answer about other records: 9"].into());
    }

    #[tokio::test]
    async fn what_was_not_handed_over_is_kept_with_what_is_refused() {
        let mut function = Function {
            refuses: "2",
            reached: Some(1),
            ..Function::default()
        };
        let done = function.done("1234").await;
        let reasons: Vec<_> = done
            .kept
            .iter()
            .map(|(_, reason)| reason.as_str())
            .collect();
        assert_eq!(reasons, ["refused", "not handed over", "not handed over"]);
        assert!(matches!(done.stopped, Some(Failure::Interrupted(_))));
        assert_eq!(function.taken, "1");

        let mut unreached = Function {
            reached: Some(0),
            ..Function::default()
        };
        assert_eq!(unreached.keeps("12").await, "12");
        let mut failing = Function {
            fails: "1",
            reached: Some(2),
            ..Function::default()
        };
        assert_eq!(failing.keeps("123").await, "123");
    }

    #[test]
    fn an_answer_is_read_as_lambda_reads_it() {
        let took =
            |numbers: &[&str]| Answer::Took(numbers.iter().map(|n| (*n).to_owned()).collect());
        for (said, answer) in [
            (json!(null), took(&[])),
            (json!({ "batchItemFailures": null }), took(&[])),
            (
                json!({ "batchItemFailures": [{ "itemIdentifier": "1" }] }),
                took(&["1"]),
            ),
            (
                json!({ "batchItemFailures": [{ "itemIdentifier": null }] }),
                took(&[""]),
            ),
        ] {
            assert_eq!(Answer::from(Invoked::Answered(said)), answer);
        }
        let failed = |said| match Answer::from(Invoked::Failed(said)) {
            Answer::Failed(error) => error,
            Answer::Took(_) => panic!("it took it"),
        };
        assert_eq!(failed(json!(null)), "Error:");
        let said = json!({ "errorType": "Runtime.ExitError", "errorMessage": "é".repeat(400) });
        let error = failed(said);
        assert!(error.starts_with("Runtime.ExitError: é") && error.chars().count() == 300);
    }

    proptest! {
        /// Each record is taken once or kept, whatever the function does with it and wherever it ends.
        #[test]
        fn each_record_is_taken_once_or_kept(what in proptest::collection::vec(0..3_u8, 0..12), reached in 0..30_usize) {
            let number = |index: usize| char::from(b'a' + u8::try_from(index).unwrap());
            let all: String = (0..what.len()).map(number).collect();
            let those = |kind: u8| -> &'static str {
                let found = what.iter().enumerate().filter(|(_, known)| **known == kind);
                found.map(|(index, _)| number(index)).collect::<String>().leak()
            };
            let (refuses, fails) = (those(1), those(2));
            let mut function = Function { refuses, fails, reached: Some(reached), ..Function::default() };
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let done = runtime.block_on(function.done(&all));
            let kept: Vec<_> = done.kept.iter().map(|(record, _)| record.clone()).collect();
            let kept = text(&kept);
            let mut both: Vec<_> = function.taken.chars().chain(kept.chars()).collect();
            both.sort_unstable();
            prop_assert_eq!(both.into_iter().collect::<String>(), all);
            prop_assert!(kept.chars().is_sorted() && function.taken.chars().is_sorted());
            if done.stopped.is_none() {
                prop_assert!(kept.chars().all(|number| refuses.contains(number) || fails.contains(number)));
            }
        }
    }
}
