//! The way back from the table: what is stored was parsed once, and must stay readable when a rule changes.
//!
//! Not `Deserialize`, so that no request's body can take this way by accident:
//!
//! ```ignore
//! #[serde(deserialize_with = "stored::value")]
//! email: EmailAddress,
//! #[serde(default, deserialize_with = "stored::optional")]
//! country: Option<Country>,
//! ```

use serde::{Deserialize, Deserializer};

/// A text that is believed, because this program wrote it.
pub trait Stored {
    /// The value whose `as_str` was stored.
    fn from_stored(text: String) -> Self;
}

/// A value that has to be there.
///
/// # Errors
///
/// If there is no string.
pub fn value<'de, D: Deserializer<'de>, T: Stored>(deserializer: D) -> Result<T, D::Error> {
    String::deserialize(deserializer).map(T::from_stored)
}

/// A value that may be absent or null.
///
/// # Errors
///
/// If there is something other than a string.
pub fn optional<'de, D: Deserializer<'de>, T: Stored>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::<String>::deserialize(deserializer).map(|text| text.map(T::from_stored))
}

#[cfg(test)]
mod tests {
    use crate::values::{EmailAddress, PersonalName};
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Row {
        #[serde(deserialize_with = "super::value")]
        email: EmailAddress,
        #[serde(default, deserialize_with = "super::optional")]
        name: Option<PersonalName>,
    }

    #[test]
    fn a_row_is_read_back() {
        let row: Row = serde_json::from_str(r#"{"email":"A@b.example","name":"Ada"}"#).unwrap();
        assert_eq!(row.email, EmailAddress::parse("A@b.example").unwrap());
        assert_eq!(row.name.unwrap().as_str(), "Ada");
    }

    #[test]
    fn what_an_older_rule_let_in_stays_readable() {
        let row: Row = serde_json::from_str(r#"{"email":"Not@one"}"#).unwrap();
        assert_eq!(row.email.as_str(), "Not@one");
        assert_eq!(row.email.normal_form(), "not@one");
        assert!(row.name.is_none());
    }
}
