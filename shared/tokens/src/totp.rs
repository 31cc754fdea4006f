//! Time-based one-time passwords (RFC 6238): SHA-1, six digits, steps of 30 seconds.

use aws_lc_rs::{constant_time, hmac};
use model::Timestamp;
use zeroize::Zeroizing;

/// RFC 4226 section 4, requirement 6: 160 bits.
pub const SECRET_BYTES: usize = 20;
/// RFC 6238 section 5.2.
pub const STEP_SECONDS: i64 = 30;
/// The digits of a code.
pub const DIGITS: usize = 6;
/// Steps that a clock may be early or late.
const TOLERANCE: i64 = 1;

/// A secret that an authenticator app shares with us.
pub type TotpSecret = Zeroizing<[u8; SECRET_BYTES]>;

/// The text of a code without the spaces that apps show; none if it is not six digits.
#[must_use]
pub fn parse(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .filter(|character| !matches!(character, ' ' | '\u{a0}' | '\u{202f}' | '-'))
        .collect();
    let whole = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    whole.then_some(digits)
}

/// The step that `code` belongs to, at `now` or one beside it. The comparison takes the same time for every code.
#[must_use]
pub fn step_of(secret: &TotpSecret, code: &str, now: Timestamp) -> Option<i64> {
    let present = now.seconds().div_euclid(STEP_SECONDS);
    let steps = present - TOLERANCE..=present + TOLERANCE;
    steps.fold(None, |found, step| {
        let expected = code_at(secret.as_ref(), step, DIGITS);
        let same = constant_time::verify_slices_are_equal(expected.as_bytes(), code.as_bytes());
        if same.is_ok() { Some(step) } else { found }
    })
}

/// The code of `step` (RFC 4226 section 5.3).
fn code_at(secret: &[u8], step: i64, digits: usize) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag.last().copied().unwrap_or_default() & 0xf);
    let bytes = tag.get(offset..offset + 4).unwrap_or_default();
    let number = bytes
        .iter()
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
        & 0x7fff_ffff;
    let modulus = (0..digits).fold(1, |modulus, _| modulus * 10);
    format!("{:0digits$}", number % modulus)
}

/// What an app reads from a QR code (Google Authenticator's *Key URI format*). Every value is percent-encoded.
#[must_use]
pub fn uri(secret: &TotpSecret, issuer: &str, account: &str) -> String {
    let (issuer, account) = (escaped(issuer), escaped(account));
    let secret = base32(secret.as_ref());
    format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
    )
}

/// RFC 3986 section 2.3: all but unreserved characters.
fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// Fewest bytes of a secret of another service: what Google Authenticator's first ones had.
const FEWEST_BYTES: usize = 10;

/// The secret that `text` writes in base32, with or without spaces and padding. A shorter one is filled with zero bytes, as HMAC does
/// by itself. `None` for other texts, for less than 10 bytes and for more than 20.
#[must_use]
pub fn parse_secret(text: &str) -> Option<TotpSecret> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(2 * SECRET_BYTES));
    let (mut buffer, mut bits) = (0_u32, 0);
    let written = text.trim_end_matches('=').chars();
    for character in written.filter(|character| *character != ' ') {
        let value = match character.to_ascii_uppercase() {
            letter @ 'A'..='Z' => u32::from(letter) - u32::from('A'),
            digit @ '2'..='7' => u32::from(digit) - u32::from('2') + 26,
            _ => return None,
        };
        buffer = (buffer << 5 | value) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits & 0xff).ok()?);
        }
    }
    let mut secret = Zeroizing::new([0; SECRET_BYTES]);
    let filled = secret.get_mut(..bytes.len())?;
    filled.copy_from_slice(&bytes);
    (bytes.len() >= FEWEST_BYTES).then_some(secret)
}

/// RFC 4648 section 6, without padding.
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut buffer, mut bits) = (0_u32, 0);
    let mut push = |value: u32| {
        let place = (value & 31) as usize;
        text.extend(ALPHABET.get(place).map(|byte| char::from(*byte)));
    };
    for byte in bytes {
        buffer = buffer << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push(buffer >> bits);
        }
        buffer &= (1 << bits) - 1;
    }
    if bits > 0 {
        push(buffer << (5 - bits));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8; 20] = b"12345678901234567890";

    fn secret() -> TotpSecret {
        Zeroizing::new(*SECRET)
    }

    #[test]
    fn a_secret_of_another_service_is_read_from_base32() {
        let whole = Zeroizing::new(*b"12345678901234567890");
        let text = base32(whole.as_ref());
        for spelt in [
            text.clone(),
            text.to_lowercase(),
            format!("{text} "),
            text[..4].to_owned() + " " + &text[4..],
        ] {
            assert_eq!(parse_secret(&spelt), Some(whole.clone()), "{spelt}");
        }
        // The codes of the short secret and of the filled one are the same.
        let short = parse_secret("JBSWY3DPEHPK3PXP").unwrap();
        assert_eq!(&short[..11], b"Hello!\xDE\xAD\xBE\xEF\0");
        assert_eq!(code_at(&short[..10], 7, 6), code_at(short.as_ref(), 7, 6));
        let long = base32(&[1; 21]);
        for wrong in [
            "",
            "JBSWY3DP",
            "JBSWY3DPEHPK3PX1",
            "JBSWY3DPEHPK3PXÄ",
            &long,
        ] {
            assert!(parse_secret(wrong).is_none(), "{wrong}");
        }
    }

    /// RFC 6238 appendix B, the rows of SHA-1.
    #[test]
    fn the_vectors_of_the_rfc_hold() {
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let step = seconds / STEP_SECONDS;
            assert_eq!(code_at(SECRET, step, 8), code);
            // Six digits are the last six of eight.
            let now = Timestamp::from_seconds(seconds);
            assert_eq!(step_of(&secret(), &code[2..], now), Some(step));
        }
    }

    #[test]
    fn a_code_is_right_in_its_step_and_one_beside_it() {
        let step = 41_152_263;
        let code = code_at(SECRET, step, DIGITS);
        let at = |seconds: i64| step_of(&secret(), &code, Timestamp::from_seconds(seconds));
        let begin = step * STEP_SECONDS;
        assert_eq!([at(begin - 30), at(begin), at(begin + 59)], [Some(step); 3]);
        assert_eq!([at(begin - 31), at(begin + 60)], [None, None]);
    }

    #[test]
    fn no_other_text_is_the_code() {
        let now = Timestamp::from_seconds(59);
        for text in ["", "287083", "94287082", "28708", "2870822"] {
            assert_eq!(step_of(&secret(), text, now), None, "{text}");
        }
    }

    #[test]
    fn a_code_is_six_digits_and_may_have_spaces() {
        for text in ["287082", "287 082", " 287082 ", "287-082", "287\u{a0}082"] {
            assert_eq!(parse(text).as_deref(), Some("287082"));
        }
        for text in ["", "28708", "2870822", "28708x", "２８７０８２", "+28708"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    /// RFC 4648 section 10.
    #[test]
    fn base32_is_as_the_rfc_has_it() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn the_uri_of_an_app_has_no_character_that_ends_a_value() {
        let uri = uri(&secret(), "Größe & Co: 1", "ada+x@example.com");
        expect_test::expect!["otpauth://totp/Gr%C3%B6%C3%9Fe%20%26%20Co%3A%201:ada%2Bx%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Gr%C3%B6%C3%9Fe%20%26%20Co%3A%201&algorithm=SHA1&digits=6&period=30"]
            .assert_eq(&uri);
    }
}
