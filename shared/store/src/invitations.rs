//! Answering an invitation.

use model::{Change, Error, Member, User};

use super::Store;
use super::credentials::Credential;
use super::idempotency::Saved;
use super::members::replace_member;
use super::users::{new_password, text, with_names, with_password};
use super::write::Write;
use crate::Saving;

/// How an acceptance ended.
#[derive(Debug)]
pub enum Accepted {
    /// It took place.
    Done,
    /// It had taken place before, with this answer.
    Replay(Vec<u8>),
    /// The membership, the user or the address changed meanwhile: look again.
    Raced,
}

/// An acceptance: the membership before and after, its record, and the answer.
#[derive(Debug)]
pub struct Acceptance<'a> {
    /// The membership as it was read.
    pub current: &'a Member,
    /// The membership once accepted.
    pub next: &'a Member,
    /// The record of it.
    pub change: &'a Change,
    /// Under which name the answer is kept.
    pub saving: Option<&'a Saving>,
    /// The answer.
    pub answer: &'a [u8],
}

impl Store {
    /// Accepts for a user whose address was verified before.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn accept(&self, acceptance: &Acceptance<'_>) -> Result<Accepted, Error> {
        self.commit_acceptance(acceptance, Vec::new()).await
    }

    /// Accepts for a user whose address the mail has just proved: `user` gets the password behind `credential`'s hash,
    /// and whatever password and sessions there were are void.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn accept_as_new(
        &self,
        acceptance: &Acceptance<'_>,
        user: &User,
        (held, next): (&Credential, &Credential),
    ) -> Result<Accepted, Error> {
        let address = with_password(held.update(), next)?
            .set("firstName", text(user.first_name.as_str()))
            .set("lastName", text(user.last_name.as_str()));
        let person = with_names(new_password(user, next, None, true)?, user).remove("change");
        self.commit_acceptance(acceptance, vec![address, person])
            .await
    }

    async fn commit_acceptance(
        &self,
        acceptance: &Acceptance<'_>,
        others: Vec<Write>,
    ) -> Result<Accepted, Error> {
        let Acceptance {
            current,
            next,
            change,
            saving,
            answer,
        } = acceptance;
        let mut writes = vec![replace_member(current, next, change)?];
        writes.extend(others);
        match self
            .commit_saving(writes, *saving, answer, change.at())
            .await?
        {
            Saved::Done => Ok(Accepted::Done),
            Saved::Replay(answer) => Ok(Accepted::Replay(answer)),
            Saved::Lost(_) => Ok(Accepted::Raced),
        }
    }
}
