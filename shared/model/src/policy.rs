//! A deployment's policy about persons.

use std::collections::HashSet;

use crate::rules::{Denied, User};

/// The platform administrators, and the requirements for all persons.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The normal forms of the platform administrators' addresses.
    pub platform_admins: HashSet<String>,
    /// Whether a caller's address must be verified first.
    pub require_verified_email: bool,
    /// Whether persons may enrol second factors. Those that are enrolled are asked for in any case.
    pub second_factors: bool,
}

impl Policy {
    /// Whether `user` is a platform administrator: a verified address on the list.
    #[must_use]
    pub fn is_platform_admin(&self, user: &User) -> bool {
        user.verified && self.platform_admins.contains(user.email.normal_form())
    }

    /// Refuses a `user` who is no platform administrator.
    ///
    /// # Errors
    ///
    /// [`Denied::Role`].
    pub fn require_platform_admin(&self, user: &User) -> Result<(), Denied> {
        if self.is_platform_admin(user) {
            Ok(())
        } else {
            Err(Denied::Role)
        }
    }

    /// Whether `user` must verify the address first.
    #[must_use]
    pub fn requires_verification_of(&self, user: &User) -> bool {
        self.require_verified_email && !user.verified
    }

    /// Refuses a `user` who must verify the address first.
    ///
    /// # Errors
    ///
    /// [`Denied::Unverified`].
    pub fn require_verified(&self, user: &User) -> Result<(), Denied> {
        if self.requires_verification_of(user) {
            return Err(Denied::Unverified);
        }
        Ok(())
    }
}
