//! Descriptions of accounts.

use std::borrow::Cow;

use super::shown::shown_as_text;
use super::stored::Stored;
use super::text::{nfc, place};
use crate::invalid::Invalid;

/// The description of an account: plain text of several lines, kept unchanged, in NFC. An empty text stays an empty text, so
/// that the answer has what was sent. `null` clears it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Description(String);

impl Description {
    /// Characters (Unicode scalar values) of a description, in NFC (contract, *Fine print*).
    pub const MAX_CHARACTERS: usize = 1000;

    /// Parses `text`.
    ///
    /// # Errors
    ///
    /// `INVALID_DESCRIPTION` for more than 1,000 characters, and for control characters other than tabs and line ends.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = nfc(text);
        if text.chars().count() > Self::MAX_CHARACTERS {
            return Err(invalid("A description has at most 1000 characters."));
        }
        let control = |character: char| character.is_control() && !"\t\r\n".contains(character);
        match text.chars().enumerate().find(|(_, one)| control(*one)) {
            Some((index, character)) => Err(invalid(format!(
                "{} is a control character.",
                place(index, character)
            ))),
            None => Ok(Self(text.into_owned())),
        }
    }

    /// The description as it was written, in NFC.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Stored for Description {
    fn from_stored(text: String) -> Self {
        Self(text)
    }
}

shown_as_text!(Description);

fn invalid(detail: impl Into<Cow<'static, str>>) -> Invalid {
    Invalid::new("INVALID_DESCRIPTION", detail)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Description;

    #[test]
    fn it_is_kept_to_the_character() {
        for text in [
            "",
            " ",
            "Main account",
            "one\r\n\ttwo\n",
            "👩\u{200D}💻 \u{200F}שלום",
        ] {
            assert_eq!(Description::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn control_characters_are_refused_by_place() {
        for text in ["ab\0", "ab\u{1B}[31m", "ab\u{7F}", "ab\u{9B}"] {
            let invalid = Description::parse(text).expect_err(text);
            assert_eq!(invalid.code, "INVALID_DESCRIPTION");
            assert!(
                invalid.detail.starts_with("Character 3 "),
                "{}",
                invalid.detail
            );
        }
    }

    #[test]
    fn a_thousand_characters_fit_and_no_more() {
        assert!(Description::parse(&"😀".repeat(1000)).is_ok());
        assert!(Description::parse(&"a".repeat(1001)).is_err());
    }

    #[test]
    fn it_is_kept_in_nfc_and_counted_so() {
        let composed = Description::parse("Zo\u{E9}").unwrap();
        let decomposed = Description::parse("Zoe\u{301}").unwrap();
        assert_eq!(decomposed, composed);
        assert_eq!(decomposed.as_str(), "Zo\u{E9}");
        let longest = "e\u{301}".repeat(Description::MAX_CHARACTERS);
        assert!(Description::parse(&longest).is_ok());
        assert!(Description::parse(&(longest + "e")).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = Description::parse(&text);
        }
    }
}
