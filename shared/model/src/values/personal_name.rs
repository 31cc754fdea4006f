//! First and last names of people.

use std::borrow::Cow;

use super::shown::shown_as_text;
use super::stored::Stored;
use super::text::{Unfit, first_unfit, is_visible, nfc};
use crate::invalid::Invalid;

/// The invisible characters that spelling needs: the two joiners in Persian and Indic names, the third in Mongolian names.
const SPELLING: [char; 3] = ['\u{200C}', '\u{200D}', '\u{180E}'];

/// A first or last name, in any script.
///
/// Names appear in mails to strangers. So line breaks, bidirectional controls and invisible characters are refused, except
/// joiners and variation selectors, which some names need.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PersonalName(String);

impl PersonalName {
    /// Characters (Unicode scalar values) of a name, after trimming and in NFC (contract, *Fine print*).
    pub const MAX_CHARACTERS: usize = 100;

    /// Parses `text`. White space around the name is removed.
    ///
    /// # Errors
    ///
    /// `INVALID_NAME`, with the first broken rule.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let name = nfc(text.trim());
        let name = name.as_ref();
        if !is_visible(name) {
            return Err(invalid("A name has at least one visible character."));
        }
        if name.chars().count() > Self::MAX_CHARACTERS {
            return Err(invalid("A name has at most 100 characters."));
        }
        let allowed =
            |unfit, character| unfit == Unfit::VariationSelector || SPELLING.contains(&character);
        match first_unfit(name, allowed) {
            Some(sentence) => Err(invalid(sentence)),
            None => Ok(Self(name.to_owned())),
        }
    }

    /// What takes the place of a name that is erased, or was never given.
    #[must_use]
    pub fn unknown() -> Self {
        Self("-".to_owned())
    }

    /// Whether this takes the place of a name.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        *self == Self::unknown()
    }

    /// The name as it was written, in NFC.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Stored for PersonalName {
    fn from_stored(text: String) -> Self {
        Self(text)
    }
}

shown_as_text!(PersonalName);

fn invalid(detail: impl Into<Cow<'static, str>>) -> Invalid {
    Invalid::new("INVALID_NAME", detail)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::PersonalName;

    #[test]
    fn names_of_every_script_are_taken() {
        for text in [
            "Ada",
            "X",
            "O'Brien-Smith Jr.",
            "José María",
            "José",
            "李",
            "葛\u{E0100}城",
            "נועה",
            "علی\u{200C}رضا",
            "ක්\u{200D}රිස්",
            "Nguyễn",
            "X Æ A-12",
            "Ada 😀",
            "<b>",
        ] {
            assert_eq!(PersonalName::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn white_space_around_a_name_is_no_part_of_it() {
        let name = PersonalName::parse(" \tAda\u{A0}Maria\u{3000}\n").unwrap();
        assert_eq!(name.as_str(), "Ada\u{A0}Maria");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "",
            "  ",
            "\u{200D}",
            "\u{FE0F}",
            "\u{3164}",
            "Ada\0",
            "Ada\nBcc: bob",
            "A\tda",
            "A\u{85}da",
            "A\u{2028}da",
            "\u{202E}adA",
            "Ada\u{200F}",
            "Ada\u{2066}x",
            "A\u{200B}da",
            "A\u{AD}da",
            "\u{FEFF}Ada",
            "\u{E000}",
            "A\u{378}",
        ] {
            let invalid = PersonalName::parse(text).expect_err(text);
            assert_eq!(invalid.code, "INVALID_NAME");
        }
    }

    #[test]
    fn a_hundred_characters_fit_and_no_more() {
        assert!(PersonalName::parse(&"é".repeat(100)).is_ok());
        assert!(PersonalName::parse(&format!(" {} ", "é".repeat(100))).is_ok());
        assert!(PersonalName::parse(&"é".repeat(101)).is_err());
    }

    #[test]
    fn it_is_kept_in_nfc_and_counted_so() {
        let composed = PersonalName::parse("Zo\u{E9}").unwrap();
        let decomposed = PersonalName::parse("Zoe\u{301}").unwrap();
        assert_eq!(decomposed, composed);
        assert_eq!(decomposed.as_str(), "Zo\u{E9}");
        let longest = "e\u{301}".repeat(PersonalName::MAX_CHARACTERS);
        assert!(PersonalName::parse(&longest).is_ok());
        assert!(PersonalName::parse(&(longest + "e")).is_err());
    }

    proptest! {
        #[test]
        fn an_accepted_name_reads_back(text in any::<String>()) {
            if let Ok(name) = PersonalName::parse(&text) {
                prop_assert_eq!(PersonalName::parse(name.as_str()).unwrap(), name);
            }
        }
    }
}
