//! `export`: the people, accounts, memberships and invitations of a stack, or of one account, as lines that `import` reads.

mod person;
mod records;
mod select;
mod sorted;
mod writer;

use std::path::PathBuf;

use clap::Args;
use model::AccountId;

use crate::commands::{self, users::Who};
use crate::{Connection, Exit, Failure, Output};

pub(crate) use records::Secrets;
use select::of_stack;

pub(crate) use select::of_account;
pub(crate) use writer::{line, write_lines};

/// What to export.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// Only this account, with its members
    #[arg(long, value_name = "ID", value_parser = account)]
    account: Option<AccountId>,
    /// Everything that the stack knows of this person, as one JSON document for them
    #[arg(long, value_name = "USER", conflicts_with_all = ["account", "with_secrets"])]
    person: Option<Who>,
    /// With the hashes of passwords and the secrets of authenticator apps; without them, each person gets a reset link at the first attempt to sign in
    #[arg(long)]
    with_secrets: bool,
    /// Into this file, which only its owner may read, instead of the standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs the command.
pub(crate) async fn run(
    command: &Command,
    connection: &Connection,
    output: &mut Output,
) -> Result<Exit, Failure> {
    if let Some(who) = &command.person {
        let user = commands::users::person(who, connection).await?;
        let data = person::personal_data(user, connection).await?;
        let text = serde_json::to_string_pretty(&data);
        let text = text.map_err(|error| Failure::unreachable("the answer", &error))?;
        match &command.output {
            Some(path) => writer::append(&mut writer::private_file(path)?, path, &text)?,
            None => output.line(&text)?,
        }
        return Ok(Exit::Done);
    }
    let secrets = if command.with_secrets {
        let known = connection.config.factor_secret.is_some();
        Secrets::With(if known {
            Some(Box::new(connection.factor_keys().await?))
        } else {
            None
        })
    } else {
        Secrets::Without
    };
    let records = match command.account {
        Some(account) => of_account(account, connection, &secrets, output).await?,
        None => of_stack(connection, &secrets, output).await?,
    };
    let skipped = match &command.output {
        Some(path) => {
            let mut file = writer::private_file(path)?;
            write_lines(records, |form| {
                writer::append(&mut file, path, &line(&form)?)
            })?
        }
        None => write_lines(records, |form| output.line(&line(&form)?))?,
    };
    if skipped > 0 {
        output.remark(&format!(
            "{skipped} memberships were left out: their account is deleted or their person erased"
        ));
    }
    Ok(Exit::Done)
}

fn account(text: &str) -> Result<AccountId, String> {
    AccountId::parse(text).map_err(|invalid| invalid.to_string())
}
