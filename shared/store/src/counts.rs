//! How many there are: kept by every change that `trail` records, so that nobody has to count.

use model::{AccountId, Error};

use super::Store;
use super::keys::{self, Item, Key};
use super::write::{Outcome, Write, number};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// The members of an account, invited and suspended ones too.
    Members(AccountId),
    /// The live accounts.
    Accounts,
}

/// A counter as it was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub count: i64,
    /// How often it was changed; 0 where there is none yet.
    pub version: u64,
}

impl Counted {
    fn key(self) -> Key {
        match self {
            Self::Members(account) => keys::member_count(account),
            Self::Accounts => keys::account_count(),
        }
    }
}

impl Store {
    /// The counter of `what`.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn count(&self, what: Counted) -> Result<Count, Error> {
        let item = self.standing_item(&what.key()).await?;
        let part =
            |item: &Item, name: &str| -> Option<i64> { item.get(name)?.as_n().ok()?.parse().ok() };
        let read = item.as_ref().and_then(|item| {
            Some(Count {
                count: part(item, "count")?,
                version: u64::try_from(part(item, "version")?).ok()?,
            })
        });
        Ok(read.unwrap_or_default())
    }

    /// Sets the counter of `what`, if nothing was counted since `snapshot`.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn set_count(
        &self,
        what: Counted,
        snapshot: Count,
        count: i64,
    ) -> Result<bool, Error> {
        let write = Write::upsert(what.key())
            .set("count", number(count))
            .set("version", number(snapshot.version + 1));
        let write = match snapshot.version {
            0 => write.absent("version"),
            version => write.equals("version", number(version)),
        };
        match self.commit(std::slice::from_ref(&write)).await? {
            Outcome::Done => Ok(true),
            Outcome::Lost(_) => Ok(false),
        }
    }
}
