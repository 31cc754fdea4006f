//! Ctrl-C, which long commands look at between two writes.

use std::sync::Arc;

use tokio::sync::watch;

/// Whether Ctrl-C was pressed. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Interrupt {
    pressed: Arc<watch::Sender<bool>>,
}

impl Interrupt {
    /// One that nobody presses, until [`Interrupt::press`].
    #[must_use]
    pub fn new() -> Self {
        Self {
            pressed: Arc::new(watch::Sender::new(false)),
        }
    }

    /// Presses it.
    pub fn press(&self) {
        self.pressed.send_replace(true);
    }

    /// Whether it was pressed: a command that writes stops before its next write.
    #[must_use]
    pub fn is_pressed(&self) -> bool {
        *self.pressed.borrow()
    }

    /// Ends once it is pressed.
    pub async fn pressed(&self) {
        let mut pressed = self.pressed.subscribe();
        // The sender lives as long as `self`.
        let _ = pressed.wait_for(|pressed| *pressed).await;
    }

    /// Hears Ctrl-C from now on, within a runtime. A second one ends the process at once.
    pub(crate) fn hear(&self) {
        let interrupt = self.clone();
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                if interrupt.is_pressed() {
                    std::process::exit(i32::from(crate::Exit::Interrupted.code()));
                }
                interrupt.press();
            }
        });
    }
}

impl Default for Interrupt {
    fn default() -> Self {
        Self::new()
    }
}
