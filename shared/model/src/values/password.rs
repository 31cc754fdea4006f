//! Passwords: chosen ones, and attempts.

mod common;
use std::borrow::Cow;

use zeroize::Zeroizing;

use super::email_address::EmailAddress;
use super::secret::Secret;
use super::text::{Unfit, caseless, first_unfit, nfkc};
use crate::invalid::Invalid;

/// Fewest characters (Unicode scalar values) of a password, as written (contract, *Sign-in*).
const MIN_CHARACTERS: usize = 8;

/// Most characters of a password, as written.
const MAX_CHARACTERS: usize = 128;

/// Bytes of the longest password: four for each character in UTF-8.
const MAX_BYTES: usize = 4 * MAX_CHARACTERS;

/// An acceptable new password, in NFKC, so that all keyboards produce the same one (NIST SP 800-63B-4 section 3.1.1.2). It
/// is never printed, and zeroed when dropped.
#[derive(Clone, Debug)]
pub struct Password(Secret);

impl Password {
    /// Parses `text` as the password of a user with this `email`, if that is known. Spaces are part of it.
    ///
    /// # Errors
    ///
    /// `INVALID_PASSWORD` for less than 8 or more than 128 characters, for characters whose form is not settled
    /// (RFC 8265 section 4.2.1 refuses controls, UAX #15 section 12.1 unassigned ones) and for the address itself;
    /// `COMMON_PASSWORD` for one of the most common.
    pub fn parse(text: &str, email: Option<&EmailAddress>) -> Result<Self, Invalid> {
        let characters = text.chars().count();
        if characters < MIN_CHARACTERS {
            return Err(invalid("A password has at least 8 characters."));
        }
        if characters > MAX_CHARACTERS {
            return Err(invalid("A password has at most 128 characters."));
        }
        let allowed = |unfit, _| !matches!(unfit, Unfit::Control | Unfit::Unassigned);
        if let Some(sentence) = first_unfit(text, allowed) {
            return Err(invalid(sentence));
        }
        let folded = Zeroizing::new(caseless(text));
        if email.is_some_and(|email| is_address(&folded, email)) {
            return Err(invalid("A password cannot be the e-mail address."));
        }
        if common::contains(&folded) {
            let detail = "This password is one of the most common, and the first to be tried.";
            return Err(Invalid::new("COMMON_PASSWORD", detail));
        }
        Ok(Self(Secret::new(nfkc(text).into_owned())))
    }

    /// The bytes to hash.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

/// A password in a sign-in. No rule applies to it, so that a new rule locks no person out. It is never printed, and zeroed
/// when dropped.
#[derive(Clone, Debug)]
pub struct PasswordAttempt(Secret);

impl PasswordAttempt {
    /// Takes `text` as an attempt. A text that is longer than any password becomes the empty one, which is wrong too and takes
    /// the same time to refuse.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let tried = if text.len() > MAX_BYTES { "" } else { text };
        Self(Secret::new(nfkc(tried).into_owned()))
    }

    /// The bytes to hash and compare.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

fn is_address(folded: &str, email: &EmailAddress) -> bool {
    folded == email.normal_form() || folded == caseless(email.as_str())
}

fn invalid(detail: impl Into<Cow<'static, str>>) -> Invalid {
    Invalid::new("INVALID_PASSWORD", detail)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{EmailAddress, Password, PasswordAttempt};

    fn refusal(text: &str) -> &'static str {
        Password::parse(text, None).expect_err(text).code
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        for text in [
            "secure_password_123",
            "пароль-мой",
            "😀😁😂🤣😃😄😅😆",
            "  spaces  in it  ",
        ] {
            assert!(Password::parse(text, None).is_ok(), "{text}");
        }
        assert_eq!(refusal(""), "INVALID_PASSWORD");
        assert_eq!(refusal("s3cr3t!"), "INVALID_PASSWORD");
        assert_eq!(refusal("ééééééé"), "INVALID_PASSWORD");
        assert!(Password::parse(&"é9".repeat(64), None).is_ok());
        assert!(Password::parse(&"😀".repeat(128), None).is_ok());
        assert_eq!(refusal(&"a".repeat(129)), "INVALID_PASSWORD");
    }

    #[test]
    fn characters_whose_form_is_not_settled_are_refused() {
        for text in ["tr0ub4dor\0", "tr0ub4dor\n", "tr0ub4dor\u{378}"] {
            assert_eq!(refusal(text), "INVALID_PASSWORD");
        }
        assert!(Password::parse("tr0ub4dor 👩\u{200D}💻", None).is_ok());
    }

    #[test]
    fn the_most_common_are_refused_in_any_case_and_width() {
        for text in [
            "password",
            "Password1",
            "12345678",
            "QWERTYUIOP",
            "iloveyou",
            "ｐａｓｓｗｏｒｄ",
        ] {
            assert_eq!(refusal(text), "COMMON_PASSWORD", "{text}");
        }
    }

    #[test]
    fn the_address_is_refused_in_any_spelling() {
        let email = EmailAddress::parse("Ada@Bücher.example").unwrap();
        for text in [
            "Ada@Bücher.example",
            "ADA@BÜCHER.EXAMPLE",
            "ada@xn--bcher-kva.example",
        ] {
            let invalid = Password::parse(text, Some(&email)).expect_err(text);
            assert_eq!(invalid.code, "INVALID_PASSWORD");
        }
        assert!(Password::parse("ada@bücher.example!", Some(&email)).is_ok());
        assert!(Password::parse("ada@bücher.example", None).is_ok());
    }

    #[test]
    fn two_keyboards_type_the_same_password() {
        let chosen = Password::parse("ma\u{F1}ana-\u{FF11}\u{FF12}", None).unwrap();
        let tried = PasswordAttempt::new("man\u{303}ana-12");
        assert_eq!(chosen.expose(), tried.expose());
    }

    #[test]
    fn an_attempt_too_long_is_simply_wrong() {
        assert_eq!(PasswordAttempt::new(&"a".repeat(513)).expose(), b"");
        assert_eq!(PasswordAttempt::new(&"😀".repeat(128)).expose().len(), 512);
    }

    #[test]
    fn neither_is_ever_printed() {
        let chosen = Password::parse("correct horse", None).unwrap();
        assert_eq!(format!("{chosen:?}"), "Password(Secret)");
        assert_eq!(
            format!("{:?}", PasswordAttempt::new("x")),
            "PasswordAttempt(Secret)"
        );
    }

    proptest! {
        #[test]
        fn whatever_can_be_chosen_can_be_typed(text in "\\PC{0,130}") {
            if let Ok(chosen) = Password::parse(&text, None) {
                let attempt = PasswordAttempt::new(&text);
                prop_assert_eq!(chosen.expose(), attempt.expose());
            }
        }
    }
}
