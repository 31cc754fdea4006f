//! The binary: see the library.

use std::process::ExitCode;

use admin::Output;

#[tokio::main]
async fn main() -> ExitCode {
    admin::run(std::env::args_os(), &mut Output::terminal())
        .await
        .into()
}
