//! The pace of an import, in write units a second.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Lets units through at a rate.
#[derive(Debug)]
pub(crate) struct Pace {
    rate: u32,
    next: Instant,
}

impl Pace {
    pub(crate) fn new(rate: u32) -> Self {
        Self {
            rate,
            next: Instant::now(),
        }
    }

    /// Waits until `units` more may be used.
    pub(crate) async fn take(&mut self, units: u32) {
        let now = Instant::now();
        // What was not used for a while is not saved up.
        self.next = self.next.max(now);
        if self.next > now {
            sleep_until(self.next).await;
        }
        self.next += Duration::from_secs(1) * units / self.rate;
    }

    /// Counts what was used beyond the units that were let through. Nothing is given back: DynamoDB charges a write that its condition
    /// refuses, and does not say how much.
    pub(crate) fn exceed(&mut self, units: f64) {
        if units > 0.0 {
            self.next += Duration::from_secs_f64(units / f64::from(self.rate));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn units_pass_at_the_rate() {
        let began = Instant::now();
        let mut pace = Pace::new(1000);
        for _ in 0..51 {
            pace.take(4).await;
        }
        // The first ones need not wait.
        assert!(began.elapsed() >= Duration::from_millis(199));
    }

    #[tokio::test]
    async fn what_was_not_expected_counts_and_nothing_is_given_back() {
        let began = Instant::now();
        let mut pace = Pace::new(1000);
        pace.take(4).await;
        pace.exceed(96.0);
        let next = pace.next;
        assert!(next >= began + Duration::from_millis(100));
        pace.exceed(-50.0);
        assert_eq!(pace.next, next);
    }
}
