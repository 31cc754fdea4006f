//! The characters that a text may have, and the form in which texts are compared.
//!
//! Classes come from the Unicode Character Database: `General_Category` and the properties
//! `Default_Ignorable_Code_Point`, `Bidi_Control` and `Variation_Selector` (UAX #44 sections 5.3 and 5.7).

use std::borrow::Cow;
use std::fmt;

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;
use icu_properties::props::{
    BidiControl, DefaultIgnorableCodePoint, GeneralCategory, VariationSelector,
};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Blank, but a symbol in Unicode, so that no property identifies it.
const BRAILLE_PATTERN_BLANK: char = '\u{2800}';

/// The reason that a character is not allowed in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// `General_Category` Cc, for example NUL, line feed and escape.
    Control,
    /// `Bidi_Control`: changes the direction of the text around it.
    Bidirectional,
    /// A line or paragraph separator (Zl, Zp).
    LineBreak,
    /// `Variation_Selector`: selects a glyph of the character before it.
    VariationSelector,
    /// Invisible: any other `Default_Ignorable_Code_Point` or format character (Cf).
    Invisible,
    /// Unassigned in this version of Unicode (Cn): its look and its normal form are unknown.
    Unassigned,
    /// For private use (Co).
    PrivateUse,
}

impl Unfit {
    /// The reason that `character` is not allowed, if there is one.
    pub(crate) fn of(character: char) -> Option<Self> {
        let category = CodePointMapData::<GeneralCategory>::new().get(character);
        let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
        match category {
            GeneralCategory::Control => Some(Self::Control),
            GeneralCategory::Unassigned => Some(Self::Unassigned),
            GeneralCategory::PrivateUse => Some(Self::PrivateUse),
            GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator => {
                Some(Self::LineBreak)
            }
            _ if CodePointSetData::new::<BidiControl>().contains(character) => {
                Some(Self::Bidirectional)
            }
            _ if is_variation_selector(character) => Some(Self::VariationSelector),
            GeneralCategory::Format => Some(Self::Invisible),
            _ if ignorable.contains(character) || character == BRAILLE_PATTERN_BLANK => {
                Some(Self::Invisible)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Control => "a control character",
            Self::Bidirectional => "a bidirectional control character",
            Self::LineBreak => "a line break",
            Self::VariationSelector => "a variation selector",
            Self::Invisible => "an invisible character",
            Self::Unassigned => "not an assigned Unicode character",
            Self::PrivateUse => "a private-use character",
        })
    }
}

/// A sentence on the first forbidden character of `text` that is not `allowed`.
pub(crate) fn first_unfit(text: &str, allowed: impl Fn(Unfit, char) -> bool) -> Option<String> {
    text.chars().enumerate().find_map(|(index, character)| {
        let unfit = Unfit::of(character).filter(|unfit| !allowed(*unfit, character))?;
        Some(format!("{} is {unfit}.", place(index, character)))
    })
}

/// Names a character by its position, counted from 1, and its code point, because it may be invisible.
pub(crate) fn place(index: usize, character: char) -> String {
    format!("Character {} (U+{:04X})", index + 1, u32::from(character))
}

/// Whether any character is visible.
pub(crate) fn is_visible(text: &str) -> bool {
    text.chars()
        .any(|character| !character.is_whitespace() && Unfit::of(character).is_none())
}

/// `text` without white space (Unicode's `White_Space`) around it, and with one space for each run of it within.
pub(crate) fn collapsed(text: &str) -> String {
    let mut words = text.split_whitespace();
    let mut collapsed = words.next().unwrap_or_default().to_owned();
    for word in words {
        collapsed.push(' ');
        collapsed.push_str(word);
    }
    collapsed
}

