//! Bytes that must never be printed.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Secret bytes: never printed, compared in constant time, zeroed when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Keeps `bytes` secret. A `String` or `Vec<u8>` is moved, not copied.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes, for the one place that needs them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text, if they are UTF-8.
    #[must_use]
    pub fn expose_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn it_is_never_printed() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret");
    }

    #[test]
    fn equal_secrets_are_equal() {
        assert_eq!(Secret::new("hunter2"), Secret::new(b"hunter2".to_vec()));
        assert_ne!(Secret::new("hunter2"), Secret::new("hunter"));
        assert_ne!(Secret::new("hunter2"), Secret::new("hunter3"));
    }

    #[test]
    fn bytes_that_are_no_text_are_not_shown_as_one() {
        assert_eq!(Secret::new("é").expose_str(), Some("é"));
        assert_eq!(Secret::new(vec![0xFF]).expose_str(), None);
    }
}
