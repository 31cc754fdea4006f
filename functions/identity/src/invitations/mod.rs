//! The public side of invitations: the holder of the mailed link may look, accept and decline.

pub(crate) mod accept;
pub(crate) mod decline;
mod link;
pub(crate) mod lookup;

pub(crate) use accept::answer as accepted;
pub(crate) use link::Invited;
