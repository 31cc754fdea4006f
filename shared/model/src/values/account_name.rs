//! Names of accounts.

use std::borrow::Cow;

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

use super::shown::shown_as_text;
use super::stored::Stored;
use super::text::{Unfit, caseless, collapsed, first_unfit, nfc, without_variation_selectors};
use crate::invalid::Invalid;

/// Bytes of a normal form, which is part of a key: DynamoDB allows 2,048 for a partition key. Only U+FDFA, a ligature of
/// four Arabic words, takes more than 18 bytes a character, so no other name of 100 characters gets there.
const MAX_NORMAL_BYTES: usize = 2000;

/// Path segments under `/api/accounts/` that are routes of their own.
const RESERVED: [&str; 1] = ["signup"];

/// The name of an account, shown as written, in NFC, and unique by its [`normal_form`](Self::normal_form).
///
/// Since names with one normal form are one name, a name is refused as well when its normal form breaks a rule: `１２３`
/// for being only digits, `ａ／ｂ` for its slash, `…` for being only dots.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccountName {
    written: String,
    normal: String,
}

impl AccountName {
    /// Characters (Unicode scalar values) of a name, after trimming and in NFC (contract, *Accounts*).
    pub const MAX_CHARACTERS: usize = 100;

    /// The name in `text`, without white space around it and with one space for each run of it within. Within a name a
    /// tab counts as white space, and a line break as the control character that it is.
    ///
    /// # Errors
    ///
    /// `INVALID_ACCOUNT_NAME`, with the first rule that is broken.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        // Emoji and Han characters come with variation selectors; names that differ by them alone are one name.
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

    /// What makes a name unique: NFKC, case folded, white space collapsed, variation selectors left out.
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
    // Some marks are a space and an accent in NFKC, hence collapsed last.
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

/// Whether these are digits of any script (`General_Category` Nd) and nothing else.
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
