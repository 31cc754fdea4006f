//! Clears what deletion leaves behind and what has expired: every few minutes a run, as far as its time and its pace allow.
//!
//! A run may end at any point, also if it is killed. The next run finds the remaining rows in the table and continues. Parallel
//! runs are safe: they only repeat work.

mod accounts;
mod expired;
mod pace;
mod run;
use std::sync::Arc;
use std::time::Duration;

use lambda_runtime::LambdaEvent;
use runtime::observe::{Line, Meter};
use runtime::{App, Clock, Error};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::run::{Run, Stop};

/// Before its deadline a run begins nothing new: one call takes 10 seconds at the most (`shared/runtime/src/aws.rs`).
const MARGIN: Duration = Duration::from_secs(15);

/// Clears accounts that may not be restored any more, and expired rows.
#[derive(Clone, Debug)]
pub struct Purge {
    app: App,
}

/// What a run has done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Accounts that are gone for good.
    pub accounts: u64,
    /// Rows of those accounts, or of one that is not finished.
    pub rows: u64,
    /// Rows whose time to live had ended.
    pub expired: u64,
    /// Read request units taken.
    pub read_units: f64,
    /// Write request units taken.
    pub write_units: f64,
    /// Whether the run ended before its work was done.
    pub more: bool,
}

impl Purge {
    /// Clears the table of `app`.
    #[must_use]
    pub fn new(app: App) -> Self {
        Self { app }
    }

    /// One run, for any event.
    ///
    /// # Errors
    ///
    /// The table refuses a call, or cannot be reached for long: Lambda tries again.
    pub async fn handle(&self, event: LambdaEvent<Value>) -> Result<Report, Error> {
        let deadline = Duration::from_millis(event.context.deadline);
        // By the machine's clock, as Lambda's deadline is.
        let now = u64::try_from(Clock::System.now().millis()).unwrap_or_default();
        let left = deadline.saturating_sub(Duration::from_millis(now));
        let (line, meter) = (Line::begin("cleared"), Arc::new(Meter::default()));
        let mut run = Run::new(&self.app, &meter, left.saturating_sub(MARGIN));
        let ended = meter.over(Box::pin(run.all())).await;
        run.report.more = matches!(ended, Err(Stop::Time));
        let report = &run.report;
        let line = line
            .with("accounts", report.accounts)
            .with("rows", report.rows)
            .with("expired", report.expired)
            .with("more", report.more);
        line.end(
            &meter,
            &self.app.config.metrics,
            self.app.clock.now().into(),
        );
        match ended {
            Ok(()) | Err(Stop::Time) => Ok(run.report),
            Err(Stop::Failed(error)) => {
                tracing::error!(error = ?error, "clearing failed");
                Err(error.into())
            }
        }
    }
}
