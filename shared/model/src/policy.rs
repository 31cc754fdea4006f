//! What a deployment decides about persons.

use std::collections::HashSet;

use crate::rules::{Denied, User};

/// Who administers the platform, and what is asked of everybody.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Normal forms of the addresses whose verified holders administer the platform.
    pub platform_admins: HashSet<String>,
    /// Whether a caller's address has to be verified before anything else.
    pub require_verified_email: bool,
}

impl Policy {
    /// Whether `user` administers the platform: by a verified address on the list.
    #[must_use]
    pub fn is_platform_admin(&self, user: &User) -> bool {
        user.verified && self.platform_admins.contains(user.email.normal_form())
    }

    /// Whether `user` has to verify their address before anything else.
    #[must_use]
    pub fn requires_verification_of(&self, user: &User) -> bool {
        self.require_verified_email && !user.verified
    }

    /// Refuses `user` while they have to verify their address.
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
