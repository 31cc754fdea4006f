//! One file for each noun of the command line.

pub(crate) mod users;

use clap::CommandFactory as _;

use crate::arguments::{Arguments, Command};
use crate::{Connection, Exit, Failure, Output};

/// Runs the command of `arguments`.
pub(crate) async fn run(arguments: Arguments, output: &mut Output) -> Result<Exit, Failure> {
    let command = match arguments.command {
        Command::Completions { shell } => return completions(shell, output),
        command => command,
    };
    let connection = Box::pin(Connection::open(&arguments.at)).await?;
    match command {
        Command::Users(command) => Box::pin(users::run(command, &connection, output)).await?,
        Command::Completions { .. } => {}
    }
    Ok(Exit::Done)
}

fn completions(shell: clap_complete::Shell, output: &mut Output) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "admin", &mut script);
    output.line(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
