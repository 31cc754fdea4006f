//! A caller's rights in an account (contract, *Who may do what*).

use super::account::{Account, AccountPatch};
use super::member::Member;
use super::user::User;
use crate::error::Error;
use crate::values::Roles;

/// The reason for refusing a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The roles do not allow it, or the caller does not belong to the account.
    Role,
    /// The account is suspended.
    Suspended,
    /// The caller's address has to be verified first.
    Unverified,
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Role => Self::Unauthorized,
            Denied::Suspended => Self::AccountSuspended,
            Denied::Unverified => Self::EmailNotVerified,
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
    /// Owns the account: has every right, whatever the roles.
    Owner,
}

/// A caller's access to one account, from one consistent read.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The caller.
    pub user: User,
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
            Ok(())
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
            return Ok(());
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

    /// The caller may change the account itself by `patch`, also a suspended one.
    ///
    /// # Errors
    ///
    /// [`Denied`] without the manage role. A platform administrator may change the status without it.
    pub fn may_change(&self, patch: &AccountPatch) -> Result<(), Denied> {
        self.verified()?;
        if self.platform_admin && patch.is_status_only() {
            return Ok(());
        }
        self.authority().map(|_| ())
    }

    /// The caller may delete the account.
    ///
    /// # Errors
    ///
    /// [`Denied`], unless the caller owns the account and it is not suspended, or is a platform administrator.
    pub fn may_delete(&self) -> Result<(), Denied> {
        self.verified()?;
        if self.platform_admin {
            return Ok(());
        }
        self.may_transfer()
    }

    /// The caller may transfer the account.
    ///
    /// # Errors
    ///
    /// [`Denied`], unless the caller owns the account and it is not suspended.
    pub fn may_transfer(&self) -> Result<(), Denied> {
        self.may_restore()?;
        self.unsuspended()
    }

    /// The caller may restore the account if it is deleted.
    ///
    /// # Errors
    ///
    /// [`Denied`], unless the caller owns the account.
    pub fn may_restore(&self) -> Result<(), Denied> {
        if self.authority()? < Authority::Owner {
            return Err(Denied::Role);
        }
        Ok(())
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
