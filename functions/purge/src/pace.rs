//! How fast a run may go. It knows no clock: times are durations since the run began.

use std::time::Duration;

/// A number of request units a second, reduced for a while after the table was too busy.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    /// Units a second at full pace.
    full: f64,
    /// Units a second now.
    rate: f64,
    /// When the next call may begin.
    free_at: Duration,
}

/// The slowest pace, as a part of the full pace.
const SLOWEST: f64 = 1.0 / 32.0;
/// What a successful call regains, as a part of the full pace.
const RECOVERY: f64 = 1.0 / 16.0;

impl Pace {
    pub(crate) fn new(units_per_second: u32) -> Self {
        let full = f64::from(units_per_second);
        Self {
            full,
            rate: full,
            free_at: Duration::ZERO,
        }
    }

    /// How long to wait at `now` before the next call. Time that was not used is not saved up.
    pub(crate) fn wait(&self, now: Duration) -> Duration {
        self.free_at.saturating_sub(now)
    }

    /// A call that began at `began` took `units`.
    pub(crate) fn took(&mut self, units: f64, began: Duration) {
        let time = Duration::try_from_secs_f64(units / self.rate).unwrap_or_default();
        self.free_at = self.free_at.max(began) + time;
        self.rate = (self.rate + self.full * RECOVERY).min(self.full);
    }

    /// The table was too busy.
    pub(crate) fn slow_down(&mut self) {
        self.rate = (self.rate / 2.0).max(self.full * SLOWEST);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    #[test]
    fn what_was_taken_is_made_up_for_by_waiting() {
        let mut pace = Pace::new(500);
        assert_eq!(pace.wait(Duration::ZERO), Duration::ZERO);
        pace.took(50.0, Duration::ZERO);
        assert_eq!(pace.wait(30 * MILLISECOND), 70 * MILLISECOND);
        assert_eq!(pace.wait(100 * MILLISECOND), Duration::ZERO);
    }

    #[test]
    fn time_that_was_not_used_is_not_saved_up() {
        let mut pace = Pace::new(500);
        let late = Duration::from_mins(1);
        pace.took(50.0, late);
        assert_eq!(pace.wait(late), 100 * MILLISECOND);
    }

    #[test]
    fn a_busy_table_halves_the_pace_and_it_comes_back() {
        let mut pace = Pace::new(320);
        pace.slow_down();
        pace.took(16.0, Duration::ZERO);
        assert_eq!(pace.wait(Duration::ZERO), 100 * MILLISECOND);
        for _ in 0..100 {
            pace.slow_down();
        }
        let mut slowest = pace.clone();
        let later = Duration::from_secs(1);
        slowest.took(10.0, later);
        assert_eq!(slowest.wait(later), Duration::from_secs(1));
        for _ in 0..16 {
            pace.took(0.0, later);
        }
        pace.took(32.0, later);
        assert_eq!(pace.wait(later), 100 * MILLISECOND);
    }

    proptest! {
        /// For calls of any cost and duration, the units taken before the last call fit into the elapsed time.
        #[test]
        fn the_pace_is_held(
            rate in 1..5_000_u32,
            calls in prop::collection::vec((0..200_u32, 0..300_u64, any::<bool>()), 1..100),
        ) {
            let mut pace = Pace::new(rate);
            let (mut now, mut taken) = (Duration::ZERO, 0.0);
            for (units, milliseconds, busy) in calls {
                now += pace.wait(now);
                prop_assert!(taken <= f64::from(rate) * now.as_secs_f64() + 1e-3);
                if busy {
                    pace.slow_down();
                }
                pace.took(f64::from(units), now);
                taken += f64::from(units);
                now += Duration::from_millis(milliseconds);
            }
        }
    }
}
