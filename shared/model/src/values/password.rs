//! Passwords: chosen ones, and attempts.

mod common;
mod hash;
mod known;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use zeroize::Zeroizing;

pub use hash::{
    Argon2Hash, Argon2Variant, BcryptHash, FirebaseHash, PasswordHash, Pbkdf2Digest, Pbkdf2Hash,
    ScryptCost, ScryptHash,
};
pub use known::Known;

use super::secret::Secret;
use super::text::{Unfit, caseless, first_unfit, nfkc};
use crate::invalid::Invalid;

/// Fewest characters (Unicode scalar values) of a password in NFKC (contract, *Addresses and passwords*).
const MIN_CHARACTERS: usize = 8;

/// Most characters of a password in NFKC.
const MAX_CHARACTERS: usize = 128;

/// Fewest different characters of a password in NFKC.
const MIN_DIFFERENT: usize = 4;

/// More bytes than any password has as it is typed: a character in NFKC is composed of four at most, of four bytes each.
const MAX_BYTES: usize = 16 * MAX_CHARACTERS;

/// An acceptable new password, in NFKC, so that all keyboards produce the same one (NIST SP 800-63B-4 section 3.1.1.2). It
/// is never printed, and zeroed when dropped.
#[derive(Clone, Debug)]
pub struct Password(Secret);

impl Password {
    /// Parses `text`. Spaces are part of it.
    ///
    /// # Errors
    ///
    /// `INVALID_PASSWORD` for less than 8 or more than 128 characters, and for characters whose form is not settled
    /// (RFC 8265 section 4.2.1 refuses controls, UAX #15 section 12.1 unassigned ones); `PASSWORD_TOO_WEAK` for less than 4
    /// different characters and for one of the most common.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let normal = Zeroizing::new(nfkc(text).into_owned());
        let characters = normal.chars().count();
        if characters < MIN_CHARACTERS {
            return Err(invalid("A password has at least 8 characters."));
        }
        if characters > MAX_CHARACTERS {
            return Err(invalid("A password has at most 128 characters."));
        }
        let allowed = |unfit, _| !matches!(unfit, Unfit::Control | Unfit::Unassigned);
        if let Some(sentence) = first_unfit(&normal, allowed) {
            return Err(invalid(sentence));
        }
        if normal.chars().collect::<BTreeSet<_>>().len() < MIN_DIFFERENT {
            return Err(weak("A password has at least 4 different characters."));
        }
        if common::contains(&Zeroizing::new(caseless(&normal))) {
            return Err(weak(
                "This password is one of the most common, and the first to be tried.",
            ));
        }
        Ok(Self(Secret::new(normal.as_str())))
    }

    /// Refuses a password that is made of nothing but what everybody knows of its holder, and up to three characters more.
    ///
    /// # Errors
    ///
    /// `PASSWORD_TOO_WEAK`.
    pub fn differs_from(&self, known: &Known) -> Result<(), Invalid> {
        let text = self.0.expose_str().unwrap_or_default();
        if known.leaves_at_most(3, &Zeroizing::new(caseless(text))) {
            return Err(weak(
                "A password needs more than the address, the names, the account's name or the product's name, and three \
                 characters.",
            ));
        }
        Ok(())
    }

    /// The bytes to hash.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

/// A password in a sign-in. No rule applies to it, so that a new rule locks no person out. It is never printed, and zeroed
/// when dropped.
#[derive(Clone)]
pub struct PasswordAttempt {
    normal: Secret,
    typed: Secret,
}

impl PasswordAttempt {
    /// Takes `text` as an attempt. A text that is longer than any password becomes the empty one, which is wrong too and takes
    /// the same time to refuse.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let tried = if text.len() > MAX_BYTES { "" } else { text };
        let normal = Zeroizing::new(nfkc(tried).into_owned());
        let possible = normal.chars().count() <= MAX_CHARACTERS;
        let (normal, typed) = if possible {
            (normal.as_str(), tried)
        } else {
            ("", "")
        };
        Self {
            normal: Secret::new(normal),
            typed: Secret::new(typed),
        }
    }

    /// The bytes to hash and compare.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.normal.expose()
    }

    /// The bytes as they were typed: most other services hashed these.
    #[must_use]
    pub fn expose_typed(&self) -> &[u8] {
        self.typed.expose()
    }

    /// Whether it was typed in the normal form.
    #[must_use]
    pub fn is_normal(&self) -> bool {
        self.typed == self.normal
    }
}

