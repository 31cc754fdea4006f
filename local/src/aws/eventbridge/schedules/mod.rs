//! EventBridge's schedules: invoke functions by the stack's clock.

mod event;
use std::sync::Arc;
use std::time::Duration;

use shared::model::Timestamp;
use tokio::task::{JoinHandle, JoinSet};

use crate::aws::lambda::Running;
use crate::aws::lambda::Undelivered;
use crate::clock::LocalClock;
use crate::listener::Stop;
use crate::sam::Schedule;

/// One schedule of one function.
pub(crate) struct Timer {
    pub(crate) schedule: Schedule,
    pub(crate) function: Arc<Running>,
    pub(crate) undelivered: Undelivered,
    pub(crate) clock: LocalClock,
}

impl Timer {
    /// Invokes the function once per period until `stop`, for the first time a period from now.
    pub(crate) fn start(self, stop: Stop) -> JoinHandle<()> {
        let due = later(self.clock.shared().now(), self.schedule.period);
        tokio::spawn(async move {
            tokio::select! {
                biased;
                () = stop.stopped() => {}
                () = Arc::new(self).run(due) => {}
            }
        })
    }

    /// If the clock jumps over several periods, one invocation serves for all of them.
    async fn run(self: Arc<Self>, mut due: Timestamp) {
        let now = || self.clock.shared().now();
        let mut moved = self.clock.moved();
        let mut invocations = JoinSet::new();
        loop {
            let left = due.millis().saturating_sub(now().millis());
            let left = Duration::from_millis(u64::try_from(left).unwrap_or_default());
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                _ = moved.changed() => {}
                Some(_) = invocations.join_next() => {}
            }
            if now() >= due {
                due = later(now(), self.schedule.period);
                // A run that takes longer than the period does not delay the next one.
                let timer = self.clone();
                let event = event::scheduled(&self.function.declared.id, &self.schedule, now());
                invocations
                    .spawn(async move { timer.function.see_to(event, &timer.undelivered).await });
            }
        }
    }
}

fn later(now: Timestamp, period: Duration) -> Timestamp {
    now.plus_seconds(i64::try_from(period.as_secs()).unwrap_or(i64::MAX))
}
