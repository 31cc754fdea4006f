//! What all functions do at their start.

use observe::Format;
use tracing_subscriber::EnvFilter;

/// Why a function cannot start.
pub type Error = lambda_runtime::Error;

/// Writes logs as Lambda reads them: one JSON object a line, as much as `RUST_LOG` asks for.
pub fn log() {
    tracing_subscriber::fmt()
        .fmt_fields(Format::fields())
        .event_format(Format::default())
        .with_env_filter(EnvFilter::from_default_env())
        .init();
}
