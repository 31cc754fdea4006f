//! The ids of accounts, users and sessions. They are random, so that they cannot be guessed.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::shown::shown_as_text;
use crate::invalid::Invalid;
use crate::random::random;

/// Ids are below 2^53, so that they are exact in JavaScript (contract, *Ground rules*).
const LIMIT: u64 = 1 << 53;

/// Decimal digits of the largest id.
const DIGITS: usize = 16;

/// 120 bits: too many to guess, and a whole number of base64 characters.
const SESSION_BYTES: usize = 15;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "u64")]
        pub struct $name(u64);

        impl $name {
            /// A new random id.
            ///
            /// # Panics
            ///
            /// If the operating system has no randomness.
            #[must_use]
            pub fn random() -> Self {
                Self(random_number())
            }

            /// Parses a path segment or a claim: decimal digits without a leading zero.
            ///
            /// # Errors
            ///
            /// `INVALID_ID` for every other text, and for numbers outside 1 to 2^53 - 1.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                number(text).map(Self)
            }

            /// The id as a number.
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }

            /// Sixteen digits with leading zeros, for sort keys: the texts have the order of the numbers.
            #[must_use]
            pub fn padded(self) -> String {
                format!("{:0DIGITS$}", self.0)
            }

            /// The id that [`Self::padded`] wrote.
            #[must_use]
            pub fn from_padded(text: &str) -> Option<Self> {
                let digits = text.len() == DIGITS && is_number(text);
                text.parse().ok().filter(|_| digits).and_then(in_range).map(Self)
            }
        }

        impl TryFrom<u64> for $name {
            type Error = Invalid;

            fn try_from(number: u64) -> Result<Self, Invalid> {
                in_range(number).map(Self).ok_or_else(not_an_id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

number! {
    /// The id of an account.
    AccountId
}

number! {
    /// The id of a user: a person, independent of accounts.
    UserId
}

/// The id of a session: twenty characters of base64url.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct SessionId(String);

impl SessionId {
    /// A new random id.
    ///
    /// # Panics
    ///
    /// If the operating system has no randomness.
    #[must_use]
    pub fn random() -> Self {
        Self(URL_SAFE_NO_PAD.encode(random::<SESSION_BYTES>()))
    }

    /// Parses a path segment or a claim.
    ///
    /// # Errors
    ///
    /// `INVALID_ID` for every text that is not twenty characters of base64url.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let decoded = URL_SAFE_NO_PAD.decode(text);
        match decoded {
            Ok(bytes) if bytes.len() == SESSION_BYTES => Ok(Self(text.to_owned())),
            _ => Err(Invalid::new("INVALID_ID", "This is not a session's id.")),
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SessionId {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

shown_as_text!(SessionId);

/// Whether a path segment is an id, valid or not, and not a name: ASCII digits only.
#[must_use]
pub fn is_number(segment: &str) -> bool {
    !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit())
}

fn number(text: &str) -> Result<u64, Invalid> {
    let plain = is_number(text) && !text.starts_with('0');
    let parsed = text.parse().ok().filter(|_| plain);
    parsed.and_then(in_range).ok_or_else(not_an_id)
}

fn in_range(number: u64) -> Option<u64> {
    (1..LIMIT).contains(&number).then_some(number)
}

fn not_an_id() -> Invalid {
    let detail = "An id is a whole number from 1 to 9007199254740991, without leading zeros.";
    Invalid::new("INVALID_ID", detail)
}

fn random_number() -> u64 {
    loop {
        // The limit is a power of two, so the remainder only drops bits, and all numbers are equally likely.
        let drawn = u64::from_le_bytes(random()) % LIMIT;
        if drawn != 0 {
            return drawn;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{AccountId, SessionId, UserId, is_number};

    #[test]
    fn an_id_is_spelt_in_plain_decimal_digits() {
        for spelling in ["1", "10", "9007199254740991"] {
            assert_eq!(AccountId::parse(spelling).unwrap().to_string(), spelling);
        }
        for spelling in [
            "",
            "0",
            "01",
            "+1",
            "-1",
            " 1",
            "1 ",
            "1.0",
            "1e3",
            "٣",
            "１",
            "9007199254740992",
            "18446744073709551616",
            "99999999999999999999999999999999",
        ] {
            assert_eq!(
                AccountId::parse(spelling).unwrap_err().code,
                "INVALID_ID",
                "{spelling}"
            );
        }
    }

    #[test]
    fn only_ascii_digits_stand_for_an_id_in_a_path() {
        assert!(is_number("007"));
        assert!(!is_number(""));
        assert!(!is_number("٣"));
        assert!(!is_number("12a"));
    }

    #[test]
    fn an_id_is_a_json_number() {
        let id = UserId::parse("42").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "42");
        assert_eq!(serde_json::from_str::<UserId>("42").unwrap(), id);
        for wrong in ["0", "9007199254740992", "-1", "4.5", "\"42\""] {
            assert!(serde_json::from_str::<UserId>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ids_are_drawn_from_the_whole_range() {
        let drawn: Vec<u64> = (0..256).map(|_| AccountId::random().get()).collect();
        assert!(drawn.iter().all(|number| (1..1 << 53).contains(number)));
        assert!(drawn.iter().any(|number| *number >= 1 << 52));
        assert!(drawn.iter().any(|number| *number < 1 << 52));
    }

    #[test]
    fn a_session_id_is_read_back_and_nothing_else_is() {
        let id = SessionId::random();
        assert_eq!(SessionId::parse(id.as_str()).unwrap(), id);
        assert_ne!(SessionId::random(), id);
        for wrong in [
            "",
            "a",
            "AAAAAAAAAAAAAAAAAAA=",
            "AAAAAAAAAAAAAAAAAAA/",
            "AAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert!(SessionId::parse(wrong).is_err(), "{wrong}");
        }
        assert!(serde_json::from_str::<SessionId>("\"short\"").is_err());
    }

    proptest! {
        #[test]
        fn padding_keeps_the_order(one in 1u64..1 << 53, other in 1u64..1 << 53) {
            let [one, other] = [one, other].map(|number| UserId::try_from(number).unwrap());
            prop_assert_eq!(one.cmp(&other), one.padded().cmp(&other.padded()));
            prop_assert_eq!(UserId::from_padded(&one.padded()), Some(one));
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = AccountId::parse(&text);
            let _ = AccountId::from_padded(&text);
            let _ = SessionId::parse(&text);
        }
    }
}
