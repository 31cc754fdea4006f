//! The collections that lists show. One list engine reads all of them.

mod key_order;

use std::collections::HashMap;

use model::{AccountId, Error, MemberState, UserId};
use odata::{Filter, Listable, OrderBy, Position};

use super::batch::{Batch, ReadRange};
use super::counts::Counted;
use super::event::Event;
use super::keys::EventPlace;
use super::listed::{ListedAccount, ListedMember};
use super::{Membership, Store, place};

pub use key_order::{ByCreation, ById, ByTime, KeyOrder, Native};

/// A place in a collection.
pub type KeyOf<C> = <<C as Collection>::Order as KeyOrder>::Key;

/// Rows that the table keeps in the order of their keys.
pub trait Collection: Sync {
    /// A row.
    type Row: Listable + Send;
    /// The order of the keys.
    type Order: KeyOrder;

    /// Whether the rows are counted, and may be skipped and sorted in any order.
    const COUNTED: bool = true;

    /// The counter of the rows, if there is one.
    fn counter(&self) -> Option<Counted> {
        None
    }

    /// The place of `row` in `order` for a cursor.
    fn position(row: &Self::Row, order: &OrderBy) -> Position {
        Position::of(row, order)
    }

    /// Reads rows. Those that the table alone can tell to be refused by `filter` may be left out.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    fn read(
        &self,
        range: ReadRange<KeyOf<Self>>,
        filter: Option<&Filter>,
    ) -> impl Future<Output = Result<Batch<Self::Row, KeyOf<Self>>, Error>> + Send;
}

/// Every live account.
#[derive(Clone, Copy, Debug)]
pub struct EveryAccount<'a>(pub &'a Store);

/// The accounts that a user is an active member of.
#[derive(Clone, Copy, Debug)]
pub struct OwnAccounts<'a> {
    /// The table.
    pub store: &'a Store,
    /// The user.
    pub user: UserId,
}

/// The members of an account, invited and suspended ones included.
#[derive(Clone, Copy, Debug)]
pub struct Members<'a> {
    /// The table.
    pub store: &'a Store,
    /// The account.
    pub account: AccountId,
}

/// The audit trail of an account.
#[derive(Clone, Copy, Debug)]
pub struct Trail<'a> {
    /// The table.
    pub store: &'a Store,
    /// The account.
    pub account: AccountId,
}

impl Collection for EveryAccount<'_> {
    type Row = ListedAccount;
    type Order = ByCreation;

    fn counter(&self) -> Option<Counted> {
        Some(Counted::Accounts)
    }

    async fn read(
        &self,
        range: ReadRange,
        filter: Option<&Filter>,
    ) -> Result<Batch<ListedAccount>, Error> {
        self.0.every_account(range, filter).await
    }
}

impl Collection for OwnAccounts<'_> {
    type Row = ListedAccount;
    type Order = ById;

    async fn read(
        &self,
        range: ReadRange,
        filter: Option<&Filter>,
    ) -> Result<Batch<ListedAccount>, Error> {
        let memberships = self
            .store
            .memberships_by_account(self.user, range, filter)
            .await?;
        self.accounts(memberships).await
    }
}

impl OwnAccounts<'_> {
    /// The accounts of active memberships, in their order.
    async fn accounts(&self, batch: Batch<Membership>) -> Result<Batch<ListedAccount>, Error> {
        let active = batch
            .rows
            .iter()
            .filter(|membership| membership.state == MemberState::Active);
        let ids: Vec<_> = active.map(|membership| membership.account).collect();
        let accounts = self.store.accounts(&ids).await?.into_iter();
        let mut accounts: HashMap<_, _> = accounts
            .map(|account| (account.id, account.into()))
            .collect();
        let rows = ids.iter().filter_map(|id| accounts.remove(id)).collect();
        Ok(batch.with(rows))
    }
}

impl Collection for Members<'_> {
    type Row = ListedMember;
    type Order = ById;

    fn counter(&self) -> Option<Counted> {
        Some(Counted::Members(self.account))
    }

    async fn read(
        &self,
        range: ReadRange,
        filter: Option<&Filter>,
    ) -> Result<Batch<ListedMember>, Error> {
        self.store.members(self.account, range, filter).await
    }
}

impl Collection for Trail<'_> {
    type Row = Event;
    type Order = ByTime;

    const COUNTED: bool = false;

    /// Events of one millisecond are in the order of the versions that they led to, which no property shows.
    fn position(event: &Event, _: &OrderBy) -> Position {
        ByTime::position(&place(event))
    }

    async fn read(
        &self,
        range: ReadRange<EventPlace>,
        filter: Option<&Filter>,
    ) -> Result<Batch<Event, EventPlace>, Error> {
        self.store.events(self.account, range, filter).await
    }
}
