//! Users: sign-up, profile, verification, passwords, erasure.

use aws_sdk_dynamodb::types::AttributeValue;
use model::{
    Account, Change, Conflict, Error, Limits, Member, PendingLink, SessionId, Timestamp, User,
};

use super::Store;
use super::accounts::{Written, new_account};
use super::credentials::{Credential, credential};
use super::failures::Failures;
use super::fault::Fault;
use super::idempotency::Saved;
use super::keys::{self, Item};
use super::rows::{self, LinkRow, UserRow};
use super::sessions::binary;
use super::sources::Network;
use super::write::{Outcome, Write, number};
use crate::Saving;

/// How a sign-up ended.
#[derive(Debug)]
pub enum SignedUp {
    /// It took place.
    Done,
    /// It had taken place before, with this answer.
    Replay(Vec<u8>),
    /// The address is held by a user without a password: sign up as that user.
    Invited(Box<Credential>),
    /// A random id was taken, or somebody else was faster: try again.
    Raced,
}

/// Everything that a sign-up creates.
#[derive(Debug)]
pub struct SignUp<'a> {
    /// The user, with the verification link.
    pub user: (&'a User, &'a Change),
    /// The address with the password.
    pub credential: &'a Credential,
    /// The account.
    pub account: (&'a Account, &'a Change),
    /// The user's membership in it.
    pub owner: &'a Member,
    /// Under which name the answer is kept.
    pub saving: Option<&'a Saving>,
    /// The answer.
    pub answer: &'a [u8],
}

/// That a password is set by whoever has a mailed link.
#[derive(Clone, Copy, Debug)]
pub struct ByMail<'a> {
    /// Where they are: nobody else's guesses count there for a while.
    pub network: Network,
    /// For how long.
    pub limits: &'a Limits,
}

/// Places of the writes of a sign-up.
const EMAIL: usize = 0;
const NAME: usize = 3;

impl Store {
    /// User, address, account, name and ownership: all of it, or nothing.
    ///
    /// # Errors
    ///
    /// [`Conflict::EmailTaken`], [`Conflict::AccountNameTaken`].
    pub async fn sign_up(&self, new: &SignUp<'_>) -> Result<SignedUp, Error> {
        let (user, change) = new.user;
        let key = keys::user(user.id);
        let user = Write::create(rows::item(&key, &UserRow::from(user), Some(change))?);
        self.commit_sign_up(new, new.credential.create()?, user)
            .await
    }

    /// The same for somebody who was invited and has no password yet, in the place of `held`.
    ///
    /// # Errors
    ///
    /// [`Conflict::EmailTaken`], [`Conflict::AccountNameTaken`].
    pub async fn sign_up_invited(
        &self,
        new: &SignUp<'_>,
        held: &Credential,
    ) -> Result<SignedUp, Error> {
        let (user, change) = new.user;
        let address = with_password(held.update().absent("passwordHash"), new.credential)?
            .set("email", text(user.email.as_str()))
            .set("firstName", text(user.first_name.as_str()))
            .set("lastName", text(user.last_name.as_str()));
        let person = with_names(Write::update(keys::user(user.id)), user)
            .equals("credential", number(held.version))
            .set("email", text(user.email.as_str()))
            .set("credential", number(user.credential))
            .set("change", attribute(change)?);
        let person = match &user.verification {
            Some(link) => person.set("verification", attribute(&LinkRow::from(link))?),
            None => person.remove("verification"),
        };
        self.commit_sign_up(new, address, person).await
    }

    async fn commit_sign_up(
        &self,
        new: &SignUp<'_>,
        address: Write,
        user: Write,
    ) -> Result<SignedUp, Error> {
        let (account, change) = new.account;
        let mut writes = vec![address, user];
        writes.extend(new_account(account, new.owner, change)?);
        let saved = self
            .commit_saving(writes, new.saving, new.answer, change.at())
            .await?;
        let lost = match saved {
            Saved::Done => return Ok(SignedUp::Done),
            Saved::Replay(answer) => return Ok(SignedUp::Replay(answer)),
            Saved::Lost(lost) => lost,
        };
        if let Some(item) = lost.item(EMAIL).filter(|item| !item.is_empty()) {
            let held = credential(item)?;
            return match held.hash {
                Some(_) => Err(Conflict::EmailTaken.into()),
                None if lost.at(NAME) => Err(Conflict::AccountNameTaken.into()),
                None => Ok(SignedUp::Invited(Box::new(held))),
            };
        }
        if lost.at(NAME) {
            return Err(Conflict::AccountNameTaken.into());
        }
        Ok(SignedUp::Raced)
    }

