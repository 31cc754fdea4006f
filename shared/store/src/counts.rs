//! Counters, updated with every change that `trail` records, so that no request has to count.

use model::{AccountId, Error, MemberCounts};

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

/// The counters beside `count`, which is all members. All others are active. Accounts that were last counted before these
/// counters existed have none until they are counted again.
const INVITED: &str = "invited";
const SUSPENDED: &str = "suspended";

fn part(item: &Item, name: &str) -> Option<i64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// The counters in `item`; a missing one is zero.
pub(super) fn member_counts(item: Option<&Item>) -> MemberCounts {
    let part = |name| item.and_then(|item| part(item, name)).unwrap_or_default();
    let (invited, suspended) = (part(INVITED), part(SUSPENDED));
    MemberCounts {
        active: part("count") - invited - suspended,
        invited,
        suspended,
    }
}

/// Counts `more` members of `account`, if that changes anything.
pub(super) fn count_members(account: AccountId, more: MemberCounts) -> Option<Write> {
    if more == MemberCounts::default() {
        return None;
    }
    let counts = [
        ("count", more.total()),
        (INVITED, more.invited),
        (SUSPENDED, more.suspended),
        ("version", 1),
    ];
    let counts = counts.into_iter().filter(|(_, more)| *more != 0);
    Some(counts.fold(
        Write::upsert(keys::member_count(account)),
        |write, (name, more)| write.add(name, number(more)),
    ))
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
        self.set(what, snapshot, &[("count", count)]).await
    }

    /// Sets the counters of the members of `account`, if nothing was counted since `snapshot`.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn set_member_counts(
        &self,
        account: AccountId,
        snapshot: Count,
        members: MemberCounts,
    ) -> Result<bool, Error> {
        let counts = [
            ("count", members.total()),
            (INVITED, members.invited),
            (SUSPENDED, members.suspended),
        ];
        self.set(Counted::Members(account), snapshot, &counts).await
    }

    async fn set(
        &self,
        what: Counted,
        snapshot: Count,
        counts: &[(&str, i64)],
    ) -> Result<bool, Error> {
        let write = Write::upsert(what.key()).set("version", number(snapshot.version + 1));
        let write = counts.iter().fold(write, |write, (name, count)| {
            write.set(name, number(*count))
        });
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

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use model::MemberState;
    use model::examples::account_id;

    use super::*;

    fn one(state: MemberState) -> MemberCounts {
        MemberCounts::one(state)
    }

    #[test]
    fn only_the_counters_that_change_are_written() {
        let shown = |more| count_members(account_id(42), more).map(|write| write.shown());
        let suspended = one(MemberState::Suspended);
        expect!["update ACCOUNT#42 | COUNT ADD count 1, suspended 1, version 1"]
            .assert_eq(&shown(suspended).unwrap());
        let reactivated = one(MemberState::Active).minus(suspended);
        expect!["update ACCOUNT#42 | COUNT ADD suspended -1, version 1"]
            .assert_eq(&shown(reactivated).unwrap());
        assert_eq!(shown(MemberCounts::default()), None);
    }

    #[test]
    fn the_active_members_are_those_who_are_neither_invited_nor_suspended() {
        let item = |counts: &[(&str, i64)]| -> Item {
            let counts = counts.iter();
            counts
                .map(|(name, count)| ((*name).to_owned(), number(*count)))
                .collect()
        };
        let counted = item(&[("count", 6), ("invited", 2), ("suspended", 1)]);
        let expected = MemberCounts {
            active: 3,
            invited: 2,
            suspended: 1,
        };
        assert_eq!(member_counts(Some(&counted)), expected);
        assert_eq!(member_counts(Some(&item(&[("count", 6)]))).active, 6);
        assert_eq!(member_counts(None), MemberCounts::default());
    }
}
