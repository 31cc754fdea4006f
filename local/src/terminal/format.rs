//! The form of a request's line: `12:30:01 PUT /api/accounts/42 403 UNAUTHORIZED 12 ms, 1.5 read units, user 50`.

use std::fmt::{self, Write as _};
use std::io::IsTerminal as _;

use shared::runtime::Clock;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Full, Writer};
use tracing_subscriber::fmt::{FmtContext, format};
use tracing_subscriber::registry::LookupSpan;

use crate::aws::api_gateway::TARGET;

/// Requests in one short line each, everything else as `tracing` writes it.
pub(super) struct Readable(format::Format<Full>);

impl Default for Readable {
    fn default() -> Self {
        Self(format::Format::default().with_target(false))
    }
}

impl<S, N> FormatEvent<S, N> for Readable
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        if event.metadata().target() != TARGET {
            return self.0.format_event(context, writer, event);
        }
        let mut line = Line::default();
        event.record(&mut line);
        let colours = writer.has_ansi_escapes();
        writeln!(writer, "{} {}", time(), line.text(colours))
    }
}

/// The time of the machine in UTC, to the second.
pub(super) fn time() -> String {
    let now = Clock::System.now().to_string();
    now.get(11..19).unwrap_or_default().to_owned()
}

/// Whether the standard error shows colours (<https://no-color.org>).
pub(super) fn colour() -> bool {
    #[expect(
        clippy::disallowed_methods,
        reason = "a wish of the person at the terminal, not a setting of the service"
    )]
    let refused = std::env::var("NO_COLOR").is_ok_and(|value| !value.is_empty());
    std::io::stderr().is_terminal() && !refused
}

/// The fields of a request's event.
#[derive(Default)]
struct Line {
    method: String,
    path: String,
    status: u64,
    code: String,
    milliseconds: u64,
    read: f64,
    write: f64,
    user: Option<u64>,
}

impl Line {
    fn text(&self, colours: bool) -> String {
        let Self {
            method,
            path,
            status,
            milliseconds,
            ..
        } = self;
        // Green, yellow and red.
        let shade = match status {
            0..=399 => 32,
            400..=499 => 33,
            _ => 31,
        };
        let mut text = format!("{method} {path} ");
        let _ = if colours {
            write!(text, "\x1b[{shade}m{status}\x1b[0m")
        } else {
            write!(text, "{status}")
        };
        if !self.code.is_empty() {
            let _ = write!(text, " {}", self.code);
        }
        let _ = write!(text, " {milliseconds} ms");
        for (units, kind) in [(self.read, "read"), (self.write, "write")] {
            if units > 0.0 {
                let _ = write!(text, ", {units} {kind} units");
            }
        }
        if let Some(user) = self.user {
            let _ = write!(text, ", user {user}");
        }
        text
    }
}

impl Visit for Line {
    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "status" => self.status = value,
            "milliseconds" => self.milliseconds = value,
            "userId" => self.user = Some(value),
            _ => {}
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        match field.name() {
            "readUnits" => self.read = value,
            "writeUnits" => self.write = value,
            _ => {}
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "method" => value.clone_into(&mut self.method),
            "path" => value.clone_into(&mut self.path),
            "code" => value.clone_into(&mut self.code),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn a_line_says_what_a_request_came_to() {
        let refused = Line {
            method: "PUT".into(),
            path: "/api/accounts/42".into(),
            status: 403,
            code: "UNAUTHORIZED".into(),
            milliseconds: 12,
            read: 1.5,
            write: 0.0,
            user: Some(50),
        };
        assert_eq!(
            refused.text(false),
            "PUT /api/accounts/42 403 UNAUTHORIZED 12 ms, 1.5 read units, user 50"
        );
        assert!(refused.text(true).contains("\x1b[33m403\x1b[0m"));
    }
}
