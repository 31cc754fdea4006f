//! `pull`: one account of a stack in a local one, with invented people, so that a failure can be looked at with a debugger.

mod anonymous;
mod inventions;

use std::io::Write as _;

use clap::Args;
use model::AccountId;

use crate::export::{Secrets, line, of_account, write_lines};
use crate::import;
use crate::{Connection, Exit, Failure, Output};

/// What to pull.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// The account
    #[arg(value_parser = account)]
    account: AccountId,
    /// Replace names, addresses and descriptions by inventions; nothing is pulled without it
    #[arg(long, required = true)]
    anonymise: bool,
    /// The local stack that gets the account
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:3000")]
    into: String,
}

/// Runs the command.
pub(crate) async fn run(
    command: &Command,
    connection: &Connection,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let target = Connection::to_local(&command.into).await?;
    let records = of_account(command.account, connection, &Secrets::Without, output).await?;
    let folder = tempfile::tempdir().map_err(|error| failed(&error))?;
    let path = folder.path().join("lines.ndjson");
    let mut file = std::fs::File::create(&path).map_err(|error| failed(&error))?;
    write_lines(records, |form| {
        let text = line(&anonymous::form(form))?;
        writeln!(file, "{text}").map_err(|error| failed(&error))
    })?;
    let ended = Box::pin(import::run(&import::Command::all_of(path), &target, output)).await?;
    let password = anonymous::PASSWORD;
    output.remark(&format!("who has a password signs in with: {password}"));
    Ok(ended)
}

fn failed(error: &std::io::Error) -> Failure {
    Failure::unreachable("a temporary file", error)
}

fn account(text: &str) -> Result<AccountId, String> {
    AccountId::parse(text).map_err(|invalid| invalid.to_string())
}
