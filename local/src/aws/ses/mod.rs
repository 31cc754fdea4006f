//! SES: takes the mails that the functions send, keeps them in a mailbox and simulates their delivery.

mod mailbox;
mod message;
mod send;
mod simulated_delivery;

pub use mailbox::Mail;
pub(crate) use mailbox::Mailbox;
pub(crate) use send::{fields, router};