/// `text` without variation selectors, which change the glyph and not the meaning.
pub(crate) fn without_variation_selectors(text: &str) -> Cow<'_, str> {
    if text.contains(is_variation_selector) {
        Cow::Owned(text.replace(is_variation_selector, ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// Normalisation form C (UAX #15), in which texts are stored, so that texts with the same look are equal.
pub(crate) fn nfc(text: &str) -> Cow<'_, str> {
    ComposingNormalizer::new_nfc().normalize(text)
}

/// Normalisation form KC (UAX #15).
pub(crate) fn nfkc(text: &str) -> Cow<'_, str> {
    ComposingNormalizer::new_nfkc().normalize(text)
}

/// The form in which texts are equal if they differ only by case or compatibility forms: NFKC, full case folding (Unicode
/// section 3.13.3, not Turkic), and NFKC again, because folded characters may compose.
pub(crate) fn caseless(text: &str) -> String {
    let folded = CaseMapper::new().fold_string(&nfkc(text)).into_owned();
    nfkc(&folded).into_owned()
}

fn is_variation_selector(character: char) -> bool {
    CodePointSetData::new::<VariationSelector>().contains(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Unfit, caseless, collapsed, first_unfit, is_visible};

    #[test]
    fn every_class_of_unfit_character_is_told_apart() {
        let cases = [
            ('\0', Unfit::Control),
            ('\u{85}', Unfit::Control),
            ('\u{202E}', Unfit::Bidirectional),
            ('\u{200F}', Unfit::Bidirectional),
            ('\u{61C}', Unfit::Bidirectional),
            ('\u{2028}', Unfit::LineBreak),
            ('\u{FE0F}', Unfit::VariationSelector),
            ('\u{E0100}', Unfit::VariationSelector),
            ('\u{AD}', Unfit::Invisible),
            ('\u{200B}', Unfit::Invisible),
            ('\u{200D}', Unfit::Invisible),
            ('\u{2060}', Unfit::Invisible),
            ('\u{3164}', Unfit::Invisible),
            ('\u{34F}', Unfit::Invisible),
            ('\u{2800}', Unfit::Invisible),
            ('\u{E0041}', Unfit::Invisible),
            ('\u{378}', Unfit::Unassigned),
            ('\u{FFFF}', Unfit::Unassigned),
            ('\u{E000}', Unfit::PrivateUse),
            ('\u{10FFFD}', Unfit::PrivateUse),
        ];
        for (character, unfit) in cases {
            assert_eq!(Unfit::of(character), Some(unfit), "{character:?}");
        }
        for character in "aZ9 é東ب\u{301}\u{A0}😀'’-.".chars() {
            assert_eq!(Unfit::of(character), None, "{character:?}");
        }
    }

    #[test]
    fn an_unfit_character_is_named_by_its_place_and_code_point() {
        let sentence = first_unfit("ab\u{200B}", |_, _| false);
        assert_eq!(
            sentence.as_deref(),
            Some("Character 3 (U+200B) is an invisible character.")
        );
    }

    #[test]
    fn a_text_of_blanks_cannot_be_seen() {
        assert!(!is_visible(" \u{A0}\u{200D}\u{FE0F}\u{3164}"));
        assert!(is_visible("\u{301}a"));
    }

    #[test]
    fn case_and_compatibility_forms_share_one_form() {
        for (one, other) in [
            ("Straße", "STRASSE"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("\u{212A}elvin", "kelvin"),
            ("Ｆｕｌｌ", "full"),
            ("\u{FB03}", "FFI"),
            ("e\u{301}", "É"),
        ] {
            assert_eq!(caseless(one), caseless(other));
        }
    }

    #[test]
    fn folding_is_not_turkic() {
        assert_eq!(caseless("I"), "i");
        assert_ne!(caseless("ı"), caseless("I"));
        assert_eq!(caseless("İ"), "i\u{307}");
    }

    proptest! {
        #[test]
        fn the_caseless_form_is_its_own_caseless_form(text in any::<String>()) {
            let once = caseless(&text);
            prop_assert_eq!(caseless(&once), once);
        }

        #[test]
        fn collapsing_twice_changes_nothing_more(text in "[ a\t\u{A0}\u{3000}\n]*") {
            let once = collapsed(&text);
            prop_assert_eq!(collapsed(&once), once);
        }
    }
}
