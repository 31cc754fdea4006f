//! What an erased person still has in others' accounts, because it was given to them while they were erased: memberships, and offers
//! of the ownership. `trail` takes it away.

use aws_sdk_dynamodb::types::AttributeValue;
use model::{AccountId, AuditContext, ChangeKind, Error, MemberState, Timestamp, UserId};

use super::accounts::Written;
use super::backoff::Backoff;
use super::read_set::ReadSet;
use super::rows;
use super::users::attribute;
use super::write::{Write, number};
use super::{Store, keys};

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
        let nominee = AttributeValue::N(user.to_string());
        let Some(version) = snapshot.version_with_offer(account, &nominee) else {
            return Ok(());
        };
        let change = AuditContext::by_system(now)
            .on_account(ChangeKind::OwnershipOfferEnded, account)
            .to_version(version + 1);
        let write = Write::update(keys::account(account))
            .equals("version", number(version))
            .equals(rows::NOMINEE, nominee)
            .remove(rows::PENDING_OWNER)
            .set("version", number(version + 1))
            .set("change", attribute(&change)?);
        // Whoever changed the account meanwhile leaves a record of it, which leads here again.
        self.commit(&[write]).await.map(drop)
    }
}
