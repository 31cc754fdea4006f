//! A membership, its invitation, and its changes.

use super::change::{Change, Differences};
use super::delivery::Delivery;
use super::invitation::Invitation;
use super::user::User;
use crate::error::{Conflict, Error};
use crate::limits::Limits;
use crate::values::{
    AccountId, EmailAddress, MemberStatus, PersonalName, Role, Roles, Stored as _, Timestamp,
    UserId,
};

/// The state of a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberState {
    /// Invited, without rights.
    Invited,
    /// Active, with the rights of its roles.
    Active,
    /// Suspended: without rights until a manager reactivates it.
    Suspended,
    /// Removed: invisible to every reader. The row stays for a while, so that the stream delivers its change record.
    Removed,
}

impl MemberState {
    /// The status that is shown; a removed member has none.
    #[must_use]
    pub fn status(self) -> Option<MemberStatus> {
        match self {
            Self::Invited => Some(MemberStatus::Invited),
            Self::Active => Some(MemberStatus::Active),
            Self::Suspended => Some(MemberStatus::Suspended),
            Self::Removed => None,
        }
    }
}

/// A user in an account.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The account.
    pub account: AccountId,
    /// The user.
    pub user: UserId,
    /// The user's address.
    pub email: EmailAddress,
    /// Whether the user has proved the address. `false` while invited: nothing of the person is shown before they accept.
    pub verified: bool,
    /// The first name: the user's; while invited, the one that the inviter typed, if any.
    pub first_name: Option<PersonalName>,
    /// The last name, likewise.
    pub last_name: Option<PersonalName>,
    /// The member's roles.
    pub roles: Roles,
    /// The state of the membership.
    pub state: MemberState,
    /// Whether this is the account's owner.
    pub owner: bool,
    /// The time when the user was added or invited.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
    /// The number of its changes: the entity tag.
    pub version: u64,
    /// The invitation, if there was one.
    pub invitation: Option<Invitation>,
    /// The delivery of the last invitation mail. `None` once the invitation is not pending any more, and for mails from before
    /// deliveries were recorded.
    pub delivery: Option<Delivery>,
}

/// A change of a membership by a manager.
#[derive(Clone, Debug, Default)]
pub struct MemberPatch {
    /// The new roles.
    pub roles: Option<Roles>,
    /// The new status.
    pub status: Option<MemberStatus>,
}

impl MemberPatch {
    /// Whether it gives or takes `admin` or `manage`. Suspending who has them takes them, and reactivating gives them back.
    #[must_use]
    pub fn moves_control(&self, member: &Member) -> bool {
        let held = |roles: &Roles| [Role::Manage, Role::Admin].map(|role| roles.contains(role));
        let before = held(&member.roles);
        let after = self.roles.as_ref().map_or(before, held);
        let status = self
            .status
            .is_some_and(|status| Some(status) != member.status());
        before != after || (status && before.contains(&true))
    }
}

impl Member {
    /// `user` in `account` with `roles`, as an active member.
    #[must_use]
    pub fn new(account: AccountId, user: &User, roles: Roles, now: Timestamp) -> Self {
        Self {
            account,
            user: user.id,
            email: user.email.clone(),
            verified: user.verified,
            first_name: Some(user.first_name.clone()),
            last_name: Some(user.last_name.clone()),
            roles,
            state: MemberState::Active,
            owner: false,
            created_at: now,
            updated_at: now,
            version: 1,
            invitation: None,
            delivery: None,
        }
    }

    /// The status that is shown; a removed member has none.
    #[must_use]
    pub fn status(&self) -> Option<MemberStatus> {
        self.state.status()
    }

    /// Whether the invitation is for `user` at `now`: it was given to an address, and is for its holder. Other memberships are theirs
    /// in any case.
    #[must_use]
    pub fn is_for(&self, user: &User, now: Timestamp) -> bool {
        self.state != MemberState::Invited || user.holds(&self.email, now)
    }

