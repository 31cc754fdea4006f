//! What the authenticator signs (section 6.1): whom the credential is for, what it checked, and, at registration, the credential.

use aws_lc_rs::digest;

use super::{Rejected, RelyingParty, UserVerification, cbor};

const PART: Rejected = Rejected::Malformed("authenticatorData");
/// The hash, the flags and the counter.
const HEAD: usize = 37;
const AAGUID: usize = 16;

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const CREDENTIAL_INCLUDED: u8 = 1 << 6;
const EXTENSIONS_INCLUDED: u8 = 1 << 7;

/// The data, read.
pub(super) struct AuthenticatorData<'a> {
    relying_party: &'a [u8],
    flags: u8,
    /// The signature counter; 0 where the authenticator has none.
    pub(super) counter: u32,
    /// At registration.
    pub(super) credential: Option<Attested<'a>>,
}

/// The credential in it (section 6.5.1).
pub(super) struct Attested<'a> {
    pub(super) id: &'a [u8],
    /// The public key as COSE.
    pub(super) key: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    /// Reads all of `bytes`.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Rejected> {
        let (relying_party, rest) = bytes.split_at_checked(32).ok_or(PART)?;
        let (&[flags, a, b, c, d], mut rest) = rest.split_first_chunk().ok_or(PART)?;
        debug_assert_eq!(bytes.len() - rest.len(), HEAD);
        let mut credential = None;
        if flags & CREDENTIAL_INCLUDED != 0 {
            let (attested, after) = attested(rest)?;
            (credential, rest) = (Some(attested), after);
        }
        if flags & EXTENSIONS_INCLUDED != 0 {
            rest = cbor::map(rest, "authenticatorData")?.1;
        }
        if !rest.is_empty() {
            return Err(PART);
        }
        Ok(Self {
            relying_party,
            flags,
            counter: u32::from_be_bytes([a, b, c, d]),
            credential,
        })
    }

    /// Steps 14 to 17 of a registration, 16 to 19 of an assertion.
    pub(super) fn check(
        &self,
        relying_party: RelyingParty<'_>,
        verification: UserVerification,
    ) -> Result<(), Rejected> {
        let expected = digest::digest(&digest::SHA256, relying_party.id.as_bytes());
        if self.relying_party != expected.as_ref() {
            return Err(Rejected::RelyingParty);
        }
        if !self.has(USER_PRESENT) {
            return Err(Rejected::UserPresence);
        }
        if verification == UserVerification::Required && !self.user_verified() {
            return Err(Rejected::UserVerification);
        }
        if self.backed_up() && !self.backup_eligible() {
            return Err(Rejected::Backup);
        }
        Ok(())
    }

    pub(super) fn user_verified(&self) -> bool {
        self.has(USER_VERIFIED)
    }

    pub(super) fn backup_eligible(&self) -> bool {
        self.has(BACKUP_ELIGIBLE)
    }

    pub(super) fn backed_up(&self) -> bool {
        self.has(BACKED_UP)
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

fn attested(bytes: &[u8]) -> Result<(Attested<'_>, &[u8]), Rejected> {
    let (_, rest) = bytes.split_at_checked(AAGUID).ok_or(PART)?;
    let (length, rest) = rest.split_first_chunk().ok_or(PART)?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (id, rest) = rest.split_at_checked(length).ok_or(PART)?;
    let (_, after) = cbor::map(rest, "authenticatorData")?;
    let key = &rest[..rest.len() - after.len()];
    Ok((Attested { id, key }, after))
}
