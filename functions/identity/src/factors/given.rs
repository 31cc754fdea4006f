//! What a person gives as the second factor.

use shared::Reader;
use shared::model::{Invalid, Secret};
use shared::tokens::totp;
use shared::tokens::webauthn::{Assertion, Registration, Rejected};

/// Characters of a recovery code, with what people type around it.
const LONGEST: usize = 100;

/// A second factor in a request.
pub(crate) enum Given {
    /// A code of an authenticator app.
    Code(String),
    /// A recovery code.
    RecoveryCode(Secret),
    /// The use of a passkey.
    Passkey(Box<Assertion>),
}

/// What is given is no factor.
pub(crate) struct Malformed;

impl Given {
    /// The members `code`, `recoveryCode` and `credential`, of which a request has one at most.
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
        let passkey = reader.object("credential", assertion);
        let (code, recovery) = (code.ok_or(Malformed)?, recovery.ok_or(Malformed)?);
        let passkey = passkey.ok_or(Malformed)?;
        let given = [
            ("code", code.map(Self::Code)),
            ("recoveryCode", recovery.map(Self::RecoveryCode)),
            ("credential", passkey.map(Box::new).map(Self::Passkey)),
        ];
        let given = given.into_iter();
        let mut given = given.filter_map(|(name, given)| Some((name, given?)));
        let first = given.next().map(|(_, given)| given);
        match given.next() {
            None => Ok(first),
            Some((name, _)) => {
                let one = Invalid::new("ONE_OF_THEM", "Send one proof, not several.");
                reader.mistake(name, one);
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

/// The use of a passkey, as browsers write it.
pub(crate) fn assertion(json: &serde_json::Value) -> Result<Assertion, Invalid> {
    let assertion = Assertion::read(json).map_err(malformed)?;
    // What browsers write has a challenge, so this is no judgement yet.
    assertion.challenge().map_err(malformed)?;
    Ok(assertion)
}

/// A new passkey, as browsers write it.
pub(crate) fn registration(json: &serde_json::Value) -> Result<Registration, Invalid> {
    let registration = Registration::read(json).map_err(malformed)?;
    registration.challenge().map_err(malformed)?;
    Ok(registration)
}

fn malformed(rejected: Rejected) -> Invalid {
    Invalid::new(
        "INVALID_CREDENTIAL",
        format!("This is no PublicKeyCredential as toJSON() writes it: {rejected}."),
    )
}
