//! Names of accounts.

use std::borrow::Cow;

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

use super::shown::shown_as_text;
use super::stored::Stored;
use super::text::{Unfit, caseless, collapsed, first_unfit, nfc, without_variation_selectors};
use crate::invalid::Invalid;

/// Bytes of a normal form, which is part of a key: DynamoDB allows 2,048 for a partition key. Only U+FDFA, a ligature of
/// four Arabic words, takes more than 18 bytes a character, so no other name of 100 characters reaches the limit.
const MAX_NORMAL_BYTES: usize = 2000;

/// Path segments under `/api/accounts/` that are routes.
const RESERVED: [&str; 1] = ["signup"];

/// The name of an account, shown as written, in NFC, and unique by its [`normal_form`](Self::normal_form).
///
/// Names with the same normal form are the same name. So a name is also refused if its normal form breaks a rule: `１２３`
/// has only digits, `ａ／ｂ` has a slash, `…` has only dots.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccountName {
    written: String,
    normal: String,
}

impl AccountName {
    /// Characters (Unicode scalar values) of a name, after trimming and in NFC (contract, *Accounts*).
    pub const MAX_CHARACTERS: usize = 100;

    /// Parses `text`. White space around the name is removed, and each run of it inside becomes one space. Inside a name, a tab
    /// counts as white space, and a line break as a control character.
    ///
    /// # Errors
    ///
    /// `INVALID_ACCOUNT_NAME`, with the first broken rule.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        // Emoji and Han characters may have variation selectors. Names that differ only by them are the same name.
        let allowed = |unfit, character| unfit == Unfit::VariationSelector || character == '\t';
        if let Some(sentence) = first_unfit(text.trim(), allowed) {
            return Err(invalid(sentence));
        }
        let written = collapsed(&nfc(text));
        if written.chars().count() > Self::MAX_CHARACTERS {
            return Err(invalid("A name has at most 100 characters."));
        }
        let normal = normal_form(&written);
        check(&normal)?;
        Ok(Self { written, normal })
    }

    /// The name as it was written, in NFC.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The form that is unique: NFKC, case folded, white space collapsed, without variation selectors.
    #[must_use]
    pub fn normal_form(&self) -> &str {
        &self.normal
    }
}

impl Stored for AccountName {
    fn from_stored(written: String) -> Self {
        let normal = normal_form(&written);
        Self { written, normal }
    }
}

shown_as_text!(AccountName);

fn normal_form(written: &str) -> String {
    // ASCII has one form, but for case. Lists read hundreds of names.
    if written.is_ascii() {
        return collapsed(&written.to_ascii_lowercase());
    }
    unicode_normal_form(written)
}

fn unicode_normal_form(written: &str) -> String {
    // White space is collapsed last, because some marks become a space and an accent in NFKC.
    collapsed(&caseless(&without_variation_selectors(written)))
}

fn check(normal: &str) -> Result<(), Invalid> {
    if normal.is_empty() {
        return Err(invalid("A name has at least one visible character."));
    }
    if normal.len() > MAX_NORMAL_BYTES {
        return Err(invalid(
            "A name has at most 2000 bytes once its ligatures are spelt out.",
        ));
    }
    if normal.contains('/') {
        return Err(invalid(
            "A name cannot hold a slash, nor a character that stands for one.",
        ));
    }
    if is_number(normal) {
        return Err(invalid(
            "A name cannot be made of digits only, or it would be taken for an id.",
        ));
    }
    if normal.chars().all(|character| character == '.') {
        return Err(invalid("A name cannot be made of dots only."));
    }
    if RESERVED.contains(&normal) {
        return Err(invalid("This name is reserved."));
    }
    Ok(())
}

/// Whether all characters are digits of any script (`General_Category` Nd).
fn is_number(text: &str) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new();
    text.chars()
        .all(|character| category.get(character) == GeneralCategory::DecimalNumber)
}

fn invalid(detail: impl Into<Cow<'static, str>>) -> Invalid {
    Invalid::new("INVALID_ACCOUNT_NAME", detail)
}

#[cfg(test)]
mod tests;
