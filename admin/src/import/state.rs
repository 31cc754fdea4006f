//! How far an import has come, in a file beside its input. It only saves time: a line that is written again has no second effect.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::input::{Input, Kind};
use crate::Failure;

/// How often it is saved.
const EVERY: Duration = Duration::from_secs(1);

/// How far an import has come.
#[derive(Debug)]
pub(crate) struct State {
    path: PathBuf,
    saved: Saved,
    saved_at: Instant,
    resumed: bool,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Saved {
    /// The input, by its SHA-256 hash.
    input: String,
    table: String,
    kind: String,
    /// The first line of that kind that may not be written.
    line: u64,
}

impl State {
    /// How far the import of `input` into `table` has come.
    pub(crate) fn open(input: &Input, table: &str) -> Result<Self, Failure> {
        let mut path = input.path().as_os_str().to_owned();
        path.push(".import");
        let path = PathBuf::from(path);
        let begun: Option<Saved> = fs::read(&path)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let same = |saved: &Saved| saved.input == input.digest() && saved.table == table;
        let begun = begun.filter(same);
        let resumed = begun.is_some();
        let mut state = Self {
            path,
            saved: begun.unwrap_or_else(|| Saved {
                input: input.digest().to_owned(),
                table: table.to_owned(),
                kind: Kind::Users.name().to_owned(),
                line: 0,
            }),
            saved_at: Instant::now(),
            resumed,
        };
        state.save()?;
        Ok(state)
    }

    pub(crate) fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// The kind of lines at which it goes on.
    pub(crate) fn kind(&self) -> Kind {
        let named = |kind: &Kind| kind.name() == self.saved.kind;
        Kind::ALL.into_iter().find(named).unwrap_or(Kind::Users)
    }

    /// The line at which it goes on.
    pub(crate) fn line(&self) -> u64 {
        self.saved.line
    }

    /// Every line of `kind` before `line` is written.
    pub(crate) fn note(&mut self, kind: Kind, line: u64) -> Result<(), Failure> {
        kind.name().clone_into(&mut self.saved.kind);
        self.saved.line = line;
        if self.saved_at.elapsed() < EVERY {
            return Ok(());
        }
        self.save()
    }

    /// Saves it now.
    pub(crate) fn save(&mut self) -> Result<(), Failure> {
        self.saved_at = Instant::now();
        let text = serde_json::to_vec(&self.saved).unwrap_or_default();
        let mut next = self.path.clone().into_os_string();
        next.push(".next");
        let written = fs::File::create(&next).and_then(|mut file| {
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&next, &self.path)
        });
        written.map_err(|error| Failure::Usage(format!("{}: {error}", self.path.display())))
    }

    /// Everything is written.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        fs::remove_file(&self.path)
            .map_err(|error| Failure::Usage(format!("{}: {error}", self.path.display())))
    }
}
