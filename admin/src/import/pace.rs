//! The pace of an import, in write units a second.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Lets units through at a rate.
#[derive(Debug)]
pub(crate) struct Pace {
    rate: u32,
    next: Instant,
    units: u64,
}

impl Pace {
    pub(crate) fn new(rate: u32) -> Self {
        Self {
            rate,
            next: Instant::now(),
            units: 0,
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
        self.units += u64::from(units);
        self.next += Duration::from_secs(1) * units / self.rate;
    }

    /// All units that were let through.
    pub(crate) fn units(&self) -> u64 {
        self.units
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
        assert_eq!(pace.units(), 204);
    }
}
