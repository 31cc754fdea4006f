//! What has become of an invitation's mail.

use serde::{Deserialize, Serialize};

use super::change::Change;
use crate::values::Timestamp;

/// How far a mail has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// Asked for, and not sent yet.
    Queued,
    /// Taken by SES.
    Sent,
    /// Taken by the recipient's mail server.
    Delivered,
    /// Refused for good by the recipient's mail server.
    Bounced,
    /// Called unwanted by its recipient.
    Complained,
    /// Not sent: SES does not send to this address, or not this mail.
    Suppressed,
}

/// The last mail of an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The id of the change that asked for the mail.
    pub change: String,
    /// How far it has come.
    pub state: DeliveryState,
    /// Since when.
    pub at: Timestamp,
}

impl DeliveryState {
    const ALL: [Self; 6] = [
        Self::Queued,
        Self::Sent,
        Self::Delivered,
        Self::Bounced,
        Self::Complained,
        Self::Suppressed,
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
        }
    }

    /// The states that this one follows. News of a mail come in any order and more than once: none leads back, and of the
    /// ends the first one stays.
    pub fn follows(self) -> impl Iterator<Item = Self> {
        let earlier = move |other: &Self| other.stage() < self.stage();
        Self::ALL.into_iter().filter(earlier)
    }

    /// Whether another mail to the same address would end the same way.
    #[must_use]
    pub fn is_dead(self) -> bool {
        matches!(self, Self::Bounced | Self::Complained | Self::Suppressed)
    }

    fn stage(self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::Sent => 1,
            Self::Delivered => 2,
            Self::Bounced | Self::Complained | Self::Suppressed => 3,
        }
    }
}

impl Delivery {
    /// The mail that `change` asks for, on its way.
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
        assert_eq!(names(DeliveryState::Delivered), "queued sent");
        for end in [
            DeliveryState::Bounced,
            DeliveryState::Complained,
            DeliveryState::Suppressed,
        ] {
            assert_eq!(names(end), "queued sent delivered");
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
