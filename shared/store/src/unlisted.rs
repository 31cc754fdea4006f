//! Deleted accounts leave the list of their owner's accounts, so that a person who deletes many pays for the live ones. `trail`
//! takes them out after the deletion; restoring an account writes the owner's membership anew, and with it its place in the list.

use model::{AccountId, Error, MemberState, UserId};

use super::Store;
use super::backoff::Backoff;
use super::keys;
use super::read_set::ReadSet;
use super::users::text;
use super::write::{Outcome, Write, number};

impl Store {
    /// Moves the membership of `owner` in `account` behind the live ones in the index, if the account is deleted. Neither its version nor its
    /// change record changes.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn unlist(&self, account: AccountId, owner: UserId) -> Result<(), Error> {
        let mut backoff = Backoff::new();
        loop {
            let reads = ReadSet::default().account(account).member(account, owner);
            let snapshot = self.read(reads).await?;
            let deleted = snapshot.deleted_account(account)?;
            let member = snapshot.member(account, owner)?;
            let member = member.filter(|member| member.state != MemberState::Removed);
            let (Some(_), Some(member)) = (deleted, member) else {
                return Ok(());
            };
            // A restoration raises the version.
            let place = text(&keys::gsi1_of_deleted(account));
            let unlist = Write::update(keys::member(account, owner))
                .equals("version", number(member.version))
                .set("gsi1sk", place);
            if let Outcome::Done = self.commit(&[unlist]).await? {
                return Ok(());
            }
            backoff.wait().await?;
        }
    }
}
