//! The meter of an invocation: consumed units, and counted results.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

tokio::task_local! {
    static METER: Arc<Meter>;
}

/// The meter of one invocation.
#[derive(Debug, Default)]
pub struct Meter {
    /// Thousandths of a unit.
    read: AtomicU64,
    write: AtomicU64,
    counts: Mutex<BTreeMap<&'static str, u64>>,
}

/// Counts one `what`, for example `signIns`, for the present invocation.
pub fn count(what: &'static str) {
    if let Some(meter) = here() {
        let mut counts = meter.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(what).or_default() += 1;
    }
}

/// The meter of the present invocation, to pass to its own tasks.
#[must_use]
pub fn here() -> Option<Arc<Meter>> {
    METER.try_with(Arc::clone).ok()
}

impl Meter {
    /// Runs `work` with this meter.
    pub async fn over<F: Future>(self: &Arc<Self>, work: F) -> F::Output {
        METER.scope(self.clone(), work).await
    }

    /// Read request units of DynamoDB.
    #[must_use]
    pub fn read(&self) -> f64 {
        units(&self.read)
    }

    /// Write request units of DynamoDB, including those of indexes.
    #[must_use]
    pub fn write(&self) -> f64 {
        units(&self.write)
    }

    /// The counts.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.clone()
    }

    /// Adds the units that a call consumed.
    pub fn consume(&self, units: f64, writing: bool) {
        let kind = if writing { &self.write } else { &self.read };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few units, never fewer than none"
        )]
        kind.fetch_add((units * 1000.0).round() as u64, Ordering::Relaxed);
    }
}

fn units(thousandths: &AtomicU64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let thousandths = thousandths.load(Ordering::Relaxed) as f64;
    thousandths / 1000.0
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Meter, count, here};

    #[tokio::test]
    async fn an_invocation_s_own_work_is_counted_for_it() {
        let (one, other) = (Arc::new(Meter::default()), Arc::new(Meter::default()));
        one.over(async {
            count("mails");
            let own = here().unwrap();
            let apart = tokio::spawn(async move { own.over(async { count("mails") }).await });
            apart.await.unwrap();
        })
        .await;
        other.over(async { count("signIns") }).await;
        count("mails");
        assert_eq!(one.counts().into_iter().collect::<Vec<_>>(), [("mails", 2)]);
        assert_eq!(
            other.counts().into_iter().collect::<Vec<_>>(),
            [("signIns", 1)]
        );
    }

    #[test]
    fn units_are_summed_by_kind() {
        let meter = Meter::default();
        for _ in 0..3 {
            meter.consume(0.5, false);
        }
        meter.consume(12.0, true);
        assert_eq!((meter.read(), meter.write()), (1.5, 12.0));
    }
}
