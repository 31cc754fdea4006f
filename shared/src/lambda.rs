//! The Lambda bootstrap of the functions.

use axum::Router;
use tracing_subscriber::EnvFilter;

use crate::observe::Format;

/// Why a function cannot start.
pub type Error = lambda_http::Error;

/// Writes logs as Lambda reads them: one JSON object a line, as much as `RUST_LOG` asks for.
pub fn log() {
    tracing_subscriber::fmt()
        .fmt_fields(Format::fields())
        .event_format(Format::default())
        .with_env_filter(EnvFilter::from_default_env())
        .init();
}

/// Answers API Gateway's events with `router`, until Lambda ends the process.
///
/// # Errors
///
/// The Runtime API cannot be reached.
pub async fn serve(router: Router) -> Result<(), Error> {
    lambda_http::run(router).await
}
