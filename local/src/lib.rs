//! The whole service in one process, with nothing to install: the functions as they are deployed, around them what AWS would be
//! to them, and all of it as `template.yaml` declares it.
//!
//! The code under `functions/` and `shared/` does not know that it runs here.

mod aws;
mod clock;
mod console;
mod data;
mod error;
pub mod faults;
mod iam;
mod listener;
mod loopback;
mod options;
mod random;
mod requests;
pub mod sam;
#[cfg(test)]
mod smoke;
mod stack;
pub mod terminal;
pub mod tour;

pub use aws::ses::Mail;
pub use error::StartError;
pub use faults::Interceptor;
pub use options::{External, Options};
pub use stack::Stack;

/// The embedded table makes maps of every item that it reads: with glibc's allocator, a list takes half as long again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
