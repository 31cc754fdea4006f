//! New passwords: changed by their holder, or set by a mailed link.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use model::{Caller, Change, Error, Limits, PendingLink, User};

use super::Store;
use super::backoff::Backoff;
use super::credentials::Credential;
use super::failures::Failures;
use super::keys;
use super::read_set::ReadSet;
use super::rows::{FACTORS, LinkRow};
use super::sessions::binary;
use super::sources::Network;
use super::table_error::TableError;
use super::users::{attribute, text};
use super::write::{Outcome, Write, number};

/// The attribute of an address whose holder left the password behind in another service.
const RESET_DUE: &str = "resetDue";

/// The mailed link by which a password is set.
#[derive(Clone, Copy, Debug)]
pub enum PasswordLink {
    /// A reset link.
    Reset(PendingLink),
    /// A verification link: the person who reads the mail did not sign up.
    Verification(PendingLink),
}

/// A password that a mailed link sets.
#[derive(Clone, Copy, Debug)]
pub struct PasswordByMail<'a> {
    /// The user, whose address the link proves.
    pub user: &'a User,
    /// The credential that the password replaces.
    pub current: &'a Credential,
    /// The hash of the password.
    pub hash: &'a str,
    /// The link.
    pub link: PasswordLink,
    /// Where the link was followed: the guesses of others do not count there for a while.
    pub network: Network,
}

impl Store {
    /// Gives the caller the password behind `hash` in the place of `current`'s and ends every other session, in one write.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidCredentials`] if the password changed meanwhile; [`Error::Unauthenticated`] once the caller's session has
    /// ended; [`model::Conflict::Contended`].
    pub async fn change_password(
        &self,
        caller: &Caller,
        current: &Credential,
        hash: &str,
        change: &Change,
    ) -> Result<(), Error> {
        let next = current.with_hash(hash);
        let mut backoff = Backoff::new();
        loop {
            // The caller's own session may be refreshed meanwhile, or end.
            let snapshot = self.read(ReadSet::caller(caller)).await?;
            let user = snapshot.live_user(caller, change.at())?;
            let stored = snapshot.stored_user(user.id)?;
            let stored = stored.ok_or(Error::Unauthenticated)?;
            if user.credential != current.version {
                return Err(Error::InvalidCredentials);
            }
            let session = user.sessions.get(&caller.session);
            let session = session.ok_or(Error::Unauthenticated)?;
            let digest = format!("sessions.{}.digest", caller.session);
            let person = new_password(&user, &next)
                .set("sessions", stored.only(&caller.session, [])?)
                .equals(&digest, binary(&session.digest))
                .set("change", attribute(change)?);
            let address = with_password(current.update(), &next)?;
            if let Outcome::Done = self.commit(&[address, person]).await? {
                return Ok(());
            }
            backoff.wait().await?;
        }
    }

    /// Sets a password by a mailed link, which proves the address: every session ends. `false` if the password or the link
    /// changed meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn set_password(
        &self,
        new: &PasswordByMail<'_>,
        limits: &Limits,
        change: &Change,
    ) -> Result<bool, Error> {
        let next = new.current.with_hash(new.hash);
        let address = with_password(new.current.update(), &next)?;
        let person = proven_by_mail(new.user, &next).set("change", attribute(change)?);
        let (address, person) = match &new.link {
            PasswordLink::Reset(link) => (
                address.equals("reset", attribute(&LinkRow::from(link))?),
                person,
            ),
            PasswordLink::Verification(link) => (
                address,
                person
                    .equals("verification", attribute(&LinkRow::from(link))?)
                    .equals("verified", AttributeValue::Bool(false)),
            ),
        };
        // A person who was locked out by others' guesses gets in again, however fast the others go on.
        let reset = Failures::reset(&new.user.email, new.network, limits, change.at())?;
        let committed = self.commit(&[address, person, reset]).await?;
        Ok(matches!(committed, Outcome::Done))
    }

    /// Makes `link` the reset link that works, and asks for its mail. `false` if the credential changed meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn request_reset(
        &self,
        credential: &Credential,
        link: &PendingLink,
        change: &Change,
    ) -> Result<bool, Error> {
        let write = reset_request(credential, link, change)?;
        Ok(matches!(self.commit(&[write]).await?, Outcome::Done))
    }
}

impl Store {
    /// The same for a person who left the password behind in another service and tries to sign in: as long as the last link works,
    /// nothing happens.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn request_due_reset(
        &self,
        credential: &Credential,
        link: &PendingLink,
        change: &Change,
    ) -> Result<(), Error> {
        let write = reset_request(credential, link, change)?
            .equals(RESET_DUE, AttributeValue::Bool(true))
            .absent_or_at_most("reset.expiresAt", number(change.at().seconds()));
        self.commit(&[write]).await.map(drop)
    }
}

fn reset_request(
    credential: &Credential,
    link: &PendingLink,
    change: &Change,
) -> Result<Write, TableError> {
    Ok(Write::update(keys::email(&credential.email))
        .equals("userId", number(credential.user))
        .equals("credential", number(credential.version))
        .set("reset", attribute(&LinkRow::from(link))?)
        .set("change", attribute(change)?))
}

/// The new password beside the address; any reset link is void.
pub(super) fn with_password(write: Write, next: &Credential) -> Result<Write, TableError> {
    let hash = next
        .hash
        .as_deref()
        .ok_or(TableError::Damaged("password"))?;
    Ok(write
        .set("passwordHash", text(hash))
        .set("credential", number(next.version))
        .remove(RESET_DUE)
        .remove("reset"))
}

/// The user under their new password.
fn new_password(user: &User, next: &Credential) -> Write {
    Write::update(keys::user(user.id))
        .equals("credential", number(next.version - 1))
        .set("credential", number(next.version))
}

/// The user under the password that a mailed link set: proven, and without any session. The second factors of a person who was
/// proven before stay.
pub(super) fn proven_by_mail(user: &User, next: &Credential) -> Write {
    let write = new_password(user, next)
        .set("sessions", AttributeValue::M(HashMap::new()))
        .set("verified", AttributeValue::Bool(true))
        .remove("verification");
    if user.verified || user.factors.version == 0 {
        return write;
    }
    let write = write.equals("verified", AttributeValue::Bool(false));
    FACTORS
        .iter()
        .fold(write, |write, factor| write.remove(factor))
}
