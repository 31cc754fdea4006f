//! Names of passkeys.

use super::shown::shown_as_text;
use super::stored::Stored;
use super::text::{is_visible, nfc};
use crate::invalid::Invalid;

/// What its person calls a passkey, as in `Laptop`. Nobody else sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyName(String);

impl PasskeyName {
    /// Characters (Unicode scalar values) of a name, after trimming and in NFC (contract, *Fine print*).
    pub const MAX_CHARACTERS: usize = 100;

    /// Parses `text`. White space around the name is removed.
    ///
    /// # Errors
    ///
    /// `INVALID_NAME`, with the first broken rule.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let invalid = |detail: &'static str| Err(Invalid::new("INVALID_NAME", detail));
        let name = nfc(text.trim());
        if !is_visible(&name) {
            return invalid("A name has at least one visible character.");
        }
        if name.chars().count() > Self::MAX_CHARACTERS {
            return invalid("A name has at most 100 characters.");
        }
        if name.chars().any(char::is_control) {
            return invalid("A name has no control characters.");
        }
        Ok(Self(name.into_owned()))
    }

    /// The name as it was written, in NFC.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Stored for PasskeyName {
    fn from_stored(text: String) -> Self {
        Self(text)
    }
}

shown_as_text!(PasskeyName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_1_to_100_characters_and_no_control_character() {
        for (text, name) in [
            (" Laptop ", "Laptop"),
            (
                "A\u{301}da\u{2019}s \u{1f511}",
                "\u{c1}da\u{2019}s \u{1f511}",
            ),
            (&"x".repeat(100), &"x".repeat(100)),
        ] {
            assert_eq!(PasskeyName::parse(text).unwrap().as_str(), name);
        }
        for text in ["", " ", "\u{200b}", "a\nb", "a\u{7f}", &"x".repeat(101)] {
            let invalid = PasskeyName::parse(text).unwrap_err();
            assert_eq!(invalid.code, "INVALID_NAME", "{text:?}");
        }
    }
}
