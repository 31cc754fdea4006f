//! What a person reads in the terminal: where the stack is, a line for each request, and the mails.

mod format;
mod mails;
mod open;

use tracing_subscriber::EnvFilter;

use crate::Stack;
use format::{Readable, colour};
use shared::observe::Format;

pub use mails::show_mails;
pub use open::open;

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogForm {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line, for programs.
    Json,
}

/// Writes a line for each request to the standard error, unless `RUST_LOG` asks for something else. The functions' own lines, as in
/// their log groups, come with `RUST_LOG=info`.
pub fn log(form: LogForm) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,local=info,dynoxide=error"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colour())
        .with_writer(std::io::stderr);
    match form {
        LogForm::Text => log.event_format(Readable::default()).init(),
        LogForm::Json => log
            .fmt_fields(Format::fields())
            .event_format(Format::default())
            .init(),
    }
}

/// Where the stack is. The first line is for programs too.
#[must_use]
pub fn banner(stack: &Stack) -> String {
    let url = stack.url();
    let rows = [
        ("API", format!("{url}/api, described on {url}/_local/docs")),
        ("console", format!("{url}/_local/")),
        ("mailbox", format!("{url}/_local/#/mailbox")),
        (
            "DynamoDB",
            format!(
                "{}, table {}, with SES and Secrets Manager",
                stack.services_url(),
                stack.table()
            ),
        ),
    ];
    let rows = rows.map(|(name, place)| format!("\n  {name:<9} {place}"));
    format!("listening on {url}{}", rows.concat())
}
