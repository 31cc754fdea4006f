//! Whether an account is in use.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;

/// Whether an account is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountStatus {
    /// Active.
    Active,
    /// Suspended: members may read it, managers may change it, nothing else is allowed.
    Suspended,
}

/// Who suspended or deleted an account. The platform's decision counts more than the account's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DecidedBy {
    /// One of its own managers.
    Account,
    /// An administrator of the platform.
    Platform,
}

impl AccountStatus {
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
                "An account's status is `active` or `suspended`.",
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

impl fmt::Display for AccountStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::AccountStatus;

    #[test]
    fn it_is_read_and_shown_by_its_name() {
        for status in [AccountStatus::Active, AccountStatus::Suspended] {
            assert_eq!(AccountStatus::parse(status.as_str()).unwrap(), status);
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        for text in ["", "Active", "invited", "deleted", "active "] {
            assert_eq!(
                AccountStatus::parse(text).unwrap_err().code,
                "INVALID_STATUS"
            );
        }
    }
}
