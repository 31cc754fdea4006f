//! The delivery of an invitation's mail.

use serde::{Deserialize, Serialize};

use super::change::Change;
use crate::values::Timestamp;

/// The state of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// Requested, not yet sent.
    Queued,
    /// Accepted by SES.
    Sent,
    /// Accepted by the recipient's mail server.
    Delivered,
    /// Permanently refused by the recipient's mail server.
    Bounced,
    /// Marked as spam by its recipient.
    Complained,
    /// Not sent: SES refuses the address or the mail.
    Suppressed,
    /// Not sent: the address has got as many mails as others may cause in a day, or SES has not taken the mail for a day. A later mail
    /// may be sent.
    Withheld,
}

/// The last mail of an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The id of the change that asked for the mail.
    pub change: String,
    /// Its state.
    pub state: DeliveryState,
    /// The time of this state.
    pub at: Timestamp,
}

impl DeliveryState {
    const ALL: [Self; 7] = [
        Self::Queued,
        Self::Sent,
        Self::Delivered,
        Self::Bounced,
        Self::Complained,
        Self::Suppressed,
        Self::Withheld,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
            Self::Suppressed => "suppressed",
            Self::Withheld => "withheld",
        }
    }

    /// The states that may precede this one. Events about a mail arrive in any order and more than once. No event moves a mail
    /// back, and the first final state stays.
    pub fn follows(self) -> impl Iterator<Item = Self> {
        let earlier = move |other: &Self| other.stage() < self.stage();
        Self::ALL.into_iter().filter(earlier)
    }

    /// Whether another mail to the same address would have the same result.
    #[must_use]
    pub fn is_dead(self) -> bool {
        matches!(self, Self::Bounced | Self::Complained | Self::Suppressed)
    }

    fn stage(self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::Sent | Self::Withheld => 1,
            Self::Delivered => 2,
            Self::Bounced | Self::Complained | Self::Suppressed => 3,
        }
    }
}

impl Delivery {
    /// The mail that `change` asks for, queued.
    #[must_use]
    pub fn queued(change: &Change) -> Self {
        Self {
            change: change.id.clone(),
            state: DeliveryState::Queued,
            at: change.at(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DeliveryState;

    #[test]
    fn a_state_follows_those_before_it_only() {
        let names = |state: DeliveryState| {
            let names: Vec<_> = state.follows().map(DeliveryState::as_str).collect();
            names.join(" ")
        };
        assert_eq!(names(DeliveryState::Queued), "");
        assert_eq!(names(DeliveryState::Sent), "queued");
        assert_eq!(names(DeliveryState::Withheld), "queued");
        assert_eq!(names(DeliveryState::Delivered), "queued sent withheld");
        for end in [
            DeliveryState::Bounced,
            DeliveryState::Complained,
            DeliveryState::Suppressed,
        ] {
            assert_eq!(names(end), "queued sent delivered withheld");
        }
    }

    #[test]
    fn a_state_is_stored_and_shown_by_its_name() {
        for state in DeliveryState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
            assert_eq!(state.is_dead(), state.stage() == 3);
        }
    }
}
