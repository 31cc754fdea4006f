//! Passkeys: the checks of a relying party by Web Authentication Level 3, sections 7.1 and 7.2, without attestation.
//!
//! What an authenticator says about its maker is ignored, whatever its form (`fmt` and `attStmt`): this service trusts each
//! authenticator that its person chose. Extensions are asked for by nothing here, and ignored.

mod assertion;
#[cfg(any(test, feature = "examples"))]
pub mod authenticator;
mod authenticator_data;
mod cbor;
mod client_data;
mod cose;
mod json;
mod options;
mod registration;

pub use assertion::{Asserted, Known, UserHandle};
pub use json::{Assertion, Registration};
pub use options::{CreationOptions, Holder, RequestOptions};
pub use registration::Registered;

/// The longest credential id, in bytes (section 7.1, step 25).
pub const MAX_ID_BYTES: usize = 1023;

/// Who relies on the credentials: this deployment.
#[derive(Clone, Copy, Debug)]
pub struct RelyingParty<'a> {
    /// The domain that credentials are for, as in `example.com`.
    pub id: &'a str,
    /// The origins of the pages that may use them, as in `https://accounts.example.com`.
    pub origins: &'a [String],
}

/// Whether the authenticator has to verify its user, by a PIN or a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserVerification {
    /// It has to: the credential counts as two factors.
    Required,
    /// It may.
    Preferred,
}

/// Why a credential is not accepted. The steps are those of section 7.1 (registration) and 7.2 (assertion).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// A part does not decode: JSON, base64url, CBOR or authenticator data.
    #[error("{0} does not decode")]
    Malformed(&'static str),
    /// `type` is that of the other ceremony (step 7; 11).
    #[error("the type is that of another ceremony")]
    Type,
    /// The challenge is another one (8; 12).
    #[error("the challenge is another one")]
    Challenge,
    /// The page is of another origin (9; 13).
    #[error("the origin is not one of ours")]
    Origin,
    /// The page was in a frame of another origin (10 and 11; 14 and 15).
    #[error("the page was in a frame of another origin")]
    CrossOrigin,
    /// The credential is for another relying party (14; 16).
    #[error("the credential is for another relying party")]
    RelyingParty,
    /// Nobody was present (15; 17).
    #[error("the user was not present")]
    UserPresence,
    /// The user was not verified (16; 18).
    #[error("the user was not verified")]
    UserVerification,
    /// A credential that cannot be backed up is backed up (17; 19).
    #[error("the flags of backups contradict each other")]
    Backup,
    /// The credential's eligibility for backups differs from what it was at registration (7.2, step 20).
    #[error("the credential was of another kind of backup when it was registered")]
    BackupEligibility,
    /// An algorithm that was not offered, or a key that is none (20).
    #[error("the key is of another algorithm, or not valid")]
    Algorithm,
    /// The credential's id is too long (25), or differs from the one in the authenticator data.
    #[error("the id of the credential is not acceptable")]
    CredentialId,
    /// The user handle is missing or another one (7.2, step 6).
    #[error("the user handle is another one")]
    UserHandle,
    /// The signature is not the key's (7.2, step 22).
    #[error("the signature is not right")]
    Signature,
    /// The counter did not rise, so the key may have been copied (7.2, step 23).
    #[error("the signature counter did not rise")]
    Counter,
}

#[cfg(test)]
mod tests;
