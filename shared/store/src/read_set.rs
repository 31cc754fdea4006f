//! One strongly consistent batch read of everything a decision needs.

use std::collections::HashMap;

use model::{
    Account, AccountId, Caller, DeletedAccount, EmailAddress, Error, Member, MemberCounts, Missing,
    Policy, Standing, Timestamp, User, UserId,
};

use super::batch_read::BatchRead;
use super::counts::member_counts;
use super::credentials::{Credential, credential};
use super::factors::StoredUser;
use super::keys::{self, Key};
use super::rows::{self, UserRow};
use super::wire::{Source, WireItem};
use super::{Store, idempotency};
use crate::Saving;

/// What to read together. Every small item costs one read unit.
#[derive(Clone, Debug, Default)]
pub struct ReadSet {
    keys: Vec<Key>,
}

/// The items that were read, each in its latest state.
#[derive(Debug)]
pub struct Snapshot {
    items: HashMap<Key, WireItem>,
}

impl ReadSet {
    /// The caller, with their sessions.
    #[must_use]
    pub fn caller(caller: &Caller) -> Self {
        Self::default().user(caller.user)
    }

    /// The caller and their membership in `account`.
    #[must_use]
    pub fn standing(caller: &Caller, account: AccountId) -> Self {
        Self::caller(caller)
            .account(account)
            .member(account, caller.user)
    }

    /// A user.
    #[must_use]
    pub fn user(self, id: UserId) -> Self {
        self.with(keys::user(id))
    }

    /// An account.
    #[must_use]
    pub fn account(self, id: AccountId) -> Self {
        self.with(keys::account(id))
    }

    /// A membership.
    #[must_use]
    pub fn member(self, account: AccountId, user: UserId) -> Self {
        self.with(keys::member(account, user))
    }

    /// How many members an account has.
    #[must_use]
    pub fn member_counts(self, account: AccountId) -> Self {
        self.with(keys::member_count(account))
    }

    /// The credential of an address.
    #[must_use]
    pub fn credential(self, address: &EmailAddress) -> Self {
        self.with(keys::email(address))
    }

    /// The answer that is kept under a name, if the request has one.
    #[must_use]
    pub fn saved(self, saving: Option<&Saving>) -> Self {
        match saving {
            Some(saving) => self.with(keys::idempotency(&saving.caller, &saving.key)),
            None => self,
        }
    }

    /// DynamoDB refuses a batch that names a key twice.
    fn with(mut self, key: Key) -> Self {
        if !self.keys.contains(&key) {
            self.keys.push(key);
        }
        self
    }
}

impl Snapshot {
    /// The caller, if their session still lives.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] after sign-out, a password change or erasure.
    pub fn live_user(&self, caller: &Caller, now: Timestamp) -> Result<User, Error> {
        self.user(caller.user)?
            .filter(|user| user.live_session(&caller.session, now).is_some())
            .ok_or(Error::Unauthenticated)
    }

    /// The caller's access to `account`.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] if the session has ended, [`Missing::Account`] if there is no such account.
    pub fn standing(
        &self,
        caller: &Caller,
        account: AccountId,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Standing, Error> {
        let user = self.live_user(caller, now)?;
        Ok(Standing {
            account: self.account(account)?.ok_or(Missing::Account)?,
            member: self.member(account, user.id)?,
            platform_admin: policy.is_platform_admin(&user),
            held_back: policy.requires_verification_of(&user),
            session: user
                .live_session(&caller.session, now)
                .cloned()
                .ok_or(Error::Unauthenticated)?,
            user,
        })
    }

    /// The user `id`, with their item.
    ///
    /// # Errors
    ///
    /// The item does not read back.
    pub fn stored_user(&self, id: UserId) -> Result<Option<StoredUser>, Error> {
        let item = self.items.get(&keys::user(id));
        let item = item.map(WireItem::attributes).transpose()?;
        Ok(StoredUser::read(item.unwrap_or_default())?)
    }

    /// The user `id`.
    ///
    /// # Errors
    ///
    /// The item does not read back.
    pub fn user(&self, id: UserId) -> Result<Option<User>, Error> {
        let item = self.items.get(&keys::user(id));
        let row = item.map(Source::row::<UserRow>).transpose()?;
        Ok(row.map(User::try_from).transpose()?)
    }

    /// The account `id`, unless it is deleted.
    ///
    /// # Errors
    ///
    /// The item does not read back.
    pub fn account(&self, id: AccountId) -> Result<Option<Account>, Error> {
        let item = self.items.get(&keys::account(id));
        Ok(item.map(rows::live_account).transpose()?.flatten())
    }

    /// The account `id`, if it is deleted and not yet cleared.
    ///
    /// # Errors
    ///
    /// The item does not read back.
    pub fn deleted_account(&self, id: AccountId) -> Result<Option<DeletedAccount>, Error> {
        let item = self.items.get(&keys::account(id));
        Ok(item.map(rows::deleted_account).transpose()?.flatten())
    }

    /// The membership of `user` in `account`, in any state.
    ///
    /// # Errors
    ///
    /// The item does not read back.
    pub fn member(&self, account: AccountId, user: UserId) -> Result<Option<Member>, Error> {
        let item = self.items.get(&keys::member(account, user));
        Ok(item.map(rows::member).transpose()?)
    }

    /// How many members `account` has.
    #[must_use]
    pub fn member_counts(&self, account: AccountId) -> MemberCounts {
        member_counts(self.items.get(&keys::member_count(account)))
    }

    /// The credential of `address`; none if it is a former address.
    ///
    /// # Errors
    ///
    /// The item does not read back.
    pub fn credential(&self, address: &EmailAddress) -> Result<Option<Credential>, Error> {
        let item = self.address_item(address);
        Ok(item.map(credential).transpose()?.flatten())
    }

    pub(super) fn address_item(&self, address: &EmailAddress) -> Option<&WireItem> {
        self.items.get(&keys::email(address))
    }

    /// The answer that was given to the same request before.
    ///
    /// # Errors
    ///
    /// [`Error::IdempotencyKeyReused`] if another request had the same name.
    pub fn replay(
        &self,
        saving: Option<&Saving>,
        now: Timestamp,
    ) -> Result<Option<Vec<u8>>, Error> {
        let Some(saving) = saving else {
            return Ok(None);
        };
        match self
            .items
            .get(&keys::idempotency(&saving.caller, &saving.key))
        {
            Some(item) => idempotency::replay(item, saving, now),
            None => Ok(None),
        }
    }
}

impl Store {
    /// Reads everything that `reads` names, strongly consistent, in one round trip.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn read(&self, reads: ReadSet) -> Result<Snapshot, Error> {
        let items: Vec<WireItem> = self.read_batch(&reads.keys, BatchRead::CONSISTENT).await?;
        let keyed = items
            .into_iter()
            .filter_map(|item| Some((item.key()?, item)));
        Ok(Snapshot {
            items: keyed.collect(),
        })
    }

    /// The caller, if their session still lives.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] after sign-out, a password change or erasure.
    pub async fn live_user(&self, caller: &Caller, now: Timestamp) -> Result<User, Error> {
        self.read(ReadSet::caller(caller))
            .await?
            .live_user(caller, now)
    }
}
