//! The whole service in one process, with nothing to install: the functions as they are deployed, around them what AWS would be
//! to them, and all of it as `template.yaml` declares it.
//!
//! The code under `functions/` and `shared/` does not know that it runs here.

mod aws;
mod bus;
mod data;
mod error;
mod events;
mod functions;
mod gateway;
mod listener;
mod mail;
mod options;
mod pages;
mod pattern;
mod random;
mod schedules;
mod secrets;
mod services;
#[cfg(test)]
mod smoke;
mod stack;
mod streams;
mod table;
pub mod tap;
pub mod template;

pub use error::StartError;
pub use mail::Mail;
pub use options::{External, Held, Options};
pub use stack::Stack;
pub use tap::Tap;
