//! Recovery codes: 80 random bits each, of which salted hashes are stored.
//!
//! A code has as many bits that a list of all of them is out of reach, so a fast hash is enough (NIST SP 800-63B section 3.1.2.2).

use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use super::random;
use crate::totp::base32;

/// 80 bits (contract, *Second factors*).
const CODE_BYTES: usize = 10;
/// Characters between two hyphens.
const GROUP: usize = 4;

/// New codes, as their person gets them, and what is stored of them.
pub struct NewCodes {
    /// The codes, once.
    pub codes: Vec<Zeroizing<String>>,
    /// What they are hashed with.
    pub salt: [u8; 16],
    /// Their hashes.
    pub digests: Vec<[u8; 16]>,
}

impl NewCodes {
    /// `count` codes.
    #[must_use]
    pub fn random(count: usize) -> Self {
        let salt = random();
        let codes: Vec<_> = (0..count).map(|_| code(&random())).collect();
        let digests = codes.iter().map(|code| digest(&salt, code)).collect();
        Self {
            codes,
            salt,
            digests,
        }
    }
}

/// 16 characters in groups of four.
fn code(bytes: &[u8; CODE_BYTES]) -> Zeroizing<String> {
    let text = Zeroizing::new(base32(bytes).to_lowercase());
    let mut code = Zeroizing::new(String::with_capacity(2 * text.len()));
    for (place, character) in text.chars().enumerate() {
        if place > 0 && place % GROUP == 0 {
            code.push('-');
        }
        code.push(character);
    }
    code
}

/// The hash of `code` under `salt`. Case, spaces and hyphens do not matter.
#[must_use]
pub fn digest(salt: &[u8; 16], code: &str) -> [u8; 16] {
    let plain: Zeroizing<String> = Zeroizing::new(
        code.chars()
            .filter(|character| !character.is_whitespace() && *character != '-')
            .flat_map(char::to_lowercase)
            .collect(),
    );
    let key = hmac::Key::new(hmac::HMAC_SHA256, salt);
    let tag = hmac::sign(&key, plain.as_bytes());
    let mut digest = [0; 16];
    digest.copy_from_slice(&tag.as_ref()[..16]);
    digest
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_all_different_and_have_80_bits() {
        let new = NewCodes::random(10);
        let distinct: BTreeSet<_> = new.codes.iter().map(|code| code.as_str()).collect();
        assert_eq!((distinct.len(), new.digests.len()), (10, 10));
        for code in &new.codes {
            let groups: Vec<_> = code.split('-').map(str::len).collect();
            assert_eq!(groups, [4; 4], "{}", code.as_str());
        }
        assert_eq!(code(&[0xff; 10]).as_str(), "7777-7777-7777-7777");
        assert_eq!(code(&[0; 10]).as_str(), "aaaa-aaaa-aaaa-aaaa");
    }

    #[test]
    fn a_code_is_known_however_it_is_typed_and_no_other() {
        let new = NewCodes::random(1);
        let code = new.codes[0].as_str();
        let typed = [
            code.to_owned(),
            code.to_uppercase(),
            code.replace('-', ""),
            format!(" {} ", code.replace('-', " ")),
        ];
        for typed in typed {
            assert_eq!(digest(&new.salt, &typed), new.digests[0]);
        }
        assert_ne!(digest(&[0; 16], code), new.digests[0]);
        assert_ne!(digest(&new.salt, &code[1..]), new.digests[0]);
        assert_ne!(digest(&new.salt, ""), new.digests[0]);
    }
}
