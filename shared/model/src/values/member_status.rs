//! The status of a member.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;

/// The status of a member in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MemberStatus {
    /// Invited, without rights.
    Invited,
    /// Active, with the rights of the roles.
    Active,
    /// Suspended, without rights.
    Suspended,
}

impl MemberStatus {
    /// Parses a name in lower case. The rules decide whether a caller may set it.
    ///
    /// # Errors
    ///
    /// `INVALID_STATUS` for every other text.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "invited" => Ok(Self::Invited),
            "active" => Ok(Self::Active),
            "suspended" => Ok(Self::Suspended),
            _ => Err(not_settable()),
        }
    }

    /// Like [`Self::parse`], for a status that a caller sets: no update makes a member invited.
    ///
    /// # Errors
    ///
    /// `INVALID_STATUS` for every text but `active` and `suspended`.
    pub fn parse_settable(text: &str) -> Result<Self, Invalid> {
        match Self::parse(text)? {
            Self::Invited => Err(not_settable()),
            status @ (Self::Active | Self::Suspended) => Ok(status),
        }
    }

    /// The status's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }
}

impl fmt::Display for MemberStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

fn not_settable() -> Invalid {
    let detail = "A member's status is set to `active` or `suspended`.";
    Invalid::new("INVALID_STATUS", detail)
}

#[cfg(test)]
mod tests {
    use super::MemberStatus;

    const ALL: [MemberStatus; 3] = [
        MemberStatus::Invited,
        MemberStatus::Active,
        MemberStatus::Suspended,
    ];

    #[test]
    fn it_is_read_and_shown_by_its_name() {
        for status in ALL {
            assert_eq!(MemberStatus::parse(status.as_str()).unwrap(), status);
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        for text in ["", "Active", "deleted", "active "] {
            assert_eq!(
                MemberStatus::parse(text).unwrap_err().code,
                "INVALID_STATUS"
            );
        }
    }

    #[test]
    fn nobody_is_set_to_invited() {
        assert!(MemberStatus::parse_settable("invited").is_err());
        assert!(MemberStatus::parse_settable("active").is_ok());
        assert!(MemberStatus::parse_settable("suspended").is_ok());
    }
}
