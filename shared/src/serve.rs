//! The bootstrap of a function that API Gateway calls.

use axum::Router;
use runtime::Error;

/// Answers API Gateway's events with `router`, until Lambda ends the process.
///
/// # Errors
///
/// The Runtime API cannot be reached.
pub async fn serve(router: Router) -> Result<(), Error> {
    lambda_http::run(router).await
}
