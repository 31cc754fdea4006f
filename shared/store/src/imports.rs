//! What an import writes: whole people, accounts and memberships, each in one write that has no second effect.

use model::{Account, Change, Conflict, Error, Member, Missing, User};

use super::Store;
use super::accounts::{self, ACCOUNT, NAME, new_account};
use super::backoff::Backoff;
use super::credentials::Credential;
use super::held_addresses::{HeldAddress, held};
use super::keys::Item;
use super::members::{create_member, with_diff};
use super::owned::{owner_gains, refused_gain};
use super::rows::{self, UserRow};
use super::users::user_in;
use super::write::{Outcome, Write};
use crate::keys;

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineOutcome {
    /// It was written.
    New,
    /// It had been written before.
    Existing,
    /// Its id belongs to something else: to a person of another address, or to an account of another name.
    IdTaken,
}

/// A person of another service.
#[derive(Debug)]
pub struct ImportedUser {
    /// The person.
    pub user: User,
    /// The hash of the password.
    pub hash: Option<String>,
    /// Whether the first attempt to sign in mails a reset link.
    pub reset_due: bool,
}

/// The places of the writes of a person.
const ADDRESS: usize = 0;
const PERSON: usize = 1;

impl Store {
    /// Creates the person `new`, with the address: one transaction.
    ///
    /// # Errors
    ///
    /// [`Conflict::EmailTaken`]; [`Conflict::Contended`].
    pub async fn import_user(
        &self,
        new: &ImportedUser,
        change: &Change,
    ) -> Result<LineOutcome, Error> {
        let credential = Credential {
            hash: new.hash.clone(),
            reset_due: new.reset_due,
            ..Credential::of(&new.user)
        };
        let mut former: Option<HeldAddress> = None;
        let mut backoff = Backoff::new();
        loop {
            let row = match &former {
                Some(former) => UserRow::from(&former.taken_over_by(&new.user)),
                None => UserRow::from(&new.user),
            };
            let item = rows::item(&keys::user(new.user.id), &row, Some(change))?;
            let writes = [
                credential.create_over(former.as_ref())?,
                Write::create(item),
            ];
            let Outcome::Lost(lost) = self.commit(&writes).await? else {
                return Ok(LineOutcome::New);
            };
            let found = |place| lost.item(place).filter(|item| !Item::is_empty(item));
            if let Some(existing) = found(PERSON).map(user_in).transpose()?.flatten() {
                let same = existing.email.normal_form() == new.user.email.normal_form();
                return Ok(outcome_of_existing(same));
            }
            former = found(ADDRESS).map(held).transpose()?.flatten();
            if former.as_ref().is_none_or(|held| held.lasts(change.at())) {
                return Err(Conflict::EmailTaken.into());
            }
            backoff.wait().await?;
        }
    }

    /// Creates `account` with the membership of its `owner`, who owns at most `limit` accounts: one transaction.
    ///
    /// # Errors
    ///
    /// [`Conflict::AccountNameTaken`]; [`Conflict::AccountLimit`]; [`Missing::User`] without that owner; [`Conflict::Contended`].
    pub async fn import_account(
        &self,
        account: &Account,
        owner: &Member,
        limit: u32,
        change: &Change,
    ) -> Result<LineOutcome, Error> {
        let mut writes = new_account(account, owner, change)?;
        let gain = writes.len();
        writes.push(owner_gains(owner.user, limit));
        let Outcome::Lost(lost) = self.commit(&writes).await? else {
            return Ok(LineOutcome::New);
        };
        if let Some(item) = lost.item(ACCOUNT) {
            let existing = accounts::live(item)?;
            let same = existing
                .is_some_and(|existing| existing.name.normal_form() == account.name.normal_form());
            return Ok(outcome_of_existing(same));
        }
        if lost.at(NAME) {
            return Err(Conflict::AccountNameTaken.into());
        }
        match refused_gain(&lost, gain, Missing::User.into()) {
            Some(refused) => Err(refused),
            // The membership alone is there: the rest of a cleared account.
            None => Ok(LineOutcome::IdTaken),
        }
    }

    /// Creates `member`: one write. A member who was removed since is not added again.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn import_member(
        &self,
        member: &Member,
        change: &Change,
    ) -> Result<LineOutcome, Error> {
        let write = create_member(member, &with_diff(None, member, change))?;
        Ok(match self.commit(&[write]).await? {
            Outcome::Done => LineOutcome::New,
            Outcome::Lost(_) => LineOutcome::Existing,
        })
    }
}

fn outcome_of_existing(same: bool) -> LineOutcome {
    if same {
        LineOutcome::Existing
    } else {
        LineOutcome::IdTaken
    }
}
