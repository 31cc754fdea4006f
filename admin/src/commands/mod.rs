//! One file for each noun of the command line.

pub(crate) mod accounts;
pub(crate) mod check;
pub(crate) mod events;
pub(crate) mod invitations;
pub(crate) mod mails;
pub(crate) mod rebuild;
pub(crate) mod users;

use clap::CommandFactory as _;
use serde::Serialize;

use crate::arguments::{Arguments, Command};
use crate::{Connection, Exit, Failure, Output};
use crate::{convert, export, import, pull, redrive, table};

/// What was done to what.
#[derive(Serialize)]
struct Done<'a> {
    r#type: &'a str,
    id: u64,
    outcome: &'a str,
}

/// Runs the command of `arguments`.
pub(crate) async fn run(arguments: Arguments, output: &mut Output) -> Result<Exit, Failure> {
    let command = match arguments.command {
        Command::Completions { shell } => return completions(shell, output),
        Command::Convert(command) => return convert::run(&command, output),
        command => command,
    };
    let interrupt = output.interrupt();
    let ends_by_itself = command.ends_by_itself();
    let work = async {
        match command {
            // These have to work where the functions or the table do not.
            Command::Redrive(command) => {
                Box::pin(redrive::run(&command, &arguments.at, output)).await
            }
            Command::Table(command) => Box::pin(table::run(&command, &arguments.at, output)).await,
            command => {
                let connection = Box::pin(Connection::open(&arguments.at)).await?;
                Box::pin(with(command, &connection, output)).await
            }
        }
    };
    tokio::select! {
        ended = work => ended,
        // What only reads is left where it is.
        () = interrupt.pressed(), if !ends_by_itself => Err(Failure::Interrupted("interrupted".into())),
    }
}

async fn with(
    command: Command,
    connection: &Connection,
    output: &mut Output,
) -> Result<Exit, Failure> {
    match command {
        Command::Users(command) => users::run(command, connection, output).await?,
        Command::Accounts(command) => accounts::run(command, connection, output).await?,
        Command::Invitations(command) => invitations::run(command, connection, output).await?,
        Command::Mails(command) => mails::run(&command, connection, output).await?,
        Command::Events(command) => events::run(&command, connection, output).await?,
        Command::Check(command) => return check::run(command, connection, output).await,
        Command::Rebuild(command) => return rebuild::run(&command, connection, output).await,
        Command::Import(command) => {
            return Box::pin(import::run(&command, connection, output)).await;
        }
        Command::Export(command) => {
            return Box::pin(export::run(&command, connection, output)).await;
        }
        Command::Pull(command) => {
            return Box::pin(pull::run(&command, connection, output)).await;
        }
        Command::Completions { .. }
        | Command::Convert(_)
        | Command::Redrive(_)
        | Command::Table(_) => {}
    }
    Ok(Exit::Done)
}

impl Command {
    /// Whether Ctrl-C leaves the end to the command: it finishes its write, or keeps what it has read.
    fn ends_by_itself(&self) -> bool {
        match self {
            Self::Users(command) => command.writes(),
            Self::Accounts(command) => command.writes(),
            Self::Redrive(command) => command.writes(),
            Self::Invitations(_)
            | Self::Events(_)
            | Self::Check(_)
            | Self::Rebuild(_)
            | Self::Import(_)
            | Self::Pull(_)
            | Self::Table(_) => true,
            Self::Mails(_) | Self::Export(_) | Self::Convert(_) | Self::Completions { .. } => false,
        }
    }
}

fn completions(shell: clap_complete::Shell, output: &mut Output) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "admin", &mut script);
    output.line(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

/// Answers that `done` was done to something that is no more.
fn done(output: &mut Output, kind: &str, id: u64, done: &str) -> Result<(), Failure> {
    let answer = Done {
        r#type: kind,
        id,
        outcome: done,
    };
    output.answer(&answer, || format!("{kind} {id} is {done}"))
}
