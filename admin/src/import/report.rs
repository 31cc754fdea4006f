//! What an import has done.

use std::collections::BTreeMap;

use model::Error;
use observe::Meter;
use serde::Serialize;
use store::LineOutcome;

use super::input::Kind;
use super::refusal;
use crate::text::columns;
use crate::{Exit, Failure, Output};

/// Counts of lines.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    new: u64,
    existing: u64,
    refused: u64,
}

/// What an import has done, or would do.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    dry_run: bool,
    #[serde(flatten)]
    counts: BTreeMap<&'static str, Counts>,
    /// As DynamoDB counted them.
    write_units: f64,
    read_units: f64,
}

impl Report {
    pub(crate) fn new(dry_run: bool) -> Self {
        Self {
            dry_run,
            counts: Kind::ALL
                .into_iter()
                .map(|kind| (kind.name(), Counts::default()))
                .collect(),
            write_units: 0.0,
            read_units: 0.0,
        }
    }

    /// Adds what a line consumed.
    pub(crate) fn consumed(&mut self, meter: &Meter) {
        self.write_units += meter.write();
        self.read_units += meter.read();
    }

    /// Notes what became of a line, and shows why it was refused.
    ///
    /// # Errors
    ///
    /// What is no fault of the line.
    pub(crate) fn note(
        &mut self,
        kind: Kind,
        line: u64,
        result: Result<LineOutcome, Error>,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let counts = self.counts.entry(kind.name()).or_default();
        if let Some(reason) = refusal(&result) {
            counts.refused += 1;
            output.remark(&format!("line {line}: {reason}"));
            return Ok(());
        }
        match result? {
            LineOutcome::New => counts.new += 1,
            LineOutcome::Existing | LineOutcome::IdTaken => counts.existing += 1,
        }
        Ok(())
    }

    /// Shows all of it.
    pub(crate) fn answer(&self, output: &mut Output) -> Result<Exit, Failure> {
        output.answer(self, || {
            let rows: Vec<_> = Kind::ALL
                .into_iter()
                .map(|kind| {
                    let counts = self.counts.get(kind.name()).copied().unwrap_or_default();
                    let numbers = [counts.new, counts.existing, counts.refused];
                    let mut row = vec![kind.name().to_owned()];
                    row.extend(numbers.iter().map(u64::to_string));
                    row
                })
                .collect();
            let table = columns(&["", "new", "existing", "refused"], &rows);
            if self.dry_run {
                format!("{table}\nNothing was written.")
            } else {
                let (write, read) = (self.write_units, self.read_units);
                format!("{table}\n{write} write units, {read} read units")
            }
        })?;
        let refused = self.counts.values().any(|counts| counts.refused > 0);
        Ok(if refused { Exit::Refused } else { Exit::Done })
    }
}
