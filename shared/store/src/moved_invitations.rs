//! Invitations to an address follow it to its next holder: they are parts of memberships of the person who held the address when
//! they were made. `trail` moves them once the next holder has proved the address.

use model::{AuditContext, ChangeKind, Error, Member, MemberState, Timestamp, User, UserId};

use super::Store;
use super::backoff::Backoff;
use super::members::{create_member, replace_member, with_diff};
use super::read_set::ReadSet;
use super::write::Outcome;

impl Store {
    /// Moves the pending invitations to the address of `user`, who is proven, from its former holders.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn bring_invitations(&self, user: UserId, now: Timestamp) -> Result<(), Error> {
        let Some(user) = self.read(ReadSet::default().user(user)).await?.user(user)? else {
            return Ok(());
        };
        if !user.verified {
            return Ok(());
        }
        for former in user.addresses.before.iter().copied() {
            let memberships = self.memberships(former).await?;
            let invited = memberships
                .iter()
                .filter(|membership| membership.state == MemberState::Invited);
            for membership in invited {
                let reads = ReadSet::default()
                    .member(membership.account, former)
                    .member(membership.account, user.id);
                self.move_invitation(&reads, former, membership.account, &user, now)
                    .await?;
            }
        }
        Ok(())
    }

    async fn move_invitation(
        &self,
        reads: &ReadSet,
        former: UserId,
        account: model::AccountId,
        user: &User,
        now: Timestamp,
    ) -> Result<(), Error> {
        let audit = AuditContext::by_system(now);
        let mut backoff = Backoff::new();
        loop {
            let snapshot = self.read(reads.clone()).await?;
            let invited = snapshot.member(account, former)?;
            let to_address =
                |member: &Member| member.email.normal_form() == user.email.normal_form();
            let invited =
                invited.filter(|member| member.state == MemberState::Invited && to_address(member));
            let Some(invited) = invited else {
                return Ok(());
            };
            let removed = audit.on_user(ChangeKind::MemberRemoved, former).unmailed();
            let gone = invited.removed(now);
            let mut writes = vec![replace_member(&invited, &gone, &removed)?];
            let existing = snapshot.member(account, user.id)?;
            // A person who belongs to the account already is not invited again.
            if existing
                .as_ref()
                .is_none_or(|member| member.is_replaceable(now))
            {
                let next = Member {
                    user: user.id,
                    version: existing.as_ref().map_or(1, |member| member.version + 1),
                    updated_at: now,
                    ..invited.clone()
                };
                let change = audit.on_user(ChangeKind::MemberInvited, user.id).unmailed();
                writes.push(match &existing {
                    Some(existing) => replace_member(existing, &next, &change)?,
                    None => create_member(&next, &with_diff(None, &next, &change))?,
                });
            }
            if let Outcome::Done = self.commit(&writes).await? {
                return Ok(());
            }
            backoff.wait().await?;
        }
    }
}
