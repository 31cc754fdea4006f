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

    /// Takes so many units `more` than were let through, or fewer.
    pub(crate) fn correct(&mut self, more: f64) {
        let time = Duration::from_secs_f64(more.abs() / f64::from(self.rate));
        if more > 0.0 {
            self.next += time;
        } else {
            self.next = self.next.checked_sub(time).unwrap_or(self.next);
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
    async fn what_was_not_expected_counts() {
        let began = Instant::now();
        let mut pace = Pace::new(1000);
        pace.take(4).await;
        pace.correct(96.0);
        pace.take(50).await;
        assert!(began.elapsed() >= Duration::from_millis(99));
        pace.correct(-50.0);
        let corrected = pace.next;
        pace.take(0).await;
        assert!(corrected <= Instant::now());
    }
}
