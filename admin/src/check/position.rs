//! How far a check has come, in memory and in the file by which another run continues.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;

use serde::{Deserialize, Serialize};
use store::{Counted, RowKey, Segment};

use super::{Examined, Options};
use crate::{Connection, Failure};

/// The position of a check.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Position {
    table: String,
    segments: Vec<Part>,
    pub(super) rows: u64,
    pub(super) live_accounts: i64,
    /// How often accounts were counted before the first row was read.
    pub(super) accounts_version: u64,
    suspects: BTreeSet<(String, String)>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Part {
    end: bool,
    after: Option<(String, String)>,
}

impl Position {
    /// The beginning.
    pub(super) async fn new(options: &Options, connection: &Connection) -> Result<Self, Failure> {
        let accounts = connection.store.count(Counted::Accounts).await?;
        let segments = usize::try_from(options.segments.max(1)).unwrap_or(1);
        Ok(Self {
            table: connection.table().to_owned(),
            segments: vec![Part::default(); segments],
            rows: 0,
            live_accounts: 0,
            accounts_version: accounts.version,
            suspects: BTreeSet::new(),
        })
    }

    /// Where an earlier run was interrupted, if there is a file of it.
    pub(super) fn load(
        options: &Options,
        connection: &Connection,
    ) -> Result<Option<Self>, Failure> {
        let Some(path) = &options.state else {
            return Ok(None);
        };
        let unusable = |reason: String| Failure::Usage(format!("{}: {reason}", path.display()));
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(error.to_string())),
        };
        let position: Self = serde_json::from_str(&text)
            .map_err(|error| unusable(format!("it is no position of a check: {error}")))?;
        if position.table != connection.table() {
            let other = &position.table;
            return Err(unusable(format!(
                "it is of the table {other}, so name another file"
            )));
        }
        Ok(Some(position))
    }

    /// Keeps the position: the old file or the new one, never half of it.
    pub(super) fn save(&self, options: &Options) -> Result<(), Failure> {
        let Some(path) = &options.state else {
            return Ok(());
        };
        let failed = |error: &(dyn std::error::Error + 'static)| {
            Failure::unreachable(&path.display().to_string(), error)
        };
        let text = serde_json::to_vec(self).map_err(|error| failed(&error))?;
        let next = path.with_extension("next");
        let written = fs::write(&next, text).and_then(|()| fs::rename(&next, path));
        written.map_err(|error| failed(&error))
    }

    pub(super) fn segments(&self) -> i32 {
        i32::try_from(self.segments.len()).unwrap_or(i32::MAX)
    }

    /// The segments that have not come to their ends, and where each continues.
    pub(super) fn open(&self) -> Vec<(Segment, Option<RowKey>)> {
        let open = (0..).zip(&self.segments).filter(|(_, part)| !part.end);
        open.map(|(number, part)| {
            let segment = Segment {
                number,
                of: self.segments(),
            };
            let after = part.after.clone();
            (segment, after.map(|(pk, sk)| RowKey::new(pk, sk)))
        })
        .collect()
    }

    /// Notes that a page was examined.
    pub(super) fn note(&mut self, examined: Examined) {
        self.rows += examined.rows;
        self.live_accounts += examined.live_accounts;
        let suspects = examined.suspects.into_iter();
        self.suspects
            .extend(suspects.map(|key| (key.pk().to_owned(), key.sk().to_owned())));
        let part = usize::try_from(examined.segment).unwrap_or_default();
        if let Some(part) = self.segments.get_mut(part) {
            part.end = examined.next.is_none();
            part.after = examined
                .next
                .map(|key| (key.pk().to_owned(), key.sk().to_owned()));
        }
    }

    /// The rows to examine again.
    pub(super) fn suspects(&self) -> Vec<RowKey> {
        let suspects = self.suspects.iter().cloned();
        suspects.map(|(pk, sk)| RowKey::new(pk, sk)).collect()
    }
}

/// Removes the file: the check is done.
pub(super) fn forget(options: &Options) -> Result<(), Failure> {
    let Some(path) = &options.state else {
        return Ok(());
    };
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(Failure::unreachable(&path.display().to_string(), &error))
        }
        _ => Ok(()),
    }
}