    /// Puts the names and the country of `next` in the place of `current`'s, in the profile and beside the address.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn change_profile(
        &self,
        current: &User,
        next: &User,
        change: &Change,
    ) -> Result<Written<User>, Error> {
        let person = Write::update(keys::user(next.id))
            .equals("firstName", text(current.first_name.as_str()))
            .equals("lastName", text(current.last_name.as_str()));
        let person = match &current.country {
            Some(country) => person.equals("country", text(country.as_str())),
            None => person.absent("country"),
        };
        let person = with_names(person, next).set("change", attribute(change)?);
        let address = Write::update(keys::email(&next.email))
            .equals("userId", number(next.id))
            .set("firstName", text(next.first_name.as_str()))
            .set("lastName", text(next.last_name.as_str()))
            .remove("change");
        match self.commit(&[person, address]).await? {
            Outcome::Done => Ok(Written::Done),
            Outcome::Lost(lost) => Ok(Written::Outdated(
                lost.item(0).map(user).transpose()?.flatten(),
            )),
        }
    }

    /// Makes `link` the verification link that works, asked for when `mailed_at` says, and asks for its mail. `false` if the
    /// user is gone or verified, or another was asked for meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn request_verification(
        &self,
        user: &User,
        link: &PendingLink,
        mailed_at: &[Timestamp],
        change: &Change,
    ) -> Result<bool, Error> {
        let write =
            Write::update(keys::user(user.id)).equals("verified", AttributeValue::Bool(false));
        let write = mailed(
            write,
            "verificationMails",
            &user.verification_mails,
            mailed_at,
        )?
        .set("verification", attribute(&LinkRow::from(link))?)
        .set("change", attribute(change)?);
        Ok(matches!(self.commit(&[write]).await?, Outcome::Done))
    }

    /// Marks the address as verified by `link`. `false` if the link was used or replaced meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn verify_email(
        &self,
        user: &User,
        link: &PendingLink,
        change: &Change,
    ) -> Result<bool, Error> {
        let write = Write::update(keys::user(user.id))
            .equals("verification", attribute(&LinkRow::from(link))?)
            .set("verified", AttributeValue::Bool(true))
            .remove("verification")
            .set("change", attribute(change)?);
        Ok(matches!(self.commit(&[write]).await?, Outcome::Done))
    }

    /// Makes `link` the reset link that works, asked for when `mailed_at` says, and asks for its mail. `false` if the
    /// credential changed or another was asked for meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn request_reset(
        &self,
        credential: &Credential,
        link: &PendingLink,
        mailed_at: &[Timestamp],
        change: &Change,
    ) -> Result<bool, Error> {
        let write = Write::update(keys::email(&credential.email))
            .equals("userId", number(credential.user))
            .equals("credential", number(credential.version));
        let write = mailed(write, "resetMails", &credential.reset_mails, mailed_at)?
            .set("reset", attribute(&LinkRow::from(link))?)
            .set("change", attribute(change)?);
        Ok(matches!(self.commit(&[write]).await?, Outcome::Done))
    }

    /// Gives `user` the password behind `hash` and ends every session but `kept`, in one write. `false` if the password
    /// or the kept session changed meanwhile. `by_mail`: a mailed link led here, so the address is the user's, and guesses at
    /// the old password do not count any more.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn change_password(
        &self,
        user: &User,
        current: &Credential,
        hash: String,
        kept: Option<&SessionId>,
        by_mail: Option<ByMail<'_>>,
        change: &Change,
    ) -> Result<bool, Error> {
        let next = Credential {
            hash: Some(hash),
            version: current.version + 1,
            ..current.clone()
        };
        let mut address = with_password(current.update(), &next)?;
        if let (Some(_), Some(reset)) = (&by_mail, &current.reset) {
            address = address.equals("reset", attribute(&LinkRow::from(reset))?);
        }
        let mut person =
            new_password(user, &next, kept, by_mail.is_some())?.set("change", attribute(change)?);
        if let Some((id, session)) = kept.and_then(|id| user.sessions.get_key_value(id)) {
            // Neither undo its refresh nor bring it back if it has ended meanwhile.
            person = person.equals(&format!("sessions.{id}.digest"), binary(&session.digest));
        }
        let mut writes = vec![address, person];
        if let Some(ByMail { network, limits }) = by_mail {
            // Whoever was locked out by others' guesses gets in again, however fast the others go on.
            let reset = Failures::reset(&user.email, network, limits, change.at())?;
            writes.push(reset);
        }
        Ok(matches!(self.commit(&writes).await?, Outcome::Done))
    }

    /// Erases `user`: profile, sessions and address. The record stands in the user's place until it is told. `false` if the
    /// password changed meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn erase(
        &self,
        user: &User,
        credential: &Credential,
        change: &Change,
    ) -> Result<bool, Error> {
        let writes = [
            Write::delete(keys::user(user.id)).equals("credential", number(credential.version)),
            Write::delete(keys::email(&user.email)).equals("userId", number(user.id)),
            Write::delete(keys::failures(&user.email)),
            Write::put(rows::erased(user.id, change)?),
        ];
        Ok(matches!(self.commit(&writes).await?, Outcome::Done))
    }
}

