//! Copies of a user's names and address in their memberships. A copy never returns to an older value.

use aws_sdk_dynamodb::types::AttributeValue;
use model::{AccountId, Error, MemberState, User, UserId};
use tokio::task::JoinSet;

use super::backoff::Backoff;
use super::batch::ReadRange;
use super::read_set::ReadSet;
use super::users::text;
use super::write::{Outcome, Write, number};
use super::{Store, keys, rows};

/// Memberships that are brought up to date together.
const TOGETHER: usize = 10;
/// Memberships that one query of the index reads.
const PAGE: usize = 1000;

impl Store {
    /// Brings every copy of `user`'s names up to date.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn copy_names(&self, user: UserId) -> Result<(), Error> {
        let Some(user) = self.read(ReadSet::default().user(user)).await?.user(user)? else {
            return Ok(());
        };
        let mut after = None;
        loop {
            let range = ReadRange {
                after,
                backwards: false,
                limit: PAGE,
            };
            let page = self.memberships_by_account(user.id, range, None).await?;
            for together in page.rows.chunks(TOGETHER) {
                let mut copying = JoinSet::new();
                for membership in together {
                    let (store, user) = (self.clone(), user.clone());
                    let account = membership.account;
                    copying.spawn(async move { store.copy_names_to(account, &user).await });
                }
                while let Some(copied) = copying.join_next().await {
                    copied.map_err(Error::internal)??;
                }
            }
            if page.end {
                return Ok(());
            }
            after = page.last;
        }
    }

    /// Updates the copy of `user`'s names in `account` to the current names.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn copy_names_in(&self, account: AccountId, user: UserId) -> Result<(), Error> {
        match self.read(ReadSet::default().user(user)).await?.user(user)? {
            Some(user) => self.copy_names_to(account, &user).await,
            None => Ok(()),
        }
    }

    /// Copies the names of `user`, as they were read, unless the copy is newer, and that the address is proved. An invited member
    /// keeps what the inviter typed. The entity tag covers the names, so a changed copy raises the version. A comparison without
    /// a change is recorded too, so that no older read overwrites the copy.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn copy_names_to(&self, account: AccountId, user: &User) -> Result<(), Error> {
        let key = keys::member(account, user.id);
        let mut names = vec![
            ("email", text(user.email.as_str())),
            ("firstName", text(user.first_name.as_str())),
            ("lastName", text(user.last_name.as_str())),
        ];
        if user.verified {
            names.push(("emailVerified", AttributeValue::Bool(true)));
        }
        let at = number(user.names_at.millis());
        let mut backoff = Backoff::new();
        loop {
            let copy = Write::update(key.clone())
                .any_differs(&[("status", text("removed"))])
                .any_differs(&[("status", text("invited"))])
                .any_differs(&names)
                .absent_or_at_most("namesAt", at.clone())
                .set("namesAt", at.clone())
                .add("version", number(1));
            let copy = names
                .iter()
                .fold(copy, |copy, (name, value)| copy.set(name, value.clone()));
            let Outcome::Lost(lost) = self.commit(&[copy]).await? else {
                return Ok(());
            };
            let Some(item) = lost.item(0).filter(|item| !item.is_empty()) else {
                return Ok(());
            };
            let same = names
                .iter()
                .all(|(name, value)| item.get(*name) == Some(value));
            let noted = |item: &keys::Item| item.get("namesAt")?.as_n().ok()?.parse::<i64>().ok();
            let behind = noted(item).is_none_or(|noted| noted < user.names_at.millis());
            let shown = !matches!(
                rows::member(item)?.state,
                MemberState::Removed | MemberState::Invited
            );
            if !same || !behind || !shown {
                return Ok(());
            }
            let note = Write::update(key.clone())
                .absent_or_at_most("namesAt", at.clone())
                .set("namesAt", at.clone());
            let note = names
                .iter()
                .fold(note, |note, (name, value)| note.equals(name, value.clone()));
            if let Outcome::Done = self.commit(&[note]).await? {
                return Ok(());
            }
            backoff.wait().await?;
        }
    }
}
