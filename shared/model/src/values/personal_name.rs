//! First and last names of people.

use std::borrow::Cow;

use super::shown::shown_as_text;
use super::stored::Stored;
use super::text::{Unfit, first_unfit, is_visible};
use crate::invalid::Invalid;

/// Characters (Unicode scalar values) of a name, after trimming (contract, *Fine print*).
const MAX_CHARACTERS: usize = 100;

/// The unseen characters that spelling needs: Persian and Indic names the two joiners, Mongolian names the third.
const SPELLING: [char; 3] = ['\u{200C}', '\u{200D}', '\u{180E}'];

/// A first or last name, in any script.
///
/// Names are set into mails to strangers, so line breaks, bidirectional controls and invisible characters are refused,
/// except those that names are really spelt with: joiners and variation selectors.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PersonalName(String);

impl PersonalName {
    /// The name in `text`, without white space around it.
    ///
    /// # Errors
    ///
    /// `INVALID_NAME`, with the first rule that is broken.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let name = text.trim();
        if !is_visible(name) {
            return Err(invalid("A name has at least one visible character."));
        }
        if name.chars().count() > MAX_CHARACTERS {
            return Err(invalid("A name has at most 100 characters."));
        }
        let allowed =
            |unfit, character| unfit == Unfit::VariationSelector || SPELLING.contains(&character);
        match first_unfit(name, allowed) {
            Some(sentence) => Err(invalid(sentence)),
            None => Ok(Self(name.to_owned())),
        }
    }

    /// What takes the place of a name that is erased.
    #[must_use]
    pub fn unknown() -> Self {
        Self("-".to_owned())
    }

    /// The name as it was written.
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

    proptest! {
        #[test]
        fn an_accepted_name_reads_back(text in any::<String>()) {
            if let Ok(name) = PersonalName::parse(&text) {
                prop_assert_eq!(PersonalName::parse(name.as_str()).unwrap(), name);
            }
        }
    }
}
