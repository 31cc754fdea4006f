//! What a person gives as the second factor.

use shared::Reader;
use shared::model::{Invalid, Secret};
use shared::tokens::totp;

/// Characters of a recovery code, with what people type around it.
const LONGEST: usize = 100;

/// A second factor in a request.
pub(crate) enum Given {
    /// A code of an authenticator app.
    Code(String),
    /// A recovery code.
    RecoveryCode(Secret),
}

/// What is given is no factor.
pub(crate) struct Malformed;

impl Given {
    /// The members `code` and `recoveryCode`, of which a request has one at most.
    ///
    /// # Errors
    ///
    /// [`Malformed`], with the mistakes in `reader`.
    pub(crate) fn read(reader: &mut Reader) -> Result<Option<Self>, Malformed> {
        let code = reader.change("code", code);
        let recovery = reader.change("recoveryCode", |text| {
            if text.chars().count() > LONGEST {
                return Err(Invalid::new("TOO_LONG", "This is longer than any code."));
            }
            Ok(Secret::new(text))
        });
        match (code.ok_or(Malformed)?, recovery.ok_or(Malformed)?) {
            (None, None) => Ok(None),
            (Some(code), None) => Ok(Some(Self::Code(code))),
            (None, Some(recovery)) => Ok(Some(Self::RecoveryCode(recovery))),
            (Some(_), Some(_)) => {
                let one = Invalid::new("ONE_OF_THEM", "Send one proof, not several.");
                reader.mistake("recoveryCode", one);
                Err(Malformed)
            }
        }
    }
}

/// A code of an authenticator app. What cannot be one is a mistake, and no guess.
pub(crate) fn code(text: &str) -> Result<String, Invalid> {
    let malformed = Invalid::new("INVALID_CODE", "A code has six digits.");
    totp::parse(text).ok_or(malformed)
}