    /// Whether the member has the rights of their roles.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state == MemberState::Active
    }

    /// Whether a new invitation may replace this membership: it is removed, or its invitation has expired.
    #[must_use]
    pub fn is_replaceable(&self, now: Timestamp) -> bool {
        let expired = |invitation: &Invitation| invitation.link.expires_at <= now;
        match self.state {
            MemberState::Removed => true,
            MemberState::Invited => self.invitation.as_ref().is_some_and(expired),
            MemberState::Active | MemberState::Suspended => false,
        }
    }

    /// The membership after `patch`; none if that changes nothing.
    ///
    /// # Errors
    ///
    /// [`Conflict::OwnerRequired`] if the owner would be suspended. [`Conflict::MemberNotActive`] if an invited member would
    /// become active without accepting.
    pub fn patched(&self, patch: &MemberPatch, now: Timestamp) -> Result<Option<Self>, Error> {
        let state = match patch.status {
            None => self.state,
            Some(MemberStatus::Active) if self.state == MemberState::Invited => {
                return Err(Conflict::MemberNotActive.into());
            }
            Some(MemberStatus::Suspended) if self.owner => {
                return Err(Conflict::OwnerRequired.into());
            }
            // An invited member has no rights to lose and stays invited (contract, *Members*).
            Some(_) if self.state == MemberState::Invited => MemberState::Invited,
            Some(MemberStatus::Active | MemberStatus::Invited) => MemberState::Active,
            Some(MemberStatus::Suspended) => MemberState::Suspended,
        };
        let roles = patch.roles.as_ref().unwrap_or(&self.roles);
        if (roles, state) == (&self.roles, self.state) {
            return Ok(None);
        }
        Ok(Some(Self {
            roles: roles.clone(),
            state,
            ..self.next(now)
        }))
    }

    /// The differences between `before` and `after`. A removed member has no fields. Names and addresses are left out, because
    /// the record has the person's id.
    #[must_use]
    pub fn differences(before: Option<&Self>, after: Option<&Self>) -> Differences {
        let live = |member: &&Self| member.state != MemberState::Removed;
        let (before, after) = (before.filter(live), after.filter(live));
        let mut described = Differences::default();
        described.field("roles", before, after, |member| Some(member.roles.clone()));
        described.field("status", before, after, Self::status);
        described.field("owner", before, after, |member| Some(member.owner));
        described
    }

    /// The same membership without rights, until its `invitation` is accepted, whose mail `change` asks for. It shows the names
    /// that the inviter typed, if any, and nothing else of the person.
    #[must_use]
    pub fn awaiting(
        self,
        invitation: Invitation,
        names: Option<(PersonalName, PersonalName)>,
        change: &Change,
    ) -> Self {
        let (first_name, last_name) = names.unzip();
        Self {
            verified: false,
            first_name,
            last_name,
            state: MemberState::Invited,
            invitation: Some(invitation),
            delivery: Some(Delivery::queued(change)),
            ..self
        }
    }

    /// The membership after `user` accepts its invitation.
    #[must_use]
    pub fn accepted(&self, user: &User, now: Timestamp) -> Self {
        Self {
            email: user.email.clone(),
            verified: true,
            first_name: Some(user.first_name.clone()),
            last_name: Some(user.last_name.clone()),
            state: MemberState::Active,
            delivery: None,
            ..self.next(now)
        }
    }

    /// The member may leave or be removed.
    ///
    /// # Errors
    ///
    /// [`Conflict::OwnerRequired`] for the owner.
    pub fn may_go(&self) -> Result<(), Conflict> {
        if self.owner {
            return Err(Conflict::OwnerRequired);
        }
        Ok(())
    }

    /// The membership after its removal. Its row stays for a while, without the names and the address: the removed person may be
    /// erased meanwhile.
    #[must_use]
    pub fn removed(&self, now: Timestamp) -> Self {
        Self {
            // RFC 6761 section 6.4: a domain that never exists.
            email: EmailAddress::from_stored("removed@removed.invalid".into()),
            verified: false,
            first_name: None,
            last_name: None,
            state: MemberState::Removed,
            delivery: None,
            ..self.next(now)
        }
    }

    /// The membership after the erasure of its user: removed, without personal data.
    #[must_use]
    pub fn erased(&self, now: Timestamp) -> Self {
        Self {
            invitation: None,
            ..self.removed(now)
        }
    }

    /// The membership with the owner flag set to `owner`.
    #[must_use]
    pub fn owning(&self, owner: bool, now: Timestamp) -> Self {
        Self {
            owner,
            ..self.next(now)
        }
    }

    /// The membership of a former owner, who keeps or gets the role `admin`.
    #[must_use]
    pub fn disowned(&self, now: Timestamp) -> Self {
        Self {
            roles: self.roles.with(Role::Admin),
            ..self.owning(false, now)
        }
    }

    /// The pending invitation with one more mail, from `inviter`, or from the same person as before.
    ///
    /// # Errors
    ///
    /// [`Conflict::InvitationNotPending`]; [`Error::AddressSuppressed`] if the last mail did not arrive; those of
    /// [`Invitation::mailed`].
    pub fn invitation_again(
        &self,
        inviter: Option<UserId>,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<Invitation, Error> {
        let pending = self.state == MemberState::Invited;
        let invitation = self.invitation.as_ref().filter(|_| pending);
        let invitation = invitation.ok_or(Conflict::InvitationNotPending)?;
        let delivery = self.delivery.as_ref();
        if delivery.is_some_and(|mail| mail.state.is_dead()) {
            return Err(Error::AddressSuppressed);
        }
        invitation.mailed_again(
            inviter.or(invitation.inviter),
            limits.invitation_lifetime,
            limits.invitation_mails_per_member_and_hour,
            now,
        )
    }

    /// The member may become the account's owner, as far as the membership says.
    ///
    /// # Errors
    ///
    /// [`Conflict::MemberNotActive`].
    pub fn may_own(&self) -> Result<(), Conflict> {
        if self.is_active() {
            Ok(())
        } else {
            Err(Conflict::MemberNotActive)
        }
    }

    /// The membership with `invitation`, whose mail `change` asks for.
    #[must_use]
    pub fn invited(&self, invitation: Invitation, change: &Change, now: Timestamp) -> Self {
        Self {
            state: MemberState::Invited,
            invitation: Some(invitation),
            delivery: Some(Delivery::queued(change)),
            ..self.next(now)
        }
    }

    fn next(&self, now: Timestamp) -> Self {
        Self {
            updated_at: self.updated_at.max(now),
            version: self.version + 1,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests;
