//! The format of a function's log lines: one JSON object each.

use std::fmt;

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Json, JsonFields, Writer};
use tracing_subscriber::registry::LookupSpan;

use super::line::{FIELD, TARGET};

/// Writes JSON. A canonical line is JSON already, with members that a log event cannot hold.
#[derive(Debug)]
pub struct Format(tracing_subscriber::fmt::format::Format<Json>);

impl Default for Format {
    fn default() -> Self {
        let json = tracing_subscriber::fmt::format().json();
        Self(
            json.flatten_event(true)
                .with_current_span(false)
                .with_target(false),
        )
    }
}

impl Format {
    /// The fields that go with it.
    #[must_use]
    pub fn fields() -> JsonFields {
        JsonFields::new()
    }
}

impl<S> FormatEvent<S, JsonFields> for Format
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    JsonFields: for<'a> FormatFields<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        if event.metadata().target() != TARGET {
            return self.0.format_event(context, writer, event);
        }
        let mut canonical = Canonical(None);
        event.record(&mut canonical);
        writeln!(writer, "{}", canonical.0.unwrap_or_default())
    }
}

/// The canonical line in a log event.
struct Canonical(Option<String>);

impl Visit for Canonical {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == FIELD {
            self.0 = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use serde_json::Value;
    use time::OffsetDateTime;

    use super::Format;
    use crate::{Line, Meter, Metrics};

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn each_line_is_one_object() {
        let written = Written::default();
        let writer = written.clone();
        let subscriber = tracing_subscriber::fmt()
            .fmt_fields(Format::fields())
            .event_format(Format::default())
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(user_id = 7, "a word");
            let metrics = Metrics {
                stack: Some("prod".into()),
            };
            let line = Line::begin("request").measured().with("route", "GET /x\n");
            line.end(&Meter::default(), &metrics, OffsetDateTime::UNIX_EPOCH);
        });
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert_eq!(
            (&lines[0]["message"], &lines[0]["user_id"]),
            (&"a word".into(), &7.into())
        );
        assert_eq!(lines[1]["route"], "GET /x\n");
        assert_eq!(
            lines[1]["_aws"]["CloudWatchMetrics"][0]["Namespace"],
            "Accounts"
        );
    }
}
