//! E-mail addresses.

use std::borrow::Cow;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};

use super::shown::shown_as_text;
use super::stored::Stored;
use super::text::{Unfit, first_unfit, nfc, place};
use crate::invalid::Invalid;

/// Bytes of the part before the `@`: RFC 5321 section 4.5.3.1.1.
const MAX_LOCAL_BYTES: usize = 64;

/// The characters of an atom besides letters and digits: RFC 5322 section 3.2.3.
const ATOM_SYMBOLS: &str = "!#$%&'*+-/=?^_`{|}~";

/// Two joiners whose places IDNA checks (RFC 5892 appendix A). A domain may have no other invisible character.
const JOINERS: [char; 2] = ['\u{200C}', '\u{200D}'];

/// A mail address: `local@domain` as in RFC 5321, without quoted locals and address literals.
///
/// Two spellings of one address share a [`normal_form`](Self::normal_form).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailAddress {
    written: String,
    normal: String,
}

impl EmailAddress {
    /// Bytes of an address, as written and in its normal form: RFC 5321 section 4.5.3.1.3, less the angle brackets.
    pub const MAX_BYTES: usize = 254;

    /// Parses `text`. White space and invisible format characters around an address are taken off: keyboards and clipboards add
    /// them.
    ///
    /// # Errors
    ///
    /// `INVALID_EMAIL`, with the first broken rule.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim_matches(is_blank);
        let (local, domain) = halves(text)?;
        if let Some((index, character)) = first_white_space(text) {
            let detail = format!("{} is white space.", place(index, character));
            return Err(invalid(detail));
        }
        check_local(local)?;
        // IDNA would drop or fold these characters, and the address would differ from what it looks like.
        if let Some(sentence) = first_unfit(text, |_, character| JOINERS.contains(&character)) {
            return Err(invalid(sentence));
        }
        let ascii = ascii_domain(domain)?;
        check_domain(&ascii)?;
        let normal = join(&local.to_ascii_lowercase(), &ascii);
        if normal.len() > Self::MAX_BYTES {
            return Err(invalid(
                "An address has at most 254 bytes, also once its domain is in ASCII.",
            ));
        }
        Ok(Self {
            // The local part is ASCII.
            written: nfc(text).into_owned(),
            normal,
        })
    }

    /// The address as it was written, in NFC.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The form that is unique: the local part in lower case, and the domain in IDNA's ASCII form.
    #[must_use]
    pub fn normal_form(&self) -> &str {
        &self.normal
    }

    /// The address for a mail system that accepts ASCII only. The local part is as written, because only its own host knows
    /// whether case matters. The domain is in IDNA's ASCII form, unless it is ASCII already.
    #[must_use]
    pub fn for_delivery(&self) -> String {
        match (self.written.rsplit_once('@'), self.normal.rsplit_once('@')) {
            (Some((local, domain)), Some((_, ascii))) if !domain.is_ascii() => join(local, ascii),
            _ => self.written.clone(),
        }
    }
}

impl Stored for EmailAddress {
    fn from_stored(written: String) -> Self {
        let normal = stored_normal_form(&written);
        Self { written, normal }
    }
}

/// The normal form of an address that was stored, also where a rule of today would refuse it.
fn stored_normal_form(written: &str) -> String {
    // Of ASCII alone, IDNA makes lower case or an error. Lists read hundreds of addresses.
    if written.is_ascii() {
        return written.to_ascii_lowercase();
    }
    halves(written)
        .and_then(|(local, domain)| Ok(join(&local.to_ascii_lowercase(), &ascii_domain(domain)?)))
        .unwrap_or_else(|_| written.to_lowercase())
}

shown_as_text!(EmailAddress);

/// White space, or a character that only formats the text around it.
fn is_blank(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            Unfit::of(character),
            Some(Unfit::Invisible | Unfit::Bidirectional | Unfit::VariationSelector)
        )
}

fn first_white_space(text: &str) -> Option<(usize, char)> {
    text.chars()
        .enumerate()
        .find(|(_, character)| character.is_whitespace())
}

fn halves(text: &str) -> Result<(&str, &str), Invalid> {
    if text.len() > EmailAddress::MAX_BYTES {
        return Err(invalid("An address has at most 254 bytes."));
    }
    match text.split_once('@') {
        None => Err(invalid("An address has an `@` between its two parts.")),
        Some((_, domain)) if domain.contains('@') => Err(invalid("An address has only one `@`.")),
        Some(halves) => Ok(halves),
    }
}

fn check_local(local: &str) -> Result<(), Invalid> {
    if local.is_empty() {
        return Err(invalid("There is nothing before the `@`."));
    }
    let strange = |character: &char| {
        !character.is_ascii_alphanumeric()
            && *character != '.'
            && !ATOM_SYMBOLS.contains(*character)
    };
    let found = local.chars().enumerate().find(|(_, one)| strange(one));
    if let Some((index, character)) = found {
        let detail = format!("{} cannot stand before the `@`.", place(index, character));
        return Err(invalid(detail));
    }
    if local.len() > MAX_LOCAL_BYTES {
        return Err(invalid("The part before the `@` has at most 64 bytes."));
    }
    if local.split('.').any(str::is_empty) {
        return Err(invalid(
            "Before the `@`, a dot stands between two other characters.",
        ));
    }
    Ok(())
}

/// The domain in the DNS, by UTS #46 without transitional processing, so that `ß` differs from `ss`.
fn ascii_domain(domain: &str) -> Result<String, Invalid> {
    Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        )
        .map(|ascii| ascii.to_ascii_lowercase())
        .map_err(|_| invalid("The part after the `@` is not a domain name."))
}

fn check_domain(ascii: &str) -> Result<(), Invalid> {
    match ascii.rsplit_once('.') {
        None => Err(invalid("The domain has at least one dot.")),
        Some((_, last)) if last.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(invalid("The domain cannot end in a number."))
        }
        Some(_) => Ok(()),
    }
}

fn join(local: &str, domain: &str) -> String {
    format!("{local}@{domain}")
}

fn invalid(detail: impl Into<Cow<'static, str>>) -> Invalid {
    Invalid::new("INVALID_EMAIL", detail)
}

#[cfg(test)]
mod tests;
