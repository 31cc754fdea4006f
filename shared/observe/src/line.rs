//! The canonical line of an invocation.

use std::time::Instant;

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use super::Meter;

/// The namespace of the metrics in `CloudWatch`.
const NAMESPACE: &str = "Accounts";
/// The `tracing` target of lines that are written as they are.
pub(super) const TARGET: &str = "canonical";
/// The field of such a line.
pub(super) const FIELD: &str = "line";

/// The metrics of a line. A custom metric costs 0.30 USD a month, in proportion to the hours in which it is written.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    /// The stack's name, the dimension of every metric. `None`: no metrics.
    pub stack: Option<String>,
}

/// RFC 3339 in UTC, whole seconds.
const SHOWN: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

/// A line that is being built.
#[derive(Debug)]
pub struct Line {
    started: Instant,
    message: &'static str,
    measured: bool,
    fields: Map<String, Value>,
}

impl Line {
    /// The line of an invocation that begins now, with this `message`.
    #[must_use]
    pub fn begin(message: &'static str) -> Self {
        Self {
            started: Instant::now(),
            message,
            measured: false,
            fields: Map::new(),
        }
    }

    /// The same, with metrics of its duration and its units: for an invocation that a caller waits for.
    #[must_use]
    pub fn measured(mut self) -> Self {
        self.measured = true;
        self
    }

    /// Adds a field, unless `value` is `None`. Never add a name, an address or other personal data.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        if !value.is_null() {
            self.fields.insert(name.to_owned(), value);
        }
        self
    }

    /// Writes the line, with the counts of `meter` and a metric for each.
    pub fn end(self, meter: &Meter, metrics: &Metrics, now: OffsetDateTime) {
        let line = self.json(meter, metrics, now).to_string();
        tracing::info!(target: "canonical", line);
    }

    fn json(self, meter: &Meter, metrics: &Metrics, now: OffsetDateTime) -> Value {
        let milliseconds = u64::try_from(self.started.elapsed().as_millis()).unwrap_or_default();
        let mut line = json!({
            "timestamp": now.format(SHOWN).unwrap_or_default(),
            "level": "INFO",
            "message": self.message,
        });
        let failed = self.fields.get("code").is_some();
        if let Value::Object(line) = &mut line {
            line.extend(self.fields);
        }
        line["milliseconds"] = milliseconds.into();
        line["readUnits"] = meter.read().into();
        line["writeUnits"] = meter.write().into();
        let mut named = Vec::new();
        if self.measured {
            named.extend([
                ("milliseconds", "Milliseconds"),
                ("readUnits", "Count"),
                ("writeUnits", "Count"),
            ]);
        }
        for (what, count) in meter.counts() {
            line[what] = count.into();
            named.push((what, "Count"));
        }
        if let Some(stack) = &metrics.stack {
            line["stack"] = stack.as_str().into();
            let mut directives = Vec::new();
            if !named.is_empty() {
                directives.push(directive(&["stack"], &named));
            }
            if failed {
                line["refused"] = 1.into();
                directives.push(directive(&["stack", "code"], &[("refused", "Count")]));
            }
            if !directives.is_empty() {
                let when = now.unix_timestamp_nanos() / 1_000_000;
                line["_aws"] = json!({ "Timestamp": i64::try_from(when).unwrap_or_default(), "CloudWatchMetrics": directives });
            }
        }
        line
    }
}

/// The fields of a line that are metrics, and the fields that are their dimensions.
fn directive(dimensions: &[&str], named: &[(&str, &str)]) -> Value {
    let metrics = named
        .iter()
        .map(|(name, unit)| json!({ "Name": name, "Unit": unit }));
    json!({
        "Namespace": NAMESPACE,
        "Dimensions": [dimensions],
        "Metrics": metrics.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use expect_test::expect;

    use super::*;
    use crate::count;

    async fn line(metrics: &Metrics) -> String {
        let meter = Arc::new(Meter::default());
        meter.over(async { count("signInsRefused") }).await;
        meter.consume(1.5, false);
        let line = Line::begin("request")
            .measured()
            .with("route", "POST /api/auth/login")
            .with("status", 401)
            .with("code", "INVALID_CREDENTIALS")
            .with("userId", None::<u64>);
        let mut line = line.json(
            &meter,
            metrics,
            OffsetDateTime::from_unix_timestamp_nanos(1_780_396_200_999_000_000).unwrap(),
        );
        line["milliseconds"] = 17.into();
        line.to_string()
    }

    #[tokio::test]
    async fn a_line_says_what_happened_and_what_of_it_is_a_metric() {
        let metrics = Metrics {
            stack: Some("prod".into()),
        };
        expect![[r#"{"timestamp":"2026-06-02T10:30:00Z","level":"INFO","message":"request","route":"POST /api/auth/login","status":401,"code":"INVALID_CREDENTIALS","milliseconds":17,"readUnits":1.5,"writeUnits":0.0,"signInsRefused":1,"stack":"prod","refused":1,"_aws":{"Timestamp":1780396200999,"CloudWatchMetrics":[{"Namespace":"Accounts","Dimensions":[["stack"]],"Metrics":[{"Name":"milliseconds","Unit":"Milliseconds"},{"Name":"readUnits","Unit":"Count"},{"Name":"writeUnits","Unit":"Count"},{"Name":"signInsRefused","Unit":"Count"}]},{"Namespace":"Accounts","Dimensions":[["stack","code"]],"Metrics":[{"Name":"refused","Unit":"Count"}]}]}}"#]].assert_eq(&line(&metrics).await);
    }

    #[tokio::test]
    async fn without_metrics_it_is_a_line_like_any_other() {
        expect![[r#"{"timestamp":"2026-06-02T10:30:00Z","level":"INFO","message":"request","route":"POST /api/auth/login","status":401,"code":"INVALID_CREDENTIALS","milliseconds":17,"readUnits":1.5,"writeUnits":0.0,"signInsRefused":1}"#]].assert_eq(&line(&Metrics::default()).await);
    }
}
