//! Whether a person may sign in.

use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;

/// Whether a person may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UserStatus {
    /// Active.
    Active,
    /// Suspended by the platform: no session, and no sign-in. Memberships stay.
    Suspended,
}

impl UserStatus {
    /// The status that `text` names, in lower case.
    ///
    /// # Errors
    ///
    /// `INVALID_STATUS` for anything else.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "active" => Ok(Self::Active),
            "suspended" => Ok(Self::Suspended),
            _ => Err(Invalid::new(
                "INVALID_STATUS",
                "A person's status is `active` or `suspended`.",
            )),
        }
    }

    /// The status's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::UserStatus;

    #[test]
    fn it_is_read_and_shown_by_its_name() {
        for status in [UserStatus::Active, UserStatus::Suspended] {
            assert_eq!(UserStatus::parse(status.as_str()).unwrap(), status);
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        for text in ["", "Active", "invited", "suspended "] {
            assert_eq!(UserStatus::parse(text).unwrap_err().code, "INVALID_STATUS");
        }
    }
}
