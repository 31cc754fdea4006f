//! Who may get rights by an import: what was given to an address is for its holder.

use model::{Account, Error, User, UserId};
use store::ReadSet;

use super::input::{Founders, Person};
use crate::Connection;

impl Founders {
    pub(crate) fn of(account: &Account) -> Self {
        Self {
            owner: account.owner,
            creator: account.creator,
        }
    }
}

impl Person {
    /// Whether the person `id` may have rights in an account of `founders`. Without a password, whoever signs up with the address next is that
    /// person, so not even the founders may then.
    ///
    /// # Errors
    ///
    /// [`Error::EmailNotVerified`].
    pub(crate) fn may_belong(self, id: UserId, founders: Founders) -> Result<(), Error> {
        let founded = founders.owner == id || founders.creator == Some(id);
        if self.verified || (founded && self.has_password) {
            Ok(())
        } else {
            Err(Error::EmailNotVerified)
        }
    }

    /// The person `user` of the table. A verified person has a password.
    pub(crate) async fn of(user: &User, connection: &Connection) -> Result<Self, Error> {
        let has_password = if user.verified {
            true
        } else {
            let reads = ReadSet::default().credential(&user.email);
            let read = connection.store.read(reads).await?;
            let credential = read.credential(&user.email)?;
            credential.is_some_and(|one| one.user == user.id && one.hash.is_some())
        };
        Ok(Self {
            verified: user.verified,
            has_password,
        })
    }
}
