//! The log line of an invocation that no request waits for.

use std::sync::Arc;

use observe::{Line, Meter};

use crate::App;

/// Runs `work`, an invocation without a waiting caller, and logs it in a line called `message`.
///
/// # Errors
///
/// Those of `work`.
pub async fn observe_invocation<T, E>(
    app: &App,
    message: &'static str,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let (line, meter) = (Line::begin(message), Arc::new(Meter::default()));
    let answer = meter.over(work).await;
    line.with("failed", answer.is_err().then_some(true)).end(
        &meter,
        &app.config.metrics,
        app.clock.now().into(),
    );
    answer
}
