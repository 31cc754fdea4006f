//! How often a conflict is tried again, and how long in between.
//!
//! All tries of one request share one budget of time, however deep they are nested: [`with_retry_budget`] begins it.

use std::time::Duration;

use model::{Conflict, Error};
use tokio::time::Instant;

tokio::task_local! {
    /// When the invocation's budget ends.
    static DEADLINE: Instant;
}

/// Time in which a request begins new tries. One call takes at most 10 seconds (`shared/runtime/src/aws.rs`), so a request
/// ends inside its function's time-out of 20 seconds.
const BUDGET: Duration = Duration::from_secs(8);
/// With 16 writers of one item, one of them succeeds in each round: 24 rounds leave room.
const MOST: u32 = 24;
/// The longest wait, in milliseconds.
const LONGEST: u64 = 200;

/// Does `work` with one budget for all its tries.
pub async fn with_retry_budget<F: Future>(work: F) -> F::Output {
    DEADLINE.scope(Instant::now() + BUDGET, work).await
}

/// The tries of one operation.
#[derive(Debug, Default)]
pub struct Backoff {
    made: u32,
}

impl Backoff {
    /// No try made yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits for a random time that grows with each try.
    ///
    /// # Errors
    ///
    /// [`Conflict::Contended`] when no try is left, or the request's budget is spent.
    pub async fn wait(&mut self) -> Result<(), Error> {
        self.made += 1;
        if self.made >= MOST {
            return Err(Conflict::Contended.into());
        }
        let ceiling = (4_u64 << self.made.min(6)).min(LONGEST);
        let wait = Duration::from_millis(u64::from_be_bytes(tokens::random()) % ceiling);
        let spent = DEADLINE.try_with(|deadline| Instant::now() + wait >= *deadline);
        if spent.unwrap_or(false) {
            return Err(Conflict::Contended.into());
        }
        tokio::time::sleep(wait).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without a budget, the nested waits below take up to 24 times 24 times 200 ms.
    #[tokio::test]
    async fn nested_tries_share_one_budget() {
        let (begun, budget) = (Instant::now(), Duration::from_millis(300));
        let nested = async {
            let mut outer = Backoff::new();
            loop {
                let mut inner = Backoff::new();
                while inner.wait().await.is_ok() {}
                outer.wait().await?;
            }
        };
        let ended: Result<(), Error> = DEADLINE.scope(begun + budget, nested).await;
        assert!(matches!(ended, Err(Error::Conflict(Conflict::Contended))));
        assert!(begun.elapsed() < 10 * budget);
    }

    #[tokio::test]
    async fn tries_are_bounded_without_a_budget() {
        let mut backoff = Backoff { made: MOST - 2 };
        assert!(backoff.wait().await.is_ok());
        assert!(backoff.wait().await.is_err());
    }
}
