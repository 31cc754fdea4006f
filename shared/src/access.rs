//! The preamble of a handler: who asks, what they are in an account, whether the request was answered before. One consistent
//! read, and the refusals in the contract's order: 401, the saved answer, 404.

use model::{
    AccountId, AuditContext, Caller, EmailAddress, Error, Member, Missing, Origin, Session,
    Standing, Timestamp, User, UserId,
};
use runtime::App;
use store::{ReadSet, Saving, Snapshot};

use crate::{Early, Reply, Signed};

/// What to read of the caller, and beside it.
#[derive(Debug)]
pub struct PersonRead<'a> {
    app: &'a App,
    caller: &'a Caller,
    origin: &'a Origin,
    reads: ReadSet,
    saving: Option<Saving>,
}

/// What to read of the caller's access to one account, and beside it.
#[derive(Debug)]
pub struct AccessRead<'a> {
    person: PersonRead<'a>,
    account: AccountId,
}

/// The caller, from one consistent read.
#[derive(Debug)]
pub struct Person {
    /// The caller.
    pub user: User,
    /// The session that asks.
    pub session: Session,
    /// What was read beside.
    pub snapshot: Snapshot,
    /// What a change record says of the request.
    pub audit: AuditContext,
    /// Under which name the answer is saved, if the caller named the request.
    pub saving: Option<Saving>,
    /// When it was read.
    pub now: Timestamp,
}

/// The caller's access to one account, from one consistent read.
#[derive(Debug)]
pub struct Access {
    /// The caller in the account.
    pub standing: Standing,
    /// What was read beside.
    pub snapshot: Snapshot,
    /// What a change record says of the request.
    pub audit: AuditContext,
    /// Under which name the answer is saved, if the caller named the request.
    pub saving: Option<Saving>,
    /// When it was read.
    pub now: Timestamp,
}

impl<P, B> Signed<P, B> {
    /// Reads the caller.
    #[must_use]
    pub fn person<'a>(&'a self, app: &'a App) -> PersonRead<'a> {
        let named = self.repeatable.clone();
        let saving = named.map(|named| named.by_user(self.caller.user));
        PersonRead {
            app,
            caller: &self.caller,
            origin: &self.origin,
            reads: ReadSet::caller(&self.caller).saved(saving.as_ref()),
            saving,
        }
    }

    /// Reads the caller and `account`, without the caller's membership: what only the owner and the platform may do takes no more,
    /// since the account says who owns it.
    #[must_use]
    pub fn ownership<'a>(&'a self, app: &'a App, account: AccountId) -> AccessRead<'a> {
        let person = self.person(app);
        let reads = person.reads.account(account);
        let person = PersonRead { reads, ..person };
        AccessRead { person, account }
    }

    /// Reads the caller's access to `account`.
    #[must_use]
    pub fn access<'a>(&'a self, app: &'a App, account: AccountId) -> AccessRead<'a> {
        let person = self.person(app);
        let reads = person.reads.account(account);
        let reads = reads.member(account, self.caller.user);
        let person = PersonRead { reads, ..person };
        AccessRead { person, account }
    }
}

impl PersonRead<'_> {
    /// Reads `account` too.
    #[must_use]
    pub fn account(mut self, account: AccountId) -> Self {
        self.reads = self.reads.account(account);
        self
    }

    /// Reads the caller's membership in `account` too.
    #[must_use]
    pub fn membership(mut self, account: AccountId) -> Self {
        self.reads = self.reads.member(account, self.caller.user);
        self
    }

    /// Reads `user` too.
    #[must_use]
    pub fn user(mut self, user: UserId) -> Self {
        self.reads = self.reads.user(user);
        self
    }

    /// Reads who holds `address` too.
    #[must_use]
    pub fn credential(mut self, address: &EmailAddress) -> Self {
        self.reads = self.reads.credential(address);
        self
    }

    /// Reads.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] if the session has ended; the saved answer of an earlier copy of the request.
    pub async fn read(self) -> Result<Person, Early> {
        let now = self.app.clock.now();
        let snapshot = Box::pin(self.app.store.read(self.reads)).await?;
        let user = snapshot.live_user(self.caller, now)?;
        if let Some(saved) = snapshot.replay(self.saving.as_ref(), now)? {
            return Err(Early::Replay(Reply::replayed(&saved)?));
        }
        let session = user.live_session(&self.caller.session, now);
        let session = session.cloned().ok_or(Error::Unauthenticated)?;
        Ok(Person {
            session,
            audit: AuditContext::new(self.origin, Some(user.actor()), now),
            user,
            snapshot,
            saving: self.saving,
            now,
        })
    }
}

impl Person {
    /// Step-up: refuses a session whose person authenticated too long ago. A handler asks after 404 and 403, and before 412.
    ///
    /// # Errors
    ///
    /// [`Error::ReauthenticationRequired`].
    pub fn require_recent(&self) -> Result<(), Error> {
        self.user.require_recent(&self.session, self.now)
    }
}

impl AccessRead<'_> {
    /// Reads the membership of `user` too.
    #[must_use]
    pub fn member(mut self, user: UserId) -> Self {
        self.person.reads = self.person.reads.member(self.account, user);
        self
    }

    /// Reads `user` too.
    #[must_use]
    pub fn user(mut self, user: UserId) -> Self {
        self.person = self.person.user(user);
        self
    }

    /// Reads how many members the account has too.
    #[must_use]
    pub fn member_counts(mut self) -> Self {
        self.person.reads = self.person.reads.member_counts(self.account);
        self
    }

    /// Reads who holds `address` too.
    #[must_use]
    pub fn credential(mut self, address: &EmailAddress) -> Self {
        self.person = self.person.credential(address);
        self
    }

    /// Reads.
    ///
    /// # Errors
    ///
    /// [`Error::Unauthenticated`] if the session has ended; the saved answer of an earlier copy of the request;
    /// [`Missing::Account`].
    pub async fn read(self) -> Result<Access, Early> {
        let (caller, account) = (self.person.caller, self.account);
        let policy = &self.person.app.config.policy;
        let person = self.person.read().await?;
        let standing = person
            .snapshot
            .standing(caller, account, policy, person.now)?;
        Ok(Access {
            standing,
            snapshot: person.snapshot,
            audit: person.audit,
            saving: person.saving,
            now: person.now,
        })
    }
}

impl Access {
    /// Step-up of a caller who has a second factor. A handler asks after 404 and 403, and before 412.
    ///
    /// # Errors
    ///
    /// [`Error::ReauthenticationRequired`].
    pub fn require_recent_factor(&self) -> Result<(), Error> {
        let Standing { user, session, .. } = &self.standing;
        user.require_recent_if_factor(session, self.now)
    }

    /// The membership of `user`, which was read beside.
    ///
    /// # Errors
    ///
    /// [`Missing::User`] unless they are a member or invited.
    pub fn member(&self, user: UserId) -> Result<Member, Error> {
        let member = self.snapshot.member(self.standing.account.id, user)?;
        let member = member.filter(|member| member.status().is_some());
        member.ok_or(Missing::User.into())
    }
}
