//! The use of a credential: section 7.2.

use aws_lc_rs::digest;

use super::authenticator_data::AuthenticatorData;
use super::client_data::{Ceremony, ClientData};
use super::cose::PublicKey;
use super::{Assertion, Rejected, RelyingParty, UserVerification};

/// What is known of the credential.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Its person's user handle.
    pub user_handle: &'a [u8],
    /// Its public key, in COSE.
    pub key: &'a [u8],
    /// The signature counter at its last use.
    pub counter: u32,
    /// Whether it could be backed up when it was registered.
    pub backup_eligible: bool,
}

/// What to keep of the use of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asserted {
    /// The signature counter now.
    pub counter: u32,
    /// Whether the credential is backed up now.
    pub backed_up: bool,
    /// Whether the authenticator verified its user.
    pub user_verified: bool,
}

/// Whether the assertion has to say whose credential it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserHandle {
    /// It has to: nothing else says who signs in.
    Required,
    /// The person is known; a handle has to be theirs where there is one.
    Optional,
}

impl Assertion {
    /// Whether the person of the `known` credential made this assertion now. That the credential is one of those allowed (step
    /// 5), the caller finds out.
    ///
    /// # Errors
    ///
    /// The first step that fails.
    pub fn verify(
        &self,
        relying_party: RelyingParty<'_>,
        challenge: &[u8],
        verification: UserVerification,
        handle: UserHandle,
        known: Known<'_>,
    ) -> Result<Asserted, Rejected> {
        match (&self.user_handle, handle) {
            (Some(own), _) if own == known.user_handle => {}
            (None, UserHandle::Optional) => {}
            _ => return Err(Rejected::UserHandle),
        }
        let client = ClientData::read(&self.client_data)?;
        client.check(Ceremony::Assertion, relying_party, challenge)?;
        let data = AuthenticatorData::read(&self.authenticator_data)?;
        data.check(relying_party, verification)?;
        if data.backup_eligible() != known.backup_eligible {
            return Err(Rejected::BackupEligibility);
        }
        let hash = digest::digest(&digest::SHA256, &self.client_data);
        let signed = [&self.authenticator_data, hash.as_ref()].concat();
        PublicKey::read(known.key)?.verify(&signed, &self.signature)?;
        // A synchronised credential has no counter of its own on each device.
        let counted = data.counter > 0 && known.counter > 0 && !known.backup_eligible;
        if counted && data.counter <= known.counter {
            return Err(Rejected::Counter);
        }
        Ok(Asserted {
            counter: data.counter,
            backed_up: data.backed_up(),
            user_verified: data.user_verified(),
        })
    }
}
