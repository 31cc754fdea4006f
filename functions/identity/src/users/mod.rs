//! The caller's own profile, sessions and invitations.

pub(crate) mod erase;
pub(crate) mod invitation_list;
pub(crate) mod invitations;
pub(crate) mod me;
pub(crate) mod profile;
pub(crate) mod sessions;
