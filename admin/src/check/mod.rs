//! Proves the invariants of `ARCHITECTURE.md` on the table itself.
//!
//! Every row is read once, segment by segment, and held against the rows that have to agree with it. Other requests change the table
//! meanwhile, and what is derived follows a moment later. So a contradiction is a suspicion first. In the end every suspicion is
//! examined again, until it is gone or [`Options::grace`] has passed; only what stays is a finding.
//!
//! Memory holds one page for each segment, and the keys of the suspicions.

mod examine;
mod expect;
mod finding;
mod position;
mod repair;
mod total;

use std::path::PathBuf;
use std::time::Duration;

use store::{RowKey, ScannedRow, Segment, Store, StoredRow};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::scan::{self, Pace, Throttle};
use crate::{Connection, Failure, Interrupt, Progress};

pub use finding::{Finding, Kind};

use examine::examine;
use position::Position;

/// The wait between two looks at the same suspicion.
const AGAIN: Duration = Duration::from_millis(500);
/// Suspicions that are examined together.
const TOGETHER: usize = 100;

/// How a table is checked.
#[derive(Clone, Debug)]
pub struct Options {
    /// The parts that are read beside each other.
    pub segments: i32,
    /// How fast.
    pub pace: Pace,
    /// How long a contradiction may last: as long as derived data may be behind.
    pub grace: Duration,
    /// Whether derived data is checked too, and not only facts.
    pub derived: bool,
    /// Whether what is derived is mended.
    pub repair: bool,
    /// Where the position is kept, so that an interrupted check continues.
    pub state: Option<PathBuf>,
}

/// What a check found.
#[derive(Debug, Default)]
pub struct Report {
    /// The rows that were read.
    pub rows: u64,
    /// What is wrong, mended or not.
    pub findings: Vec<Finding>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segments: 4,
            pace: Pace { rate: 500 },
            grace: Duration::from_secs(10),
            derived: true,
            repair: false,
            state: None,
        }
    }
}

impl Report {
    /// Whether nothing is wrong any more.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.iter().all(|finding| finding.repaired)
    }
}

/// Checks the table of `connection`.
///
/// # Errors
///
/// [`Failure::Unreachable`]; [`Failure::Interrupted`], with the position in the state file; [`Failure::Usage`] for a state file of
/// another table.
pub async fn check(
    connection: &Connection,
    options: &Options,
    progress: &Progress,
    interrupt: &Interrupt,
) -> Result<Report, Failure> {
    let throttle = Throttle::new(options.pace);
    let work = Check {
        connection,
        options,
        progress,
        interrupt,
        throttle: &throttle,
    };
    throttle.over(Box::pin(work.run())).await
}

struct Check<'a> {
    connection: &'a Connection,
    options: &'a Options,
    progress: &'a Progress,
    interrupt: &'a Interrupt,
    throttle: &'a Throttle,
}

/// What a page of a segment led to.
struct Examined {
    segment: i32,
    rows: u64,
    live_accounts: i64,
    suspects: Vec<RowKey>,
    next: Option<RowKey>,
}

impl Check<'_> {
    async fn run(&self) -> Result<Report, Failure> {
        let store = &self.connection.store;
        let mut position = match Position::load(self.options, self.connection)? {
            Some(position) => position,
            None => Position::new(self.options, self.connection).await?,
        };
        self.progress.advance(position.rows);
        self.read(&mut position).await?;
        self.progress.message("examining suspicions");
        let mut findings = self.confirm(&position.suspects()).await?;
        if self.options.derived {
            let off = total::account_count(store, &position, self.options.grace).await?;
            findings.extend(off);
        }
        if self.options.repair {
            self.progress.message("mending");
            for finding in &mut findings {
                repair::repair(self.connection, finding).await?;
            }
        }
        position::forget(self.options)?;
        findings.sort_by(|one, other| one.order().cmp(&other.order()));
        Ok(Report {
            rows: position.rows,
            findings,
        })
    }

    /// Reads all segments to their ends.
    async fn read(&self, position: &mut Position) -> Result<(), Failure> {
        let mut reading = JoinSet::new();
        for (segment, after) in position.open() {
            self.begin(&mut reading, segment, after);
        }
        while let Some(examined) = reading.join_next().await {
            let examined =
                examined.map_err(|error| Failure::unreachable("a segment", &error))??;
            self.progress.advance(examined.rows);
            let (segment, next) = (examined.segment, examined.next.clone());
            position.note(examined);
            position.save(self.options)?;
            if let Some(next) = next
                && !self.interrupt.is_pressed()
            {
                let segment = Segment {
                    number: segment,
                    of: position.segments(),
                };
                self.begin(&mut reading, segment, Some(next));
            }
        }
        if self.interrupt.is_pressed() {
            return Err(Failure::Interrupted(match &self.options.state {
                Some(path) => format!("interrupted; continue with --state {}", path.display()),
                None => "interrupted".into(),
            }));
        }
        Ok(())
    }

    /// Reads and examines one page beside the others.
    fn begin(
        &self,
        reading: &mut JoinSet<Result<Examined, Failure>>,
        segment: Segment,
        after: Option<RowKey>,
    ) {
        let (store, throttle) = (self.connection.store.clone(), self.throttle.clone());
        let derived = self.options.derived;
        reading.spawn(async move {
            throttle.wait().await;
            let page = throttle.over(examine_page(&store, segment, after, derived));
            Box::pin(page).await
        });
    }

    async fn examined(&self, rows: Vec<ScannedRow>) -> Result<Vec<Finding>, Failure> {
        Box::pin(examine(&self.connection.store, rows, self.options.derived)).await
    }

    /// Those of `suspects` that stay wrong, as findings.
    async fn confirm(&self, suspects: &[RowKey]) -> Result<Vec<Finding>, Failure> {
        let store = &self.connection.store;
        let until = Instant::now() + self.options.grace;
        let mut suspects = suspects.to_vec();
        loop {
            let mut findings = Vec::new();
            for together in suspects.chunks(TOGETHER) {
                self.throttle.wait().await;
                let rows = store.rows(together).await?.into_values().collect();
                findings.extend(self.examined(rows).await?);
            }
            if findings.is_empty() || Instant::now() >= until {
                return Ok(findings);
            }
            suspects = findings.iter().map(|finding| finding.row.clone()).collect();
            suspects
                .sort_unstable_by(|one, other| (one.pk(), one.sk()).cmp(&(other.pk(), other.sk())));
            suspects.dedup();
            tokio::time::sleep(AGAIN).await;
        }
    }
}

async fn examine_page(
    store: &Store,
    segment: Segment,
    after: Option<RowKey>,
    derived: bool,
) -> Result<Examined, Failure> {
    let page = scan::page(store, segment, after.as_ref()).await?;
    let live = page.rows.iter();
    let live = live.filter(|scanned| matches!(scanned.row, Ok(StoredRow::Account(_))));
    let (live, rows) = (live.count(), page.rows.len());
    let findings = examine(store, page.rows, derived).await?;
    Ok(Examined {
        segment: segment.number,
        rows: rows as u64,
        live_accounts: i64::try_from(live).unwrap_or(i64::MAX),
        suspects: findings.into_iter().map(|finding| finding.row).collect(),
        next: page.next,
    })
}
