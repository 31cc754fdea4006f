//! The mailbox: what the functions send through SES, caught and shown.

mod fate;
mod mailbox;
mod message;
mod page;
mod ses;

pub use mailbox::Mail;
pub(crate) use mailbox::Mailbox;
pub(crate) use page::router as page;
pub(crate) use ses::{fields, router as ses};
