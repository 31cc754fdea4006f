//! How often a conflict is tried again, and how long in between.

use std::time::Duration;

use model::{Conflict, Error};

/// The tries of one operation. The waits of all of them end well inside API Gateway's 29 seconds.
#[derive(Debug)]
pub struct Backoff {
    made: u32,
}

/// With 16 writers of one item, one of them succeeds in each round: 24 rounds leave room.
const MOST: u32 = 24;
/// The longest wait, in milliseconds.
const LONGEST: u64 = 200;

impl Backoff {
    /// All of them.
    #[must_use]
    pub fn new() -> Self {
        Self { made: 0 }
    }

    /// Waits for a random time that grows with each try.
    ///
    /// # Errors
    ///
    /// [`Conflict::Contended`] when there is no try left.
    pub async fn wait(&mut self) -> Result<(), Error> {
        self.made += 1;
        if self.made >= MOST {
            return Err(Conflict::Contended.into());
        }
        let ceiling = (4_u64 << self.made.min(6)).min(LONGEST);
        let wait = u64::from_be_bytes(tokens::random()) % ceiling;
        tokio::time::sleep(Duration::from_millis(wait)).await;
        Ok(())
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new()
    }
}
