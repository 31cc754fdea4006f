//! A person's passkeys (contract, *Second factors*). Whether an assertion is acceptable is decided elsewhere.

use super::factors::{FactorId, Factors, RecoveryCodes};
use crate::error::{Conflict, Error, Missing};
use crate::values::{PasskeyName, Timestamp};

/// Passkeys that a person can have (contract).
pub const PASSKEYS: usize = 10;

/// A passkey: a credential of Web Authentication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// The credential's id, which its authenticator chose. No two passkeys of a deployment have the same.
    pub credential: Vec<u8>,
    /// The public key, in COSE.
    pub key: Vec<u8>,
    /// The signature counter at the last use; 0 where the authenticator has none.
    pub counter: u32,
    /// Whether it could be backed up when it was registered.
    pub backup_eligible: bool,
    /// Whether it was backed up at the last use.
    pub backed_up: bool,
    /// What its person calls it.
    pub name: PasskeyName,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was used last, after its registration.
    pub last_used_at: Option<Timestamp>,
}

/// What to keep of the use of a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasskeyUse {
    /// The signature counter.
    pub counter: u32,
    /// Whether it is backed up now.
    pub backed_up: bool,
    /// When it was used.
    pub at: Timestamp,
}

impl Factors {
    /// The passkey whose credential has the id `credential`.
    #[must_use]
    pub fn passkey_of(&self, credential: &[u8]) -> Option<(FactorId, &Passkey)> {
        let mut passkeys = self.passkeys.iter();
        let (id, passkey) = passkeys.find(|(_, passkey)| passkey.credential == credential)?;
        Some((*id, passkey))
    }

    /// Refuses one more passkey beyond [`PASSKEYS`].
    ///
    /// # Errors
    ///
    /// [`Conflict::FactorLimit`].
    pub fn room_for_passkey(&self) -> Result<(), Error> {
        if self.passkeys.len() < PASSKEYS {
            Ok(())
        } else {
            Err(Conflict::FactorLimit.into())
        }
    }

    /// With `passkey`, and with `recovery` if it is the first factor.
    ///
    /// # Errors
    ///
    /// [`Conflict::FactorLimit`]; [`Conflict::PasskeyRegistered`].
    pub fn with_passkey(
        &self,
        id: FactorId,
        passkey: Passkey,
        recovery: RecoveryCodes,
    ) -> Result<Self, Error> {
        if self.passkey_of(&passkey.credential).is_some() {
            return Err(Conflict::PasskeyRegistered.into());
        }
        self.room_for_passkey()?;
        let mut next = self.clone();
        next.passkeys.insert(id, passkey);
        Ok(next.with_codes_if_first(self, recovery))
    }

    /// Without the passkey `id`. Recovery codes go with the last factor.
    ///
    /// # Errors
    ///
    /// [`Missing::Factor`].
    pub fn without_passkey(&self, id: FactorId) -> Result<Self, Error> {
        let mut next = self.clone();
        next.passkeys.remove(&id).ok_or(Missing::Factor)?;
        Ok(next.without_codes_if_last())
    }

    /// With the passkey `id` under another name.
    ///
    /// # Errors
    ///
    /// [`Missing::Factor`].
    pub fn with_renamed_passkey(&self, id: FactorId, name: PasskeyName) -> Result<Self, Error> {
        let mut next = self.clone();
        next.passkeys.get_mut(&id).ok_or(Missing::Factor)?.name = name;
        Ok(next)
    }

    /// After a use of the passkey `id`.
    #[must_use]
    pub fn using_passkey(&self, id: FactorId, used: PasskeyUse) -> Self {
        let mut next = self.clone();
        if let Some(passkey) = next.passkeys.get_mut(&id) {
            passkey.counter = used.counter;
            passkey.backed_up = used.backed_up;
            passkey.last_used_at = Some(used.at);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{NOW, after};
    use crate::rules::Method;

    fn passkey(credential: u8) -> Passkey {
        Passkey {
            credential: vec![credential],
            key: vec![1],
            counter: 3,
            backup_eligible: true,
            backed_up: false,
            name: PasskeyName::parse("Laptop").unwrap(),
            created_at: NOW,
            last_used_at: None,
        }
    }

    fn codes() -> RecoveryCodes {
        RecoveryCodes {
            id: FactorId::random(),
            salt: [0; 16],
            digests: vec![[1; 16]],
        }
    }

    fn one() -> (Factors, FactorId) {
        let id = FactorId::random();
        let factors = Factors::default().with_passkey(id, passkey(1), codes());
        (factors.unwrap(), id)
    }

    #[test]
    fn a_passkey_is_a_factor_with_recovery_codes() {
        let (factors, id) = one();
        assert!(factors.exist() && factors.have(id) && factors.recovery_codes_left() == 1);
        assert_eq!(factors.methods(), [Method::Passkey, Method::RecoveryCode]);
        let gone = factors.without_passkey(id).unwrap();
        assert!(!gone.exist() && !gone.have(id) && gone.recovery.is_none());
        assert_eq!(factors.without_any(), gone);
    }

    #[test]
    fn later_passkeys_bring_no_codes_and_take_none_away() {
        let (factors, first) = one();
        let second = FactorId::random();
        let both = factors.with_passkey(second, passkey(2), codes()).unwrap();
        assert_eq!(both.recovery, factors.recovery);
        let left = both.without_passkey(first).unwrap();
        assert!(left.exist() && left.recovery == factors.recovery);
    }

    #[test]
    fn a_credential_is_registered_once_and_ten_at_most() {
        let (mut factors, _) = one();
        let again = factors.with_passkey(FactorId::random(), passkey(1), codes());
        assert!(matches!(
            again,
            Err(Error::Conflict(Conflict::PasskeyRegistered))
        ));
        for number in 2..=10 {
            factors = factors
                .with_passkey(FactorId::random(), passkey(number), codes())
                .unwrap();
        }
        let more = factors.with_passkey(FactorId::random(), passkey(11), codes());
        assert!(matches!(more, Err(Error::Conflict(Conflict::FactorLimit))));
    }

    #[test]
    fn a_use_is_noted_and_a_name_changes_nothing_else() {
        let (factors, id) = one();
        let used = PasskeyUse {
            counter: 9,
            backed_up: true,
            at: after(5),
        };
        let used = factors.using_passkey(id, used);
        let name = PasskeyName::parse("Phone").unwrap();
        let renamed = used.with_renamed_passkey(id, name.clone()).unwrap();
        let (found, passkey) = renamed.passkey_of(&[1]).unwrap();
        assert_eq!((found, passkey.counter, &passkey.name), (id, 9, &name));
        assert_eq!(passkey.last_used_at, Some(after(5)));
        assert!(passkey.backed_up && renamed.passkey_of(&[2]).is_none());
        let unknown = factors.with_renamed_passkey(FactorId::random(), name);
        assert!(matches!(unknown, Err(Error::Missing(Missing::Factor))));
        let unknown = factors.without_passkey(FactorId::random());
        assert!(matches!(unknown, Err(Error::Missing(Missing::Factor))));
    }

    #[test]
    fn the_id_of_a_factor_is_written_in_digits() {
        let id = FactorId::random();
        assert_eq!(FactorId::parse(&id.to_string()), Some(id));
        let huge = ["9007199254740992", "99999999999999999999"];
        for text in ["", "-1", "+1", "01", "1.0", "x"].iter().chain(&huge) {
            assert_eq!(FactorId::parse(text), None, "{text}");
        }
    }
}
