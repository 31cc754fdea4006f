//! An invitation: the part of a membership that waits for an answer, and its mails.

use super::link::{Link, LinkState, PendingLink};
use super::mailed::one_more_mail;
use super::member::{Member, MemberState};
use crate::error::{Conflict, Error, Missing};
use crate::values::{Timestamp, UserId};

/// The invitation of a user into an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The link that answers it. It is kept after the answer, so that a used link differs from a forged one.
    pub link: PendingLink,
    /// The inviter. Their name is looked up when it is shown, so that no copy of it outlives them. `None` for invitations from before
    /// the id was kept.
    pub inviter: Option<UserId>,
    /// The times of its mails in the last hour, oldest first.
    pub mailed_at: Vec<Timestamp>,
    /// The number of its mails.
    pub mails: u32,
    /// Whether its mail is the notice of a member who was added: its link leaves the account.
    pub notice: bool,
}

/// Proof that a membership's invitation is pending and may be answered.
#[derive(Debug)]
pub struct Answerable<'a>(&'a Invitation);

impl Invitation {
    /// A new invitation with its first mail at `now`, if the limit `per_hour` allows it. The mails of a `previous` invitation
    /// to the same member count.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyRequests`], with the seconds until the limit allows one more mail.
    pub fn mailed(
        previous: Option<&Self>,
        inviter: UserId,
        lifetime: i64,
        per_hour: usize,
        now: Timestamp,
    ) -> Result<Self, Error> {
        Self::with_first_mail(previous, Some(inviter), lifetime, per_hour, now)
    }

    fn with_first_mail(
        previous: Option<&Self>,
        inviter: Option<UserId>,
        lifetime: i64,
        per_hour: usize,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let earlier = previous.map_or(&[][..], |previous| &previous.mailed_at);
        Ok(Self {
            mailed_at: one_more_mail(earlier, per_hour, now)?,
            link: PendingLink::new(lifetime, now),
            inviter,
            mails: 1,
            notice: false,
        })
    }

    /// The same invitation with one more mail and a new link at `now`, if the limit `per_hour` allows it.
    ///
    /// # Errors
    ///
    /// Those of [`Self::mailed`].
    pub fn mailed_again(
        &self,
        inviter: Option<UserId>,
        lifetime: i64,
        per_hour: usize,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let once_more = Self::with_first_mail(Some(self), inviter, lifetime, per_hour, now)?;
        Ok(Self {
            mails: self.mails.saturating_add(1),
            ..once_more
        })
    }

    /// The time of the last mail.
    #[must_use]
    pub fn sent_at(&self) -> Option<Timestamp> {
        self.mailed_at.last().copied()
    }

    /// The same as the notice of a member who is active at once.
    #[must_use]
    pub fn as_notice(self) -> Self {
        Self {
            notice: true,
            ..self
        }
    }
}

impl<'a> Answerable<'a> {
    /// The invitation of `member` that `link` accepts at `now`.
    ///
    /// # Errors
    ///
    /// [`Missing::Invitation`] if it was revoked, declined or replaced. [`Conflict::InvitationNotPending`] if it was
    /// accepted. [`Error::InvitationExpired`] if it is too old.
    pub fn new(member: Option<&'a Member>, link: &Link, now: Timestamp) -> Result<Self, Error> {
        Self::by_link(member, link, now, |member, _| {
            member.state == MemberState::Invited
        })
    }

    /// The invitation of `member` that `link` declines at `now`. The link of a notice declines the membership itself.
    ///
    /// # Errors
    ///
    /// Those of [`Self::new`].
    pub fn declinable(
        member: Option<&'a Member>,
        link: &Link,
        now: Timestamp,
    ) -> Result<Self, Error> {
        Self::by_link(member, link, now, |member, invitation| {
            member.state == MemberState::Invited || invitation.notice
        })
    }

    fn by_link(
        member: Option<&'a Member>,
        link: &Link,
        now: Timestamp,
        is_pending: impl FnOnce(&Member, &Invitation) -> bool,
    ) -> Result<Self, Error> {
        let member = member.filter(|member| member.state != MemberState::Removed);
        let member = member.ok_or(Missing::Invitation)?;
        let invitation = member.invitation.as_ref().ok_or(Missing::Invitation)?;
        match invitation.link.state_of(link, now) {
            LinkState::Replaced => Err(Missing::Invitation.into()),
            _ if !is_pending(member, invitation) => Err(Conflict::InvitationNotPending.into()),
            LinkState::Expired => Err(Error::InvitationExpired),
            LinkState::Works => Ok(Self(invitation)),
        }
    }

    /// The invitation of `member` that the person may answer at `now` without the link, signed in and with a verified address.
    /// A member who was added without an invitation has none to answer.
    ///
    /// # Errors
    ///
    /// Those of [`Self::new`].
    pub fn by_holder(member: Option<&'a Member>, now: Timestamp) -> Result<Self, Error> {
        let member = member.filter(|member| member.state != MemberState::Removed);
        let member = member.ok_or(Missing::Invitation)?;
        let invitation = member.invitation.as_ref();
        let invitation = invitation
            .filter(|invitation| !invitation.notice)
            .ok_or(Missing::Invitation)?;
        if member.state != MemberState::Invited {
            Err(Conflict::InvitationNotPending.into())
        } else if invitation.link.expires_at <= now {
            Err(Error::InvitationExpired)
        } else {
            Ok(Self(invitation))
        }
    }

    /// The invitation.
    #[must_use]
    pub fn invitation(&self) -> &'a Invitation {
        self.0
    }
}

#[cfg(test)]
mod tests;