/// The user that `item` holds; none if it is empty.
fn user(item: &Item) -> Result<Option<User>, Fault> {
    if item.is_empty() {
        return Ok(None);
    }
    Ok(Some(rows::row::<UserRow>(item)?.try_into()?))
}

/// Mails asked for at `next` instead of at `read`, if those are what `name` still holds.
fn mailed(
    write: Write,
    name: &str,
    read: &[Timestamp],
    next: &[Timestamp],
) -> Result<Write, Fault> {
    let times = |at: &[Timestamp]| attribute(&at.iter().map(|at| at.millis()).collect::<Vec<_>>());
    let write = if read.is_empty() {
        write.absent(name)
    } else {
        write.equals(name, times(read)?)
    };
    Ok(write.set(name, times(next)?))
}

/// The new password beside the address; any reset link is void.
pub(super) fn with_password(write: Write, next: &Credential) -> Result<Write, Fault> {
    let hash = next.hash.as_deref().ok_or(Fault::Damaged("password"))?;
    Ok(write
        .set("passwordHash", text(hash))
        .set("credential", number(next.version))
        .remove("reset"))
}

/// The user under their new password: without the sessions of the old one but `kept`.
pub(super) fn new_password(
    user: &User,
    next: &Credential,
    kept: Option<&SessionId>,
    by_mail: bool,
) -> Result<Write, Fault> {
    let mut stays = user.clone();
    stays.sessions.retain(|id, _| Some(id) == kept);
    let row = UserRow::from(&stays);
    let write = Write::update(keys::user(user.id))
        .equals("credential", number(next.version - 1))
        .set("credential", number(next.version))
        .set("sessions", attribute(&row.sessions)?);
    Ok(if by_mail {
        write
            .set("verified", AttributeValue::Bool(true))
            .remove("verification")
    } else {
        write
    })
}

pub(super) fn with_names(write: Write, user: &User) -> Write {
    let write = write
        .set("firstName", text(user.first_name.as_str()))
        .set("lastName", text(user.last_name.as_str()))
        .set("namesAt", number(user.names_at.millis()));
    match &user.country {
        Some(country) => write.set("country", text(country.as_str())),
        None => write.remove("country"),
    }
}

pub(super) fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

pub(super) fn attribute(value: &impl serde::Serialize) -> Result<AttributeValue, Fault> {
    Ok(serde_dynamo::to_attribute_value(value)?)
}
