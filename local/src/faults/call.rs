//! A recorded call, and the cost of several.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A call of a function to AWS.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// `DynamoDB`, `SecretsManager`, `SES` or `EventBridge`.
    pub service: &'static str,
    /// As in `PutItem`.
    pub operation: String,
    /// The logical id of the caller.
    pub function: String,
    /// Which try of its own the caller says this is, counted from 1.
    pub attempt: u32,
    /// The request's JSON; for SES, whose requests are forms, their members.
    pub request: Value,
    /// What came back.
    pub answer: Answer,
    /// The status that the function saw; `None` for a broken connection.
    pub status: Option<u16>,
    /// When it began, after the stack's start.
    pub began: Duration,
    /// When it ended; `None` while it is under way.
    pub ended: Option<Duration>,
}

/// What an answer says of its call. Items are passed over: an answer may hold thousands.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Answer {
    /// What the call cost, by index; DynamoDB's alone.
    pub consumed_capacity: Value,
    /// How many items a `Query` or `Scan` read.
    pub scanned_count: Option<u64>,
    /// The name of the refusal, as in `com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException`.
    #[serde(rename = "__type")]
    pub error: Option<String>,
}

impl Answer {
    /// What `body` says; nothing, if it is no JSON.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }
}

/// Request units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Units {
    /// Read request units.
    pub read: f64,
    /// Write request units, those of indexes included.
    pub write: f64,
}

impl Call {
    /// What the call cost.
    #[must_use]
    pub fn units(&self) -> Units {
        let sum = match &self.answer.consumed_capacity {
            Value::Array(tables) => tables.iter().map(capacity).sum(),
            table => capacity(table),
        };
        let reads = [
            "GetItem",
            "BatchGetItem",
            "Query",
            "Scan",
            "TransactGetItems",
        ];
        if reads.contains(&self.operation.as_str()) {
            Units {
                read: sum,
                write: 0.0,
            }
        } else {
            Units {
                read: 0.0,
                write: sum,
            }
        }
    }
}

fn capacity(consumed: &Value) -> f64 {
    consumed["CapacityUnits"].as_f64().unwrap_or_default()
}

/// What `calls` cost together.
#[must_use]
pub fn units(calls: &[Call]) -> Units {
    calls
        .iter()
        .map(Call::units)
        .fold(Units::default(), |sum, one| Units {
            read: sum.read + one.read,
            write: sum.write + one.write,
        })
}

/// How many of `calls` had to wait for one another: the longest chain in which each began after the one before had ended.
#[must_use]
pub fn round_trips(calls: &[Call]) -> usize {
    let mut spans: Vec<(Duration, Duration)> = calls
        .iter()
        .filter_map(|call| Some((call.ended?, call.began)))
        .collect();
    spans.sort_unstable();
    let mut last_end = None;
    let mut chain = 0;
    for (ended, began) in spans {
        if last_end.is_none_or(|last| began >= last) {
            chain += 1;
            last_end = Some(ended);
        }
    }
    chain
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::{Answer, Call, Units, round_trips, units};

    fn call(began: u64, ended: u64) -> Call {
        let at = Duration::from_millis;
        Call {
            began: at(began),
            ended: Some(at(ended)),
            ..Call::default()
        }
    }

    #[test]
    fn calls_that_overlap_are_one_round_trip() {
        assert_eq!(round_trips(&[]), 0);
        assert_eq!(round_trips(&[call(0, 5), call(1, 4), call(2, 6)]), 1);
        assert_eq!(
            round_trips(&[call(0, 5), call(1, 4), call(6, 9), call(7, 8)]),
            2
        );
    }

    fn body(answer: &Value) -> Vec<u8> {
        answer.to_string().into_bytes()
    }

    #[test]
    fn an_answer_is_read_without_its_items() {
        let query = Answer::of(&body(
            &json!({ "Items": [{ "__type": { "S": "a" } }], "Count": 1, "ScannedCount": 3 }),
        ));
        assert_eq!((query.scanned_count, query.error), (Some(3), None));
        let refusal = Answer::of(&body(
            &json!({ "__type": "com.amazonaws.dynamodb.v20120810#ValidationException" }),
        ));
        assert!(
            refusal
                .error
                .is_some_and(|name| name.ends_with("#ValidationException"))
        );
        assert!(Answer::of(b"<xml/>").consumed_capacity.is_null());
    }

    #[test]
    fn units_are_summed_by_kind() {
        let with = |operation: &str, consumed| Call {
            operation: operation.into(),
            answer: Answer::of(&body(
                &json!({ "Items": [{ "pk": { "S": "a" } }], "ConsumedCapacity": consumed }),
            )),
            ..Call::default()
        };
        let calls = [
            with("GetItem", json!({ "CapacityUnits": 0.5 })),
            with(
                "TransactWriteItems",
                json!([{ "CapacityUnits": 4.0 }, { "CapacityUnits": 2.0 }]),
            ),
        ];
        assert_eq!(
            units(&calls),
            Units {
                read: 0.5,
                write: 6.0
            }
        );
    }
}
