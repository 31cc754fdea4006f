//! The progress of a long task, on a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often the bar is drawn again while nothing happens.
const TICK: Duration = Duration::from_millis(200);

/// A progress bar; nothing at all where nobody looks. It goes when it is dropped.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// One that nobody sees.
    #[must_use]
    pub fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    pub(crate) fn new(task: &str, total: Option<u64>, shown: bool) -> Self {
        if !shown {
            return Self::hidden();
        }
        let form = match total {
            Some(_) => "{msg} {wide_bar} {human_pos}/{human_len} {eta}",
            None => "{spinner} {msg} {human_pos} ({per_sec})",
        };
        Self::drawn(task, total, form)
    }

    /// One of a task that has no steps.
    pub(crate) fn waiting(task: &str, shown: bool) -> Self {
        if shown {
            Self::drawn(task, None, "{spinner} {msg} {elapsed}")
        } else {
            Self::hidden()
        }
    }

    fn drawn(task: &str, total: Option<u64>, form: &str) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template(form);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(task.to_owned());
        bar.enable_steady_tick(TICK);
        Self(bar)
    }

    /// So many more steps are done.
    pub fn advance(&self, steps: u64) {
        self.0.inc(steps);
    }

    /// Another text in front of the bar.
    pub fn message(&self, task: &str) {
        self.0.set_message(task.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
