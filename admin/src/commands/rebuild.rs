//! `rebuild`: makes derived data anew (`docs/rebuild.md`).

use std::time::Duration;

use clap::Args;
use model::AccountId;
use serde::Serialize;
use store::{Counted, ReadRange};

use super::accounts::{Which, id};
use crate::scan::{Pace, Throttle};
use crate::{Connection, Exit, Failure, Output};

/// Accounts that one read of the index takes.
const PAGE: usize = 100;
/// How often an account is tried while others change it, or while its changes are on their way.
const TRIES: u32 = 20;
/// The wait between two tries.
const WAIT: Duration = Duration::from_millis(500);

/// Derived data made anew.
#[derive(Debug, Args)]
pub(crate) struct Rebuild {
    /// Only that of this account, by its id or its name
    account: Option<Which>,
    #[command(flatten)]
    pace: Pace,
}

/// What was rebuilt.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rebuilt {
    /// Accounts whose derived data is right now.
    accounts: u64,
    /// Accounts with changes that are not processed yet.
    again: Vec<AccountId>,
    /// How many live accounts there are, where they were counted.
    counted: Option<i64>,
}

/// Runs the command.
pub(crate) async fn run(
    command: &Rebuild,
    connection: &Connection,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let throttle = Throttle::new(command.pace);
    let work = Box::pin(rebuild(command, connection, output, &throttle));
    let rebuilt = throttle.over(work).await?;
    output.answer(&rebuilt, || rebuilt.text())?;
    Ok(if rebuilt.again.is_empty() {
        Exit::Done
    } else {
        Exit::Refused
    })
}

async fn rebuild(
    command: &Rebuild,
    connection: &Connection,
    output: &Output,
    throttle: &Throttle,
) -> Result<Rebuilt, Failure> {
    let mut rebuilt = Rebuilt::default();
    if let Some(account) = &command.account {
        let account = id(account, connection).await?;
        rebuilt.note(account, one(account, connection).await?);
        return Ok(rebuilt);
    }
    let store = &connection.store;
    let counted = store.count(Counted::Accounts).await?.count;
    let progress = output.progress("accounts", u64::try_from(counted).ok());
    let interrupt = output.interrupt();
    let mut after = None;
    loop {
        let range = ReadRange {
            after,
            backwards: false,
            limit: PAGE,
        };
        let page = store.every_account(range, None).await?;
        for account in page.rows {
            throttle.wait().await;
            if interrupt.is_pressed() {
                return Err(Failure::Interrupted(format!(
                    "interrupted: {} accounts are done",
                    rebuilt.accounts
                )));
            }
            rebuilt.note(account.id, one(account.id, connection).await?);
            progress.advance(1);
        }
        if page.end {
            rebuilt.counted = count_accounts(connection).await?;
            return Ok(rebuilt);
        }
        after = page.last;
    }
}

/// Whether the derived data of `account` is right now.
async fn one(account: AccountId, connection: &Connection) -> Result<bool, Failure> {
    for _ in 0..TRIES {
        let rebuilt = connection.store.rebuild(account, connection.clock.now());
        if Box::pin(rebuilt).await? {
            return Ok(true);
        }
        tokio::time::sleep(WAIT).await;
    }
    Ok(false)
}

/// Counts the live accounts in the index. `None` if other changes interfere with every try.
async fn count_accounts(connection: &Connection) -> Result<Option<i64>, Failure> {
    let store = &connection.store;
    for _ in 0..TRIES {
        let snapshot = store.count(Counted::Accounts).await?;
        let live = store.live_accounts().await?;
        if store.set_count(Counted::Accounts, snapshot, live).await? {
            return Ok(Some(live));
        }
        tokio::time::sleep(WAIT).await;
    }
    Ok(None)
}

impl Rebuilt {
    fn note(&mut self, account: AccountId, right: bool) {
        if right {
            self.accounts += 1;
        } else {
            self.again.push(account);
        }
    }

    fn text(&self) -> String {
        let mut lines = vec![format!("{} accounts are right", self.accounts)];
        lines.extend(
            self.counted
                .map(|counted| format!("{counted} accounts live")),
        );
        if !self.again.is_empty() {
            let again: Vec<_> = self.again.iter().map(ToString::to_string).collect();
            lines.push(format!(
                "changes of these accounts are still on their way, so try again later: {}",
                again.join(" ")
            ));
        }
        lines.join("\n")
    }
}
