//! A mailed link as its row remembers it: by a nonce, until it expires. The link itself is stored nowhere.

use crate::tokens::link::{Link, Nonce};
use crate::values::Timestamp;

/// The one link of its kind that works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingLink {
    /// What the link has to name.
    pub nonce: Nonce,
    /// From when on it does not work any more, to the second.
    pub expires_at: Timestamp,
}

/// What is to be said of a link that is one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// It works.
    Works,
    /// It was the right one, and is too old.
    Expired,
    /// It was replaced, or used.
    Replaced,
}

impl PendingLink {
    /// A new link that works for `lifetime` seconds.
    #[must_use]
    pub fn new(lifetime: i64, now: Timestamp) -> Self {
        Self {
            nonce: crate::tokens::random(),
            expires_at: Timestamp::from_seconds(now.seconds() + lifetime),
        }
    }

    /// What is to be said of `link` at `now`.
    #[must_use]
    pub fn state_of(&self, link: &Link, now: Timestamp) -> LinkState {
        if link.nonce != self.nonce {
            LinkState::Replaced
        } else if self.expires_at <= now {
            LinkState::Expired
        } else {
            LinkState::Works
        }
    }
}
