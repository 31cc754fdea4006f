//! A pause after SES took nothing: meanwhile other mails wait without being offered, so that they neither add to its load nor hold
//! up the stream.

use std::sync::{Mutex, PoisonError};

use runtime::model::Timestamp;

/// The length of a pause, in seconds.
const LENGTH: i64 = 10;
/// So many offers in a row without a clear answer begin a pause: each may have taken ten seconds.
const UNCLEAR: u32 = 2;

/// The pause of one instance.
#[derive(Debug, Default)]
pub(crate) struct Pause(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    until: Option<Timestamp>,
    unclear: u32,
}

impl Pause {
    /// Whether SES is left alone at `now`.
    pub(crate) fn lasts(&self, now: Timestamp) -> bool {
        self.with(|state| state.until.is_some_and(|until| now < until))
    }

    /// SES takes nothing at `now`.
    pub(crate) fn begin(&self, now: Timestamp) {
        self.with(|state| state.until = Some(now.plus_seconds(LENGTH)));
    }

    /// SES has not answered clearly at `now`.
    pub(crate) fn unclear(&self, now: Timestamp) {
        let several = self.with(|state| {
            state.unclear += 1;
            state.unclear >= UNCLEAR
        });
        if several {
            self.begin(now);
        }
    }

    /// SES has answered.
    pub(crate) fn answered(&self) {
        self.with(|state| state.unclear = 0);
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_ends_by_itself() {
        let (pause, now) = (Pause::default(), Timestamp::from_millis(0));
        assert!(!pause.lasts(now));
        pause.begin(now);
        assert!(pause.lasts(now.plus_seconds(LENGTH - 1)));
        assert!(!pause.lasts(now.plus_seconds(LENGTH)));
    }

    #[test]
    fn one_unclear_answer_is_about_one_mail_and_several_are_about_ses() {
        let (pause, now) = (Pause::default(), Timestamp::from_millis(0));
        pause.unclear(now);
        pause.answered();
        pause.unclear(now);
        assert!(!pause.lasts(now));
        pause.unclear(now);
        assert!(pause.lasts(now));
    }
}
