//! The operators' command, for the local stack and for AWS: looks at people, accounts and mails, acts on them through the same
//! rules and the same store as the API, and proves that the table is consistent.
//!
//! It must not know HTTP functions: what they and this command both need is in `model` and `store`.

mod arguments;
pub mod check;
mod commands;
mod connection;
mod convert;
mod exit;
mod export;
mod import;
mod interrupt;
pub mod lines;
mod output;
mod progress;
mod pull;
mod redrive;
mod scan;
mod table;
mod text;

use std::ffi::OsString;

use clap::Parser as _;

use arguments::Arguments;

pub use connection::Connection;
pub use exit::{Exit, Failure};
pub use interrupt::Interrupt;
pub use output::Output;
pub use progress::Progress;
pub use scan::Pace;

/// Runs one command line, the program's name first, and says how it ended. What it answers goes to `output`.
pub async fn run(arguments: impl IntoIterator<Item = OsString>, output: &mut Output) -> Exit {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(shown) => return output.usage(&shown),
    };
    output.configure(arguments.json, arguments.yes);
    match commands::run(arguments, output).await {
        Ok(exit) => exit,
        Err(failure) => output.failure(&failure),
    }
}