impl fmt::Debug for PasswordAttempt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordAttempt(Secret)")
    }
}

fn invalid(detail: impl Into<Cow<'static, str>>) -> Invalid {
    Invalid::new("INVALID_PASSWORD", detail)
}

fn weak(detail: &'static str) -> Invalid {
    Invalid::new("PASSWORD_TOO_WEAK", detail)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Password, PasswordAttempt};

    fn refusal(text: &str) -> &'static str {
        Password::parse(text).expect_err(text).code
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        for text in [
            "secure_password_123",
            "пароль-мой",
            "😀😁😂🤣😃😄😅😆",
            "  spaces  in it  ",
        ] {
            assert!(Password::parse(text).is_ok(), "{text}");
        }
        assert_eq!(refusal(""), "INVALID_PASSWORD");
        assert_eq!(refusal("s3cr3t!"), "INVALID_PASSWORD");
        assert_eq!(refusal("ééééééé"), "INVALID_PASSWORD");
        assert!(Password::parse(&"é9aZ".repeat(32)).is_ok());
        assert!(Password::parse(&"😀😁😂🤣".repeat(32)).is_ok());
        assert_eq!(refusal(&"a".repeat(129)), "INVALID_PASSWORD");
    }

    #[test]
    fn characters_whose_form_is_not_settled_are_refused() {
        for text in ["tr0ub4dor\0", "tr0ub4dor\n", "tr0ub4dor\u{378}"] {
            assert_eq!(refusal(text), "INVALID_PASSWORD");
        }
        assert!(Password::parse("tr0ub4dor 👩\u{200D}💻").is_ok());
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
            assert_eq!(refusal(text), "PASSWORD_TOO_WEAK", "{text}");
        }
    }

    #[test]
    fn characters_are_counted_once_they_are_composed() {
        assert_eq!(refusal(&"e\u{301}".repeat(4)), "INVALID_PASSWORD");
        let long = ["e\u{301}", "o\u{302}", "u\u{308}", "n\u{303}"].concat();
        assert!(Password::parse(&long.repeat(17)).is_ok());
        assert!(Password::parse(&long.repeat(32)).is_ok());
        assert_eq!(refusal(&long.repeat(33)), "INVALID_PASSWORD");
    }

    #[test]
    fn a_password_has_four_different_characters() {
        assert_eq!(refusal("xyxyxyxyxyx"), "PASSWORD_TOO_WEAK");
        assert_eq!(refusal("xyzxyzxyz"), "PASSWORD_TOO_WEAK");
        assert_eq!(
            refusal(&"\u{FF10}0\u{FF11}1".repeat(3)),
            "PASSWORD_TOO_WEAK"
        );
        assert!(Password::parse("xyzuxyzuxyzu").is_ok());
    }

    #[test]
    fn two_keyboards_type_the_same_password() {
        let chosen = Password::parse("ma\u{F1}ana-\u{FF11}\u{FF12}").unwrap();
        let tried = PasswordAttempt::new("man\u{303}ana-12");
        assert_eq!(chosen.expose(), tried.expose());
    }

    #[test]
    fn what_was_typed_is_kept_beside_the_normal_form() {
        let tried = PasswordAttempt::new("man\u{303}ana");
        assert_eq!(tried.expose(), "ma\u{F1}ana".as_bytes());
        assert_eq!(tried.expose_typed(), "man\u{303}ana".as_bytes());
    }

    #[test]
    fn an_attempt_too_long_is_simply_wrong() {
        for characters in [129, 513, 3000] {
            let tried = PasswordAttempt::new(&"a".repeat(characters));
            assert_eq!((tried.expose(), tried.expose_typed()), (&b""[..], &b""[..]));
        }
        assert_eq!(PasswordAttempt::new(&"😀".repeat(128)).expose().len(), 512);
    }

    #[test]
    fn neither_is_ever_printed() {
        let chosen = Password::parse("correct horse").unwrap();
        assert_eq!(format!("{chosen:?}"), "Password(Secret)");
        assert_eq!(
            format!("{:?}", PasswordAttempt::new("x")),
            "PasswordAttempt(Secret)"
        );
    }

    proptest! {
        #[test]
        fn whatever_can_be_chosen_can_be_typed(text in "\\PC{0,130}") {
            if let Ok(chosen) = Password::parse(&text) {
                let attempt = PasswordAttempt::new(&text);
                prop_assert_eq!(chosen.expose(), attempt.expose());
            }
        }
    }
}
