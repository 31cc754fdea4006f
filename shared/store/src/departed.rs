//! What an erased person still has in others' accounts, because it was given to them during the erasure: memberships, and offers
//! of the ownership. `trail` removes it.

use model::{AccountId, AuditContext, ChangeKind, Error, MemberState, Timestamp, UserId};

use super::Store;
use super::accounts::{AccountUpdate, Written};
use super::backoff::Backoff;
use super::read_set::ReadSet;

impl Store {
    /// Takes the membership of `user`, who does not exist, away from `account`. Nothing changes if there is none, or if the user
    /// owns the account, which the store excludes.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn take_membership_away(
        &self,
        account: AccountId,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), Error> {
        let change = AuditContext::by_system(now).on_user(ChangeKind::MemberRemoved, user);
        let mut backoff = Backoff::new();
        loop {
            let reads = ReadSet::default().account(account).member(account, user);
            let snapshot = self.read(reads).await?;
            let member = snapshot.member(account, user)?;
            let Some(member) = member.filter(|member| member.state != MemberState::Removed) else {
                return Ok(());
            };
            if member.owner && snapshot.account(account)?.is_some() {
                tracing::error!(account = account.get(), "an account has an erased owner");
                return Ok(());
            }
            let erased = member.erased(now);
            match self.change_member(&member, &erased, &change).await? {
                Written::Done => return Ok(()),
                Written::Outdated(_) => backoff.wait().await?,
            }
        }
    }

    /// Ends the offer of the ownership of `account` to `user`, if there is one and they are no active member.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn end_offer(
        &self,
        account: AccountId,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), Error> {
        let reads = ReadSet::default().account(account).member(account, user);
        let snapshot = self.read(reads.user(user)).await?;
        let member = snapshot.member(account, user)?;
        let is_active = member.is_some_and(|member| member.is_active());
        if is_active && snapshot.user(user)?.is_some() {
            return Ok(());
        }
        let Some(account) = snapshot.account(account)? else {
            return Ok(());
        };
        let offer = account.pending_owner.as_ref();
        if offer.is_none_or(|offer| offer.user != user) {
            return Ok(());
        }
        let update = AccountUpdate {
            account: account.without_offer(now),
            change: AuditContext::by_system(now).on_user(ChangeKind::OwnershipOfferEnded, user),
        };
        // A concurrent change of the account has a stream record of its own, which starts this check again.
        self.change_account(&account, &update).await.map(drop)
    }
}
