//! Reading the whole table at a pace that leaves the service its own.

use std::sync::Arc;

use clap::Args;
use observe::Meter;
use store::{RowKey, ScannedPage, Segment, Store};
use tokio::time::{Duration, Instant};

use crate::{Connection, Failure};

/// Rows of one page: few enough that reading alone does not exceed the pace.
const PAGE: i32 = 500;

/// How fast the table is read.
#[derive(Clone, Copy, Debug, Args)]
pub struct Pace {
    /// Read request units of DynamoDB to take in a second. A gigabyte is 262,144 units
    #[arg(long, value_name = "UNITS", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: u32,
}

/// Holds the pace of everything that runs over its meter.
#[derive(Clone, Debug)]
pub(crate) struct Throttle {
    rate: f64,
    began: Instant,
    meter: Arc<Meter>,
}

/// The pages of the table, one after the other.
#[derive(Debug)]
pub(crate) struct Segments<'a> {
    store: &'a Store,
    throttle: Throttle,
    after: Option<RowKey>,
    end: bool,
}

impl Throttle {
    /// Begins now.
    pub(crate) fn new(pace: Pace) -> Self {
        Self {
            rate: f64::from(pace.rate),
            began: Instant::now(),
            meter: Arc::default(),
        }
    }

    /// Runs `work` on the account of this throttle.
    pub(crate) async fn over<F: Future>(&self, work: F) -> F::Output {
        self.meter.over(work).await
    }

    /// Waits until what was read since the beginning is not more than the pace allows.
    pub(crate) async fn wait(&self) {
        let due = Duration::from_secs_f64(self.meter.read() / self.rate);
        tokio::time::sleep_until(self.began + due).await;
    }
}

impl<'a> Segments<'a> {
    /// From the table's first row on.
    pub(crate) fn begin(connection: &'a Connection, pace: Pace) -> Self {
        Self {
            store: &connection.store,
            throttle: Throttle::new(pace),
            after: None,
            end: false,
        }
    }

    /// The next page; none after the last one.
    pub(crate) async fn next(&mut self) -> Result<Option<ScannedPage>, Failure> {
        if self.end {
            return Ok(None);
        }
        self.throttle.wait().await;
        let whole = Segment { number: 0, of: 1 };
        let read = page(self.store, whole, self.after.as_ref());
        let page = self.throttle.over(read).await?;
        self.after.clone_from(&page.next);
        self.end = page.next.is_none();
        Ok(Some(page))
    }
}

/// A page of `segment`.
pub(crate) async fn page(
    store: &Store,
    segment: Segment,
    after: Option<&RowKey>,
) -> Result<ScannedPage, Failure> {
    Ok(Box::pin(store.scan(segment, after, PAGE)).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_read_takes_the_time_that_the_pace_gives_it() {
        let throttle = Throttle::new(Pace { rate: 100 });
        throttle.wait().await;
        assert!(throttle.began.elapsed() < Duration::from_millis(150));
        let reading = async { observe::here().unwrap().consume(30.0, false) };
        throttle.over(reading).await;
        throttle.wait().await;
        assert!(throttle.began.elapsed() >= Duration::from_millis(300));
    }
}
