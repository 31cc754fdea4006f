//! `import`: people, accounts, memberships and invitations from a file of lines.
//!
//! The whole file is checked before anything is written. Each line is one write that has no second effect, so an import that was
//! stopped anywhere is begun again with the same command.

mod input;
mod look;
mod pace;
mod report;
mod rights;
mod state;
mod write;

use std::path::PathBuf;

use clap::Args;
use model::{Conflict, Error, Missing};
use store::LineOutcome;

use crate::lines::Line;
use crate::{Connection, Exit, Failure, Output};

use input::{Input, Kind};
use pace::Pace;
use report::Report;
use state::State;
use write::Writer;

/// What to import.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// A file of lines in the form of docs/import.schema.json
    file: PathBuf,
    /// Check the file and compare it with the table, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write units a second that the import uses at most
    #[arg(long, value_name = "UNITS", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
}

impl Command {
    /// All of `file`, as fast as it goes.
    pub(crate) fn all_of(file: PathBuf) -> Self {
        Self {
            file,
            dry_run: false,
            rate: u32::MAX,
        }
    }
}

/// Runs the command.
pub(crate) async fn run(
    command: &Command,
    connection: &Connection,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let input = Input::check(&command.file, output)?;
    let mut report = Report::new(command.dry_run);
    if command.dry_run {
        look::run(&input, connection, &mut report, output).await?;
    } else {
        Box::pin(write(&input, command, connection, &mut report, output)).await?;
    }
    report.answer(output)
}

async fn write(
    input: &Input,
    command: &Command,
    connection: &Connection,
    report: &mut Report,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut state = State::open(input, connection.table())?;
    if state.is_resumed() {
        output.remark(&format!(
            "goes on at line {} of the {}",
            state.line(),
            state.kind().name()
        ));
    }
    let keys = if input.has_secrets() {
        Some(connection.factor_keys().await?)
    } else {
        None
    };
    let writer = Writer::new(connection.clone(), keys, Pace::new(command.rate));
    let progress = output.progress("importing", Some(input.lines()));
    for kind in Kind::ALL {
        if kind < state.kind() {
            continue;
        }
        let written = writer.run(input, kind, &mut state, report, &progress, output);
        written.await?;
    }
    state.finish()
}

/// Why a line was refused, in a few words; `None` for what is no fault of the line.
pub(crate) fn refusal(result: &Result<LineOutcome, Error>) -> Option<String> {
    let reason = match result {
        Ok(LineOutcome::IdTaken) => {
            "the id belongs to something else, with another address or name"
        }
        Err(Error::EmailNotVerified) => {
            "the person has not proved the address, so an invitation is all that they may have"
        }
        Err(Error::Conflict(Conflict::EmailTaken)) => "the address belongs to another person",
        Err(Error::Conflict(Conflict::AccountNameTaken)) => "the name belongs to another account",
        Err(Error::Conflict(Conflict::AccountLimit)) => "the owner owns too many accounts",
        Err(Error::Missing(Missing::User)) => {
            "there is no such person, in the file or in the table"
        }
        Err(Error::Missing(Missing::Account)) => {
            "there is no such account, in the file or in the table"
        }
        Ok(LineOutcome::New | LineOutcome::Existing) | Err(_) => return None,
    };
    Some(reason.to_owned())
}

/// The kind of a line.
pub(crate) fn kind_of(line: &Line) -> Kind {
    match line {
        Line::User(_) => Kind::Users,
        Line::Account(_) => Kind::Accounts,
        Line::Membership(_) => Kind::Memberships,
        Line::Invitation(_) => Kind::Invitations,
    }
}
