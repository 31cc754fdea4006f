//! Changing one's address: a request, its confirmation by a link to the new address, and its undoing by a link to the old one.

pub(crate) mod confirm;
pub(crate) mod request;
pub(crate) mod undo;
