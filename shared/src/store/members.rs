//! Memberships.

use super::Store;
use super::accounts::Written;
use super::credentials::Credential;
use super::idempotency::Saved;
use super::keys;
use super::rows::{self, MemberRow, UserRow};
use super::write::{Outcome, Write};
use crate::domain::{Change, Member, User};
use crate::error::Error;
use crate::http::Reply;
use crate::idempotency::Saving;

/// How adding a member ended.
#[derive(Debug)]
pub enum Added {
    /// It took place.
    Done,
    /// It had taken place before, with this answer.
    Replay(Reply),
    /// There is a membership already, in whatever state.
    Stands(Box<Member>),
    /// The address has got a holder meanwhile, or a random id was taken: look again.
    Moved,
}

impl Store {
    /// Adds `member`, in the place of `vacant` if there is one.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn add_member(
        &self,
        member: &Member,
        vacant: Option<&Member>,
        change: &Change,
        saving: Option<&Saving>,
        reply: &Reply,
    ) -> Result<Added, Error> {
        let change = told(vacant, member, change);
        let key = keys::member(member.account, member.user);
        let member = Member {
            updated_at: change.at(),
            ..member.clone()
        };
        let item = rows::item(&key, &MemberRow::from(&member), Some(&change))?;
        let write = match vacant {
            None => Write::create(item),
            Some(vacant) => Write::replace(item, vacant.version),
        };
        self.add(vec![write], &change, saving, reply).await
    }

    /// Adds `member` together with the user that they are the first trace of.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn add_new_member(
        &self,
        member: &Member,
        user: (&User, &Change),
        credential: &Credential,
        change: &Change,
        saving: Option<&Saving>,
        reply: &Reply,
    ) -> Result<Added, Error> {
        let key = keys::member(member.account, member.user);
        let (user, invited) = user;
        let change = &told(None, member, change);
        let writes = vec![
            Write::create(rows::item(&key, &MemberRow::from(member), Some(change))?),
            credential.create()?,
            Write::create(rows::item(
                &keys::user(user.id),
                &UserRow::from(user),
                Some(invited),
            )?),
        ];
        self.add(writes, change, saving, reply).await
    }

    async fn add(
        &self,
        writes: Vec<Write>,
        change: &Change,
        saving: Option<&Saving>,
        reply: &Reply,
    ) -> Result<Added, Error> {
        match self
            .commit_saving(writes, saving, reply, change.at())
            .await?
        {
            Saved::Done => Ok(Added::Done),
            Saved::Replay(reply) => Ok(Added::Replay(reply)),
            Saved::Lost(lost) => match lost.item(0).filter(|item| !item.is_empty()) {
                Some(item) => Ok(Added::Stands(Box::new(rows::member(item)?))),
                None => Ok(Added::Moved),
            },
        }
    }

    /// Puts `next` in the place of `current`.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn change_member(
        &self,
        current: &Member,
        next: &Member,
        change: &Change,
    ) -> Result<Written<Member>, Error> {
        let write = replace_member(current, next, change)?;
        match self.commit(&[write]).await? {
            Outcome::Done => Ok(Written::Done),
            Outcome::Lost(lost) => {
                let item = lost.item(0).filter(|item| !item.is_empty());
                Ok(Written::Stale(item.map(rows::member).transpose()?))
            }
        }
    }
}

/// `next` in the place of `current`.
pub(super) fn replace_member(
    current: &Member,
    next: &Member,
    change: &Change,
) -> Result<Write, super::fault::Fault> {
    let key = keys::member(next.account, next.user);
    let change = told(Some(current), next, change);
    let item = rows::item(&key, &MemberRow::from(next), Some(&change))?;
    Ok(Write::replace(item, current.version))
}

/// `change` with what it changes of a membership, told after what was told of it before.
fn told(before: Option<&Member>, after: &Member, change: &Change) -> Change {
    let change = change
        .clone()
        .with(Member::differences(before, Some(after)))
        .to_version(after.version);
    match before {
        Some(before) => change.not_before(before.updated_at),
        None => change,
    }
}
