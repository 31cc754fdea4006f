//! A caller's rights in an account (contract, *Who may do what*).

use super::account::{Account, AccountPatch};
use super::authentication::Assurance;
use super::member::Member;
use super::user::{Session, User};
use crate::error::Error;
use crate::values::{AccountStatus, DecidedBy, Roles};

/// The reason for refusing a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The roles do not allow it, or the caller does not belong to the account.
    Role,
    /// The account is suspended.
    Suspended,
    /// The caller's address has to be verified first.
    Unverified,
    /// The account wants two factors, and the caller's session has one.
    SecondFactor,
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Role => Self::Unauthorized,
            Denied::Suspended => Self::AccountSuspended,
            Denied::Unverified => Self::EmailNotVerified,
            Denied::SecondFactor => Self::AccountRequiresSecondFactor,
        }
    }
}

/// The extent of a manager's rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Authority {
    /// Holds `manage`: gives and takes every role but `admin`.
    Manage,
    /// Holds `admin`: gives and takes every role.
    Admin,
    /// Owns the account: has every right, with any roles.
    Owner,
}

/// A caller's access to one account, from one consistent read.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The caller.
    pub user: User,
    /// The caller's session.
    pub session: Session,
    /// The account.
    pub account: Account,
    /// The caller's membership in it, in any state.
    pub member: Option<Member>,
    /// Whether the caller administers the platform.
    pub platform_admin: bool,
    /// Whether the caller's address must be verified first, and is not.
    pub held_back: bool,
}

impl Standing {
    /// The caller may read the account and its members.
    ///
    /// # Errors
    ///
    /// [`Denied`], unless the caller is an active member or a platform administrator.
    pub fn may_read(&self) -> Result<(), Denied> {
        self.verified()?;
        if self.platform_admin || self.active_member().is_some() {
            self.strong()
        } else {
            Err(Denied::Role)
        }
    }

    /// The caller may read the audit trail, also of a suspended account.
    ///
    /// # Errors
    ///
    /// [`Denied`], unless the caller is a manager or a platform administrator.
    pub fn may_audit(&self) -> Result<(), Denied> {
        self.verified()?;
        if self.platform_admin {
            return self.strong();
        }
        self.authority().map(|_| ())
    }

    /// The caller may change the account's members, to the extent of the returned authority.
    ///
    /// # Errors
    ///
    /// [`Denied`] without the manage role, and in a suspended account.
    pub fn may_manage(&self) -> Result<Authority, Denied> {
        let authority = self.authority()?;
        self.unsuspended()?;
        Ok(authority)
    }

    /// The caller may change the account itself by `patch`, also a suspended one. Answers who decides.
    ///
    /// # Errors
    ///
    /// [`Denied`] without the manage role, and to reactivate what the platform has suspended; also to say whether the account
    /// requires a second factor, from a session with one. A platform administrator may change the status without it.
    pub fn may_change(&self, patch: &AccountPatch) -> Result<DecidedBy, Denied> {
        let managed = self.authority().and_then(|_| {
            let lifts = patch.status == Some(AccountStatus::Active);
            if patch.require_second_factor.is_some() && self.assurance() == Assurance::One {
                return Err(Denied::SecondFactor);
            }
            if lifts && self.account.suspended_by == Some(DecidedBy::Platform) {
                return Err(Denied::Suspended);
            }
            Ok(DecidedBy::Account)
        });
        managed.or_else(|denied| {
            if patch.is_status_only() {
                self.as_platform(denied)
            } else {
                Err(denied)
            }
        })
    }

    /// The caller may delete the account. Answers who decides.
    ///
    /// # Errors
    ///
    /// [`Denied`], unless the caller owns the account and it is not suspended, or is a platform administrator.
    pub fn may_delete(&self) -> Result<DecidedBy, Denied> {
        self.may_hand_over()
    }

    /// The caller may hand the account over: its owner by an offer, the platform at once. Answers who decides.
    ///
    /// # Errors
    ///
    /// [`Denied`], unless the caller owns the account and it is not suspended, or is a platform administrator.
    pub fn may_hand_over(&self) -> Result<DecidedBy, Denied> {
        let owned = self.may_withdraw().and_then(|()| self.unsuspended());
        owned
            .map(|()| DecidedBy::Account)
            .or_else(|denied| self.as_platform(denied))
    }

    /// The caller may withdraw an offer of the ownership, also in a suspended account.
    ///
    /// # Errors
    ///
    /// [`Denied`], unless the caller owns the account. The account says who does, so that this needs no membership.
    pub fn may_withdraw(&self) -> Result<(), Denied> {
        self.verified()?;
        if self.account.owner == self.user.id {
            self.strong()
        } else {
            Err(Denied::Role)
        }
    }

