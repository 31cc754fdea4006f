//! `check`: see [`crate::check`].

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::check::{Finding, Options, Report, check};
use crate::text::columns;
use crate::{Connection, Exit, Failure, Output, Pace};

/// Whether the table is consistent.
#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pace: Pace,
    /// The parts of the table that are read beside each other
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(i32).range(1..=1_000_000))]
    segments: i32,
    /// How long a contradiction may last: as long as derived data may be behind
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    grace: u64,
    /// Mend what is derived from something that is right
    #[arg(long)]
    repair: bool,
    /// Keep the position in this file: after Ctrl-C the same command continues there
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
}

#[derive(Serialize)]
struct Shown<'a> {
    rows: u64,
    findings: &'a [Finding],
}

/// Runs the command.
pub(crate) async fn run(
    command: Check,
    connection: &Connection,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let options = Options {
        segments: command.segments,
        pace: command.pace,
        grace: Duration::from_secs(command.grace),
        derived: true,
        repair: command.repair,
        state: command.state,
    };
    if options.repair {
        let table = connection.table();
        output.confirm(&format!("This mends derived data in the table {table}"))?;
    }
    let interrupt = output.interrupt();
    let progress = output.progress("reading the table", None);
    let report = check(connection, &options, &progress, &interrupt).await;
    drop(progress);
    let report = report?;
    let shown = Shown {
        rows: report.rows,
        findings: &report.findings,
    };
    output.answer(&shown, || text(&report))?;
    Ok(if report.is_clean() {
        Exit::Done
    } else {
        Exit::Refused
    })
}

fn text(report: &Report) -> String {
    let rows = report.rows;
    if report.findings.is_empty() {
        return format!("{rows} rows are consistent");
    }
    let found = report.findings.iter().map(|finding| {
        let state = match (finding.repaired, finding.repairable) {
            (true, _) => "mended",
            (false, true) => "--repair mends it",
            (false, false) => "needs a person",
        };
        vec![
            finding.kind.code().to_owned(),
            finding.row.to_string().escape_debug().to_string(),
            finding.detail.escape_debug().to_string(),
            state.to_owned(),
        ]
    });
    let table = columns(
        &["code", "row", "what is wrong", ""],
        &found.collect::<Vec<_>>(),
    );
    format!(
        "{table}\n\n{} findings in {rows} rows",
        report.findings.len()
    )
}
