//! Answering an invitation.

use model::{Account, Change, Error, Member, Missing, User};

use super::Store;
use super::accounts::Written;
use super::backoff::Backoff;
use super::credentials::Credential;
use super::idempotency::Saved;
use super::members::replace_member;
use super::passwords::{proven_by_mail, with_password};
use super::read_set::{ReadSet, Snapshot};
use super::table_error::TableError;
use super::users::{text, with_names};
use super::write::Write;
use crate::{Committed, Saving};

/// An acceptance, decided from one consistent read.
#[derive(Debug)]
pub struct Acceptance {
    /// The account.
    pub account: Account,
    /// The membership as it was read.
    pub current: Member,
    /// The membership once accepted.
    pub next: Member,
    /// The user whose address the mail proves, unless it was proven before.
    pub proven: Option<ProvenUser>,
    /// The record of it.
    pub change: Change,
    /// The answer, to be saved for a repeated request.
    pub answer: Vec<u8>,
}

/// A user whose address a mail proves. All earlier passwords and sessions are void.
#[derive(Debug)]
pub struct ProvenUser {
    /// The user, under the names that they keep or give themselves.
    pub user: User,
    /// The hash of the password that they set.
    pub hash: String,
}

impl Store {
    /// Accepts an invitation as `decide` says, first from `snapshot`, and again from `reads` after losing to a concurrent writer.
    ///
    /// # Errors
    ///
    /// What `decide` refuses; [`model::Conflict::Contended`].
    pub async fn accept(
        &self,
        snapshot: Snapshot,
        reads: &ReadSet,
        saving: Option<&Saving>,
        mut decide: impl FnMut(&Snapshot) -> Result<Acceptance, Error>,
    ) -> Result<Committed<Acceptance>, Error> {
        let mut snapshot = snapshot;
        let mut backoff = Backoff::new();
        loop {
            let acceptance = decide(&snapshot)?;
            let (writes, now) = (acceptance.writes()?, acceptance.change.at());
            let saved = self.commit_saving(writes, saving, &acceptance.answer, now);
            match saved.await? {
                Saved::Done => return Ok(Committed::Done(acceptance)),
                Saved::Replay(answer) => return Ok(Committed::Replayed(answer)),
                Saved::Lost(_) => backoff.wait().await?,
            }
            snapshot = self.read(reads.clone()).await?;
        }
    }

    /// Declines the invitation of `member`, which is removed. `may` decides, again after losing to a concurrent writer.
    ///
    /// # Errors
    ///
    /// What `may` refuses; [`Missing::Invitation`] once there is no membership; [`model::Conflict::Contended`].
    pub async fn decline(
        &self,
        member: Member,
        change: &Change,
        mut may: impl FnMut(&Member) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut current = member;
        let mut backoff = Backoff::new();
        loop {
            may(&current)?;
            let gone = current.removed(change.at());
            match self.change_member(&current, &gone, change).await? {
                Written::Done => return Ok(()),
                Written::Outdated(existing) => current = existing.ok_or(Missing::Invitation)?,
            }
            backoff.wait().await?;
        }
    }
}

impl Acceptance {
    fn writes(&self) -> Result<Vec<Write>, TableError> {
        let mut writes = vec![replace_member(&self.current, &self.next, &self.change)?];
        if let Some(proven) = &self.proven {
            writes.extend(proven.writes()?);
        }
        Ok(writes)
    }
}

impl ProvenUser {
    fn writes(&self) -> Result<[Write; 2], TableError> {
        let user = &self.user;
        let current = Credential::of(user);
        let next = current.with_hash(&self.hash);
        let address = with_password(current.update(), &next)?
            .set("firstName", text(user.first_name.as_str()))
            .set("lastName", text(user.last_name.as_str()));
        let person = with_names(proven_by_mail(user, &next), user).remove("change");
        Ok([address, person])
    }
}
