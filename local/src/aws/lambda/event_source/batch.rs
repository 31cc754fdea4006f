//! One batch until it is done with: delivered, delivered in parts, or given up and kept.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};
use shared::runtime::Clock;

use super::undelivered::Lost;
use super::{Feed, record};

/// The wait before the second try; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_millis(20);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Records that are still to be delivered.
struct Rest {
    records: Vec<Value>,
    backoff: u32,
}

impl Feed {
    pub(super) async fn deliver_batch(&self, shard: &str, batch: &[Value]) {
        let mut queue = VecDeque::from([Rest {
            records: batch.to_vec(),
            backoff: 0,
        }]);
        while let Some(rest) = queue.pop_front() {
            if let Some(condition) = self.hopeless(&rest) {
                self.give_up(shard, condition, rest);
                continue;
            }
            if rest.backoff > 0 {
                let doubled = FIRST_WAIT.saturating_mul(1 << rest.backoff.min(16));
                tokio::time::sleep(doubled.min(LONGEST_WAIT)).await;
            }
            let answer = self
                .function
                .invoke(json!({ "Records": rest.records }))
                .await;
            let backoff = rest.backoff + 1;
            match answer {
                Ok(answer) => {
                    if let Some(first) = self.first_failure(&answer, &rest.records) {
                        let records = rest.records[first..].to_vec();
                        // What came before the failed record is done, so the count begins anew.
                        let backoff = if first > 0 { 1 } else { backoff };
                        queue.push_front(Rest { records, backoff });
                    }
                }
                Err(error) => {
                    tracing::warn!(function = self.function.declared.id, %error, "a batch failed");
                    if self.source.bisects && rest.records.len() > 1 {
                        // A split does not count as a try.
                        let (left, right) = rest.records.split_at(rest.records.len() / 2);
                        queue.push_front(Rest {
                            records: right.to_vec(),
                            backoff: rest.backoff,
                        });
                        queue.push_front(Rest {
                            records: left.to_vec(),
                            backoff: rest.backoff,
                        });
                    } else {
                        queue.push_front(Rest {
                            records: rest.records,
                            backoff,
                        });
                    }
                }
            }
        }
    }

    /// The first record that the function could not handle; the first of all where its report makes no sense.
    fn first_failure(&self, answer: &Value, records: &[Value]) -> Option<usize> {
        let failures = answer["batchItemFailures"]
            .as_array()
            .filter(|_| self.source.reports_failures)?;
        let place = |failure: &Value| {
            let named = failure["itemIdentifier"].as_str().unwrap_or_default();
            records
                .iter()
                .position(|one| record::sequence(one) == named)
                .unwrap_or(0)
        };
        failures.iter().map(place).min()
    }

    /// Why trying again is over, in Lambda's words.
    fn hopeless(&self, rest: &Rest) -> Option<&'static str> {
        if self
            .source
            .retries
            .is_some_and(|retries| rest.backoff > retries)
        {
            return Some("RetryAttemptsExhausted");
        }
        let made = rest.records.first()?["dynamodb"]["ApproximateCreationDateTime"].as_i64()?;
        // By the machine's clock, as the record is: moving the service's clock loses no mail.
        let age = Clock::System.now().seconds().saturating_sub(made);
        let age = u64::try_from(age).unwrap_or_default();
        let too_old = self.source.max_age.is_some_and(|most| age > most.as_secs());
        too_old.then_some("RecordAgeExceeded")
    }

    fn give_up(&self, shard: &str, condition: &'static str, rest: Rest) {
        self.undelivered.keep(&Lost {
            function: &self.function.declared.id,
            stream: &self.stream,
            shard,
            condition,
            backoff: rest.backoff,
            records: rest.records,
        });
    }
}
