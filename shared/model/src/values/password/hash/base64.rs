//! The spellings of bytes in stored passwords.

use base64::Engine as _;
use base64::alphabet::{BCRYPT, STANDARD};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::invalid;
use crate::invalid::Invalid;

const ANY_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

const PLAIN: GeneralPurpose = GeneralPurpose::new(&STANDARD, ANY_PADDING);

/// Some makers of bcrypt hashes leave rubbish in the unused bits of a salt.
const OF_BCRYPT: GeneralPurpose =
    GeneralPurpose::new(&BCRYPT, ANY_PADDING.with_decode_allow_trailing_bits(true));

/// The bytes of `text` in base64: the standard's, with or without padding, that of URLs, or passlib's with a dot for the plus sign.
pub(super) fn decode(text: &str, what: &str) -> Result<Vec<u8>, Invalid> {
    let plain: String = text
        .chars()
        .map(|character| match character {
            '.' | '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    let decoded = PLAIN.decode(plain);
    decoded.map_err(|_| invalid(format!("The {what} is not in base64.")))
}

/// The `N` bytes of `text` in bcrypt's base64.
pub(super) fn decode_bcrypt<const N: usize>(text: &str, what: &str) -> Result<[u8; N], Invalid> {
    let decoded = OF_BCRYPT.decode(text).ok();
    let exact = decoded.and_then(|bytes| bytes.try_into().ok());
    exact.ok_or_else(|| invalid(format!("The {what} is not {N} bytes in bcrypt's base64.")))
}
