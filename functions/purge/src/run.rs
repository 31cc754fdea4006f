//! One run: call after call, at its pace, until its time is up.

use std::time::Duration;

use runtime::App;
use runtime::model::Error;
use runtime::observe::Meter;
use tokio::time::{Instant, sleep};

use crate::Report;
use crate::pace::Pace;

/// A run under way.
pub(crate) struct Run<'a> {
    pub(crate) app: &'a App,
    pub(crate) report: Report,
    /// The meter of the invocation.
    meter: &'a Meter,
    pace: Pace,
    began: Instant,
    time: Duration,
    /// How often in a row the table was too busy, or not there.
    setbacks: u32,
}

/// Why a run ends before its work.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Its time is up.
    Time,
    /// The table does not do what it is asked for.
    Failed(Error),
}

/// So many setbacks in a row are no busy table: together with the client's own tries, a minute or more.
const MOST_SETBACKS: u32 = 12;
/// The wait after the first setback, in milliseconds; it doubles with each.
const FIRST_WAIT: u64 = 50;
/// The longest wait, in milliseconds.
const LONGEST_WAIT: u64 = 5_000;

impl<'a> Run<'a> {
    pub(crate) fn new(app: &'a App, meter: &'a Meter, time: Duration) -> Self {
        Self {
            app,
            report: Report::default(),
            meter,
            pace: Pace::new(app.config.purging.units_per_second),
            began: Instant::now(),
            time,
            setbacks: 0,
        }
    }

    /// Expired rows first: it is one page, and a large account takes the rest of many runs.
    pub(crate) async fn all(&mut self) -> Result<(), Stop> {
        let expired = self.clear_expired().await;
        match (expired, self.clear_accounts().await) {
            (Err(Stop::Failed(error)), _) => Err(Stop::Failed(error)),
            (Err(Stop::Time), accounts) => accounts.and(Err(Stop::Time)),
            (Ok(()), accounts) => accounts,
        }
    }

    /// Makes a call when the pace allows it, and again while the table is busy.
    pub(crate) async fn call<T, F>(&mut self, make: impl Fn() -> F) -> Result<T, Stop>
    where
        F: Future<Output = Result<T, Error>>,
    {
        loop {
            self.pause(self.pace.wait(self.began.elapsed())).await?;
            let began = self.began.elapsed();
            match make().await {
                Ok(value) => {
                    let units = self.units_since_last_call();
                    self.pace.took(units, began);
                    self.setbacks = 0;
                    return Ok(value);
                }
                Err(Error::Unavailable(_)) if self.setbacks < MOST_SETBACKS => {
                    self.set_back().await?;
                }
                Err(error) => return Err(Stop::Failed(error)),
            }
        }
    }

    /// The request units that the meter has counted since this was asked last.
    fn units_since_last_call(&mut self) -> f64 {
        let before = self.report.read_units + self.report.write_units;
        self.report.read_units = self.meter.read();
        self.report.write_units = self.meter.write();
        self.report.read_units + self.report.write_units - before
    }

    /// The table was too busy: goes slower, after a wait.
    pub(crate) async fn set_back(&mut self) -> Result<(), Stop> {
        self.pace.slow_down();
        self.setbacks += 1;
        let wait = FIRST_WAIT << self.setbacks.min(16);
        self.pause(Duration::from_millis(wait.min(LONGEST_WAIT)))
            .await
    }

    async fn pause(&self, wait: Duration) -> Result<(), Stop> {
        if self.began.elapsed() + wait >= self.time {
            return Err(Stop::Time);
        }
        if !wait.is_zero() {
            sleep(wait).await;
        }
        Ok(())
    }
}
