//! What all functions do at their start.

use observe::Format;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Why a function cannot start.
pub type Error = lambda_runtime::Error;

/// Writes logs as Lambda reads them: one JSON object a line, as much as `RUST_LOG` asks for. Only errors if it asks for nothing that
/// can be read.
pub fn log() {
    #[expect(clippy::disallowed_methods, reason = "before there is a configuration")]
    let asked = std::env::var("RUST_LOG").ok();
    let filter = asked.and_then(|asked| asked.parse::<Targets>().ok());
    let lines = tracing_subscriber::fmt::layer()
        .fmt_fields(Format::fields())
        .event_format(Format::default());
    tracing_subscriber::registry()
        .with(filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::ERROR)))
        .with(lines)
        .init();
}