    /// The caller may accept an offer of the ownership.
    ///
    /// # Errors
    ///
    /// [`Denied`], unless the caller is an active member and the account is not suspended.
    pub fn may_accept_ownership(&self) -> Result<&Member, Denied> {
        let member = self.may_decline_ownership()?;
        self.unsuspended()?;
        Ok(member)
    }

    /// The caller may decline an offer of the ownership, also in a suspended account.
    ///
    /// # Errors
    ///
    /// [`Denied`], unless the caller is an active member.
    pub fn may_decline_ownership(&self) -> Result<&Member, Denied> {
        self.verified()?;
        let member = self.active_member().ok_or(Denied::Role)?;
        self.strong()?;
        Ok(member)
    }

    /// The caller may restore the account if it is deleted. For one that is not, this changes nothing.
    ///
    /// # Errors
    ///
    /// [`Denied`], unless the caller owns the account or is a platform administrator.
    pub fn may_restore(&self) -> Result<(), Denied> {
        self.may_withdraw()
            .or_else(|denied| self.as_platform(denied).map(|_| ()))
    }

    /// The caller's own membership: active, invited or suspended. Leaving takes no more, except that the owner stays
    /// ([`Member::may_go`]) and an unproven person has nothing to leave in accounts of others.
    ///
    /// # Errors
    ///
    /// [`Denied`] without one.
    pub fn membership(&self) -> Result<&Member, Denied> {
        let member = self.member.as_ref();
        let member = member.filter(|member| member.status().is_some());
        let member = member.filter(|_| self.account.admits(&self.user));
        member.ok_or(Denied::Role)
    }

    fn authority(&self) -> Result<Authority, Denied> {
        self.verified()?;
        let member = self.active_member().ok_or(Denied::Role)?;
        self.strong()?;
        if member.owner {
            Ok(Authority::Owner)
        } else if member.roles.has_admin() {
            Ok(Authority::Admin)
        } else if member.roles.can_manage() {
            Ok(Authority::Manage)
        } else {
            Err(Denied::Role)
        }
    }

    /// The platform decides, if the caller administers it and has neither to verify an address nor to use a second factor first.
    fn as_platform(&self, denied: Denied) -> Result<DecidedBy, Denied> {
        if !self.platform_admin || denied == Denied::Unverified {
            return Err(denied);
        }
        self.strong()?;
        Ok(DecidedBy::Platform)
    }

    /// The strength of the caller's session.
    #[must_use]
    pub fn assurance(&self) -> Assurance {
        self.user.assurance(&self.session)
    }

    /// The session has as many factors as the account wants. Leaving does not ask.
    fn strong(&self) -> Result<(), Denied> {
        if self.account.require_second_factor && self.assurance() == Assurance::One {
            return Err(Denied::SecondFactor);
        }
        Ok(())
    }

    fn verified(&self) -> Result<(), Denied> {
        if self.held_back {
            return Err(Denied::Unverified);
        }
        Ok(())
    }

    fn unsuspended(&self) -> Result<(), Denied> {
        if self.account.is_active() {
            Ok(())
        } else {
            Err(Denied::Suspended)
        }
    }

    fn active_member(&self) -> Option<&Member> {
        let member = self.member.as_ref().filter(|member| member.is_active());
        member.filter(|_| self.account.admits(&self.user))
    }
}

impl Authority {
    /// This authority may give `roles`.
    ///
    /// # Errors
    ///
    /// [`Denied::Role`] for `admin`, from an authority below `admin`.
    pub fn may_give(self, roles: &Roles) -> Result<(), Denied> {
        if roles.has_admin() && self < Self::Admin {
            return Err(Denied::Role);
        }
        Ok(())
    }

    /// This authority may change or remove `member`.
    ///
    /// # Errors
    ///
    /// [`Denied::Role`] for the owner's membership, unless this is the owner's authority; for an `admin`'s membership, from an
    /// authority below `admin`.
    pub fn may_touch(self, member: &Member) -> Result<(), Denied> {
        if member.owner && self < Self::Owner {
            return Err(Denied::Role);
        }
        self.may_give(&member.roles)
    }

    /// This authority may invite `member` again, whose membership is removed or expired, with other roles. A removed member has
    /// no roles to lose. An expired invitation still has its roles.
    ///
    /// # Errors
    ///
    /// [`Denied::Role`] for an expired invitation with `admin`, from an authority below `admin`.
    pub fn may_replace(self, member: &Member) -> Result<(), Denied> {
        match member.status() {
            Some(_) => self.may_touch(member),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
