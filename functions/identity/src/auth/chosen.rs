//! A password that somebody chooses, before it is known whose it will be.

use shared::model::{EmailAddress, Error, Invalid, Password, Secret};

/// A password that is good enough, unless it is its holder's address.
pub(crate) struct ChosenPassword {
    text: Secret,
}

impl ChosenPassword {
    /// The password that `text` is.
    pub(crate) fn parse(text: &str) -> Result<Self, Invalid> {
        Password::parse(text, None)?;
        Ok(Self {
            text: Secret::new(text),
        })
    }

    /// The password of the holder of `email`; a mistake is told at `pointer`.
    pub(crate) fn of(&self, email: &EmailAddress, pointer: &str) -> Result<Password, Error> {
        let text = self.text.expose_str().unwrap_or_default();
        Password::parse(text, Some(email)).map_err(|invalid| Error::invalid(pointer, invalid))
    }
}
