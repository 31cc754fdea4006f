//! `table`: the way back to an earlier state of the stack's table.
//!
//! A restored table stands beside the old one until the stack is led to it. `docs/operations.md` has the whole order of things.

mod lead;
mod literal;
mod restore;
mod settings;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::TableDescription;
use clap::{Args, Subcommand};

use crate::connection::At;
use crate::{Exit, Failure, Output};
use restore::When;

/// The table's logical id in the template.
const LOGICAL: &str = "Table";

/// What to do with the table.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Restore the table to a point in time, as a new table beside it; nothing that is in use changes
    Restore(Restore),
    /// Lead the stack to a restored table, and make it the stack's own, in two updates
    Use(Use),
}

/// A new table with the old one's items as they were.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The name of the new table
    name: String,
    /// As in 2026-06-02T10:30:00Z, within the last 35 days; `latest` is some minutes ago
    #[arg(long, value_name = "TIME", default_value = "latest")]
    at: When,
}

/// A restored table.
#[derive(Debug, Args)]
pub(crate) struct Use {
    /// The name of the table
    name: String,
}

/// Runs the command.
pub(crate) async fn run(command: &Command, at: &At, output: &mut Output) -> Result<Exit, Failure> {
    let Some(stack) = at.stack.as_deref() else {
        let reason = "the table of a deployed stack alone can be restored: name it with --stack";
        return Err(Failure::Usage(reason.into()));
    };
    let caller = at.caller().await?;
    caller.region()?;
    match command {
        Command::Restore(command) => restore::run(command, stack, &caller, output).await?,
        Command::Use(command) => lead::run(&command.name, stack, &caller, output).await?,
    }
    Ok(Exit::Done)
}

/// The table `name`. `None`: there is none.
async fn describe(client: &Client, name: &str) -> Result<Option<TableDescription>, Failure> {
    let described = client.describe_table().table_name(name).send().await;
    match described {
        Ok(described) => Ok(described.table),
        Err(error) => match error.as_service_error() {
            Some(refused) if refused.is_resource_not_found_exception() => Ok(None),
            _ => Err(failure("DescribeTable", &error)),
        },
    }
}

/// What DynamoDB refused, as one line.
fn failure<E>(action: &str, error: &E) -> Failure
where
    E: aws_sdk_dynamodb::error::ProvideErrorMetadata + std::error::Error + 'static,
{
    let action = format!("dynamodb:{action}");
    match error.message() {
        Some(message) => Failure::Unreachable(format!("{action}: {message}")),
        None => Failure::unreachable(&action, error),
    }
}
