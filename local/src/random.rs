//! Ids and secrets, drawn by the cryptographic generator that the functions use too.

use std::fmt::Write as _;

use aws_lc_rs::rand;

/// `N` random bytes.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // The generator of aws-lc has no failure that a caller could do anything about.
    rand::fill(&mut bytes).unwrap_or_else(|_| std::process::abort());
    bytes
}

/// A UUID of version 4 (RFC 9562 section 5.4): the form of API Gateway's request ids.
pub(crate) fn uuid() -> String {
    let mut bytes: [u8; 16] = bytes();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// `length` characters of `alphabet`, each as likely as the others.
pub(crate) fn text(length: usize, alphabet: &[char]) -> String {
    let fair = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(length);
    while text.chars().count() < length {
        let [byte] = bytes::<1>();
        if usize::from(byte) < fair {
            text.push(alphabet[usize::from(byte) % alphabet.len()]);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{text, uuid};

    #[test]
    fn an_id_has_the_form_of_a_uuid() {
        let id = uuid();
        assert_eq!(id.len(), 36);
        assert_eq!(id.as_bytes()[14], b'4');
        assert_ne!(id, uuid());
    }

    #[test]
    fn a_secret_has_its_length_and_alphabet() {
        let secret = text(64, &['a', 'b', 'c']);
        assert_eq!(secret.len(), 64);
        assert!(secret.bytes().all(|byte| (b'a'..=b'c').contains(&byte)));
    }
}
