//! The nonce and expiry of a mailed link, in the row that it is about. The link itself is stored nowhere.

use crate::random::random;
use crate::values::Timestamp;

/// What a link is for. A link for one purpose is no link for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Purpose {
    /// To answer an invitation: about an account and a user.
    Invitation = 1,
    /// To verify an address: about a user.
    Verification = 2,
    /// To set a forgotten password: about a user.
    Reset = 3,
    /// To confirm a new address: about a user.
    AddressChange = 6,
    /// To undo a change of the address: about a user.
    AddressUndo = 7,
}

/// A number used once, kept in the row that a link is about.
pub type Nonce = [u8; 16];

/// What a link says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it is for.
    pub purpose: Purpose,
    /// The account's id, or 0.
    pub account: u64,
    /// The user's id.
    pub user: u64,
    /// Until when it works, to the second.
    pub expires_at: Timestamp,
    /// The nonce of the row.
    pub nonce: Nonce,
}

/// The only valid link of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingLink {
    /// The nonce that the link must contain.
    pub nonce: Nonce,
    /// The time from which it is expired, in whole seconds.
    pub expires_at: Timestamp,
}

/// The state of a genuine link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Valid.
    Works,
    /// The latest link, but too old.
    Expired,
    /// Replaced or used.
    Replaced,
}

impl PendingLink {
    /// A new link, valid for `lifetime` seconds.
    #[must_use]
    pub fn new(lifetime: i64, now: Timestamp) -> Self {
        Self {
            nonce: random(),
            expires_at: Timestamp::from_seconds(now.seconds() + lifetime),
        }
    }

    /// The state of `link` at `now`.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{NOW, invitation, link};

    #[test]
    fn a_link_that_is_replaced_and_too_old_is_told_to_be_replaced() {
        let pending = invitation().link;
        let replaced = Link {
            nonce: [8; 16],
            ..link()
        };
        let described =
            |link: &Link| [NOW, pending.expires_at].map(|now| pending.state_of(link, now));
        assert_eq!(described(&link()), [LinkState::Works, LinkState::Expired]);
        assert_eq!(described(&replaced), [LinkState::Replaced; 2]);
    }

    #[test]
    fn the_row_alone_knows_when_a_link_expires() {
        let pending = invitation().link;
        let other = Link {
            expires_at: Timestamp::from_seconds(0),
            ..link()
        };
        assert_eq!(pending.state_of(&other, NOW), LinkState::Works);
    }

    #[test]
    fn no_two_links_are_alike() {
        let (one, other) = (PendingLink::new(60, NOW), PendingLink::new(60, NOW));
        assert_ne!(one.nonce, other.nonce);
        assert_eq!(one.expires_at, Timestamp::from_seconds(NOW.seconds() + 60));
    }
}
