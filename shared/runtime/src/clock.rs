//! What time it is. Read at the edge and in handlers only; rules take the time as an argument.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use model::Timestamp;

/// Where the time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// The machine's clock, moved by so many milliseconds: the local stack's, which a person may move forward.
    Shifted(Arc<AtomicI64>),
}

impl Clock {
    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let shift = match self {
            Self::System => 0,
            Self::Shifted(shift) => shift.load(Ordering::Relaxed),
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the clock"
        )]
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
        let milliseconds = since_epoch.map_or(0, |elapsed| elapsed.as_millis());
        Timestamp::from_millis(
            i64::try_from(milliseconds)
                .unwrap_or(i64::MAX)
                .saturating_add(shift),
        )
    }
}
