//! The ids of lines.

use aws_lc_rs::digest::{SHA256, digest};
use model::{AccountId, Invalid, UserId};
use serde::{Deserialize, Serialize};

/// The id of a person or an account: ours, or one of another service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Reference {
    /// An id of ours, which is kept.
    Number(u64),
    /// An id of another service. Ours follows from it, so that the same line is the same person each time.
    Foreign(String),
}

impl Reference {
    /// The id of the person.
    ///
    /// # Errors
    ///
    /// `INVALID_ID`.
    pub fn user(&self) -> Result<UserId, Invalid> {
        UserId::try_from(self.number("user"))
    }

    /// The id of the account.
    ///
    /// # Errors
    ///
    /// `INVALID_ID`.
    pub fn account(&self) -> Result<AccountId, Invalid> {
        AccountId::try_from(self.number("account"))
    }

    fn number(&self, kind: &str) -> u64 {
        match self {
            Self::Number(number) => *number,
            Self::Foreign(name) => {
                let hashed = digest(&SHA256, format!("import\0{kind}\0{name}").as_bytes());
                let mut first = [0; 8];
                first.copy_from_slice(&hashed.as_ref()[..8]);
                // 53 bits, and never 0.
                (u64::from_be_bytes(first) >> 11).max(1)
            }
        }
    }
}

impl From<UserId> for Reference {
    fn from(id: UserId) -> Self {
        Self::Number(id.get())
    }
}

impl From<AccountId> for Reference {
    fn from(id: AccountId) -> Self {
        Self::Number(id.get())
    }
}

impl From<&str> for Reference {
    fn from(name: &str) -> Self {
        Self::Foreign(name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_kept() {
        assert_eq!(Reference::Number(42).user().unwrap().get(), 42);
        assert!(Reference::Number(0).user().is_err());
        assert!(Reference::Number(1 << 53).account().is_err());
    }

    /// An import that is repeated after an update of this program has to find the same people.
    #[test]
    fn the_id_of_a_foreign_one_never_changes() {
        let ada = Reference::from("auth0|5f7c8ec7c33c6c004bbafe82");
        assert_eq!(ada.user().unwrap().get(), 613_688_986_050_991);
        assert_ne!(ada.user().unwrap().get(), ada.account().unwrap().get());
        assert_ne!(ada.user().unwrap(), Reference::from("42").user().unwrap());
    }
}
