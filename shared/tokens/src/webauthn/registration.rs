//! The registration of a credential: section 7.1.

use super::authenticator_data::AuthenticatorData;
use super::client_data::{Ceremony, ClientData};
use super::cose::PublicKey;
use super::{MAX_ID_BYTES, Registration, Rejected, RelyingParty, UserVerification, cbor};

/// A credential to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Its id, unique among all persons.
    pub id: Vec<u8>,
    /// Its public key, in COSE.
    pub key: Vec<u8>,
    /// The signature counter; 0 where the authenticator has none.
    pub counter: u32,
    /// Whether it can be backed up, that is, synchronised.
    pub backup_eligible: bool,
    /// Whether it is backed up.
    pub backed_up: bool,
}

impl Registration {
    /// The credential, if everything about it is acceptable. Whether its id is new (step 26), the caller finds out.
    ///
    /// # Errors
    ///
    /// The first step that fails.
    pub fn verify(
        &self,
        relying_party: RelyingParty<'_>,
        challenge: &[u8],
        verification: UserVerification,
    ) -> Result<Registered, Rejected> {
        let client = ClientData::read(&self.client_data)?;
        client.check(Ceremony::Registration, relying_party, challenge)?;
        let (object, rest) = cbor::map(&self.attestation_object, "attestationObject")?;
        let bytes = object.text("authData").and_then(|data| data.as_bytes());
        let statement = object.text("attStmt").is_some_and(ciborium::Value::is_map);
        let format = object.text("fmt").is_some_and(ciborium::Value::is_text);
        let (Some(bytes), true, true, []) = (bytes, statement, format, rest) else {
            return Err(Rejected::Malformed("attestationObject"));
        };
        let data = AuthenticatorData::read(bytes)?;
        data.check(relying_party, verification)?;
        let attested = data.credential.as_ref();
        let attested = attested.ok_or(Rejected::Malformed("authenticatorData"))?;
        PublicKey::read(attested.key)?;
        if !(1..=MAX_ID_BYTES).contains(&attested.id.len()) || attested.id != self.id {
            return Err(Rejected::CredentialId);
        }
        Ok(Registered {
            id: attested.id.to_vec(),
            key: attested.key.to_vec(),
            counter: data.counter,
            backup_eligible: data.backup_eligible(),
            backed_up: data.backed_up(),
        })
    }
}
