//! From an invitation's link to everything it is about.

use shared::model::{
    Account, AccountId, Answerable, Error, Link, Member, Missing, Purpose, Timestamp, User, UserId,
};
use shared::store::{ReadSet, Snapshot};

use crate::identity::Identity;

/// What an invitation is about, read fresh, and answerable.
pub(crate) struct Invited {
    pub(crate) account: Account,
    pub(crate) member: Member,
    pub(crate) user: User,
}

/// An opened link. Forged links are refused before anything is read.
pub(super) struct Opened {
    link: Link,
    pub(super) account: AccountId,
    pub(super) user: UserId,
}

/// # Errors
///
/// [`Missing::Invitation`] for what is not a link of ours.
pub(super) async fn open(identity: &Identity, token: &str) -> Result<Opened, Error> {
    let opened = identity.keyring.open(token, Purpose::Invitation);
    let link = opened.await.ok_or(Missing::Invitation)?;
    Ok(Opened {
        account: AccountId::try_from(link.account).map_err(|_| Missing::Invitation)?,
        user: UserId::try_from(link.user).map_err(|_| Missing::Invitation)?,
        link,
    })
}

impl Opened {
    /// What to read of it.
    pub(super) fn reads(&self) -> ReadSet {
        ReadSet::default()
            .account(self.account)
            .member(self.account, self.user)
            .user(self.user)
    }

    /// Whether the link may decline the invitation of `member`, or end the membership.
    ///
    /// # Errors
    ///
    /// Those of [`Answerable::declinable`] and of [`Member::may_go`].
    pub(super) fn may_decline(&self, member: &Member, now: Timestamp) -> Result<(), Error> {
        Answerable::declinable(Some(member), &self.link, now)?;
        Ok(member.may_go()?)
    }

    /// What it is about, to be accepted.
    ///
    /// # Errors
    ///
    /// Those of [`Answerable::new`]; [`Missing::Invitation`] once the account or the user is gone.
    pub(super) fn invited(&self, snapshot: &Snapshot, now: Timestamp) -> Result<Invited, Error> {
        let member = snapshot.member(self.account, self.user)?;
        Answerable::new(member.as_ref(), &self.link, now)?;
        self.of(member, snapshot, now)
    }

    /// What it is about, to be looked at or declined. The link in a notice of adding is too.
    ///
    /// # Errors
    ///
    /// Those of [`Answerable::declinable`]; [`Missing::Invitation`] once the account or the user is gone.
    pub(super) fn declinable(&self, snapshot: &Snapshot, now: Timestamp) -> Result<Invited, Error> {
        let member = snapshot.member(self.account, self.user)?;
        Answerable::declinable(member.as_ref(), &self.link, now)?;
        self.of(member, snapshot, now)
    }

    /// The invitation of a person who has changed the address that it was sent to is not theirs, unless they hold that address still.
    fn of(
        &self,
        member: Option<Member>,
        snapshot: &Snapshot,
        now: Timestamp,
    ) -> Result<Invited, Error> {
        let account = snapshot.account(self.account)?.ok_or(Missing::Invitation)?;
        let user = snapshot.user(self.user)?.ok_or(Missing::Invitation)?;
        let member = member.filter(|member| member.is_for(&user, now));
        Ok(Invited {
            account,
            member: member.ok_or(Missing::Invitation)?,
            user,
        })
    }
}
