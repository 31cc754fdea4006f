//! The service's clock, which a person or a test may move forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use shared::runtime::Clock;
use tokio::sync::watch;

/// A hundred years, so that every expiry can be seen and no sum overflows.
const FURTHEST_SECONDS: i64 = 100 * 366 * 24 * 60 * 60;

/// The clock of one stack.
#[derive(Clone, Debug, Default)]
pub(crate) struct LocalClock {
    milliseconds: Arc<AtomicI64>,
    /// Counts the times that it was moved.
    moves: watch::Sender<u64>,
}

impl LocalClock {
    /// The clock as the functions have it.
    pub(crate) fn shared(&self) -> Clock {
        Clock::Shifted(self.milliseconds.clone())
    }

    /// Changes with every move of the clock.
    pub(crate) fn moved(&self) -> watch::Receiver<u64> {
        self.moves.subscribe()
    }

    /// By how much it is ahead of the machine's clock.
    pub(crate) fn offset_seconds(&self) -> i64 {
        self.milliseconds.load(Ordering::Relaxed) / 1000
    }

    /// Moves the clock forward; says whether it could.
    pub(crate) fn advance(&self, seconds: i64) -> bool {
        let moved = self
            .milliseconds
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |shift| {
                let within = (0..=FURTHEST_SECONDS).contains(&seconds)
                    && shift / 1000 + seconds <= FURTHEST_SECONDS;
                within.then(|| shift + seconds * 1000)
            });
        self.moves.send_modify(|moves| *moves += 1);
        moved.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{FURTHEST_SECONDS, LocalClock};

    #[test]
    fn the_clock_moves_forward_only() {
        let clock = LocalClock::default();
        let before = clock.shared().now();
        assert!(clock.advance(900));
        assert!(clock.shared().now() >= before.plus_seconds(900));
        assert!(!clock.advance(-1));
        assert!(!clock.advance(FURTHEST_SECONDS));
        assert!(!clock.advance(i64::MAX));
        assert_eq!(clock.offset_seconds(), 900);
    }
}
