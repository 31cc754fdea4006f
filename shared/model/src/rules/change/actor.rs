//! Who makes a change.

use serde::{Deserialize, Serialize};

use crate::values::UserId;

/// Who makes a change. A user is stored as `{"id": 1}`, any other actor as `{"type": "platform"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub enum Actor {
    /// A person.
    User(UserId),
    /// The platform: one of its administrators, in an account of others. The record does not say which one, since tenants read it.
    /// The request's log line does.
    Platform,
    /// The service itself, without a request.
    System,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    r#type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<UserId>,
}

impl Actor {
    const USER: &str = "user";
    const PLATFORM: &str = "platform";
    const SYSTEM: &str = "system";

    /// The type, as it is shown.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => Self::USER,
            Self::Platform => Self::PLATFORM,
            Self::System => Self::SYSTEM,
        }
    }

    /// The person, if it is one.
    #[must_use]
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::Platform | Self::System => None,
        }
    }
}

impl From<Actor> for Stored {
    fn from(actor: Actor) -> Self {
        Self {
            r#type: match actor {
                Actor::User(_) => None,
                Actor::Platform | Actor::System => Some(actor.kind().to_owned()),
            },
            id: actor.user(),
        }
    }
}

impl TryFrom<Stored> for Actor {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        match (stored.r#type.as_deref(), stored.id) {
            (None | Some(Self::USER), Some(id)) => Ok(Self::User(id)),
            (Some(Self::PLATFORM), None) => Ok(Self::Platform),
            (Some(Self::SYSTEM), None) => Ok(Self::System),
            _ => Err("an unknown actor"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::examples::user_id;

    #[test]
    fn an_actor_reads_back_as_it_was_stored() {
        for (actor, stored) in [
            (Actor::User(user_id(7)), json!({ "id": 7 })),
            (Actor::Platform, json!({ "type": "platform" })),
            (Actor::System, json!({ "type": "system" })),
        ] {
            assert_eq!(serde_json::to_value(actor).unwrap(), stored);
            assert_eq!(serde_json::from_value::<Actor>(stored).unwrap(), actor);
        }
        for stored in [
            json!({}),
            json!({ "type": "key" }),
            json!({ "type": "platform", "id": 7 }),
        ] {
            assert!(serde_json::from_value::<Actor>(stored).is_err());
        }
    }
}
