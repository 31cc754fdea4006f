//! Counters, updated with every change that `trail` records, so that no request has to count.
//!
//! Many accounts are created at the same time, and two transactions on one item conflict. So the live accounts are counted in
//! several items, chosen by the account's id, and summed when they are read.

use model::{AccountId, Error, MemberCounts};
use serde::Deserialize;

use super::Store;
use super::batch_read::BatchRead;
use super::keys::{self, Key};
use super::wire::{Source, WireItem};
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
    /// The part that setting it changes.
    own: Own,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Own {
    count: i64,
    version: u64,
}

/// A counter's item.
#[derive(Default, Deserialize)]
struct CountRow {
    count: Option<i64>,
    version: Option<u64>,
    invited: Option<i64>,
    suspended: Option<i64>,
}

impl CountRow {
    /// What `item` holds; nothing, if it is no counter.
    fn of(item: &impl Source) -> Self {
        item.row().unwrap_or_default()
    }

    fn own(&self) -> Option<Own> {
        Some(Own {
            count: self.count?,
            version: self.version?,
        })
    }
}

/// The counters beside `count`, which is all members. All others are active. Accounts that were last counted before these
/// counters existed have none until they are counted again.
pub(super) const INVITED: &str = "invited";
pub(super) const SUSPENDED: &str = "suspended";

/// The counters in `item`; a missing one is zero.
pub(super) fn member_counts(item: Option<&impl Source>) -> MemberCounts {
    let row = item.map(CountRow::of).unwrap_or_default();
    let (invited, suspended) = (
        row.invited.unwrap_or_default(),
        row.suspended.unwrap_or_default(),
    );
    MemberCounts {
        active: row.count.unwrap_or_default() - invited - suspended,
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

/// Counts `more` live accounts, which is one of them or one less, in the counter of `account`.
pub(super) fn count_accounts(account: AccountId, more: i64) -> Option<Write> {
    let write = || {
        Write::upsert(keys::account_count_of(account))
            .add("count", number(more))
            .add("version", number(1))
    };
    (more != 0).then(write)
}

impl Counted {
    /// The counters that are summed. The first one is set.
    fn keys(self) -> Vec<Key> {
        match self {
            Self::Members(account) => vec![keys::member_count(account)],
            Self::Accounts => keys::account_counts(),
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
        let keys = what.keys();
        let mut count = Count::default();
        for item in self
            .read_batch::<WireItem>(&keys, BatchRead::CONSISTENT)
            .await?
        {
            let own = CountRow::of(&item).own().unwrap_or_default();
            count.count += own.count;
            count.version += own.version;
            if item.key().as_ref() == keys.first() {
                count.own = own;
            }
        }
        Ok(count)
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
        // What is counted in another item after this read is not lost: the items are summed.
        if self.count(what).await? != snapshot {
            return Ok(false);
        }
        let own = snapshot.own.count + count - snapshot.count;
        self.set(what, snapshot, &[("count", own)]).await
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
        let Some(key) = what.keys().into_iter().next() else {
            return Ok(false);
        };
        let own = snapshot.own.version;
        let write = Write::upsert(key).set("version", number(own + 1));
        let write = counts.iter().fold(write, |write, (name, count)| {
            write.set(name, number(*count))
        });
        let write = match own {
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
    use crate::keys::Item;

    fn one(state: MemberState) -> MemberCounts {
        MemberCounts::one(state)
    }

    #[test]
    fn accounts_are_counted_in_several_items() {
        let shown = |id| count_accounts(account_id(id), 1).unwrap().shown();
        expect!["update COUNTERS#42 | ACCOUNTS ADD count 1, version 1"].assert_eq(&shown(42));
        expect!["update COUNTERS#43 | ACCOUNTS ADD count 1, version 1"].assert_eq(&shown(43));
        assert!(count_accounts(account_id(42), 0).is_none());
        assert_eq!(keys::account_counts().len(), 65);
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
        assert_eq!(member_counts(None::<&Item>), MemberCounts::default());
    }
}
