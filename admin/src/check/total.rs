//! The number of live accounts, which is spread over many counters.

use std::time::Duration;

use store::{Counted, RowKey, Store};
use tokio::time::Instant;

use super::position::Position;
use super::{AGAIN, Finding, Kind};
use crate::Failure;

/// Compares the counters with what was read. Each account that came or went meanwhile may make a difference of one.
pub(super) async fn account_count(
    store: &Store,
    position: &Position,
    grace: Duration,
) -> Result<Option<Finding>, Failure> {
    let until = Instant::now() + grace;
    loop {
        let count = store.count(Counted::Accounts).await?;
        let changes = i64::try_from(count.version.saturating_sub(position.accounts_version));
        let off = count.count - position.live_accounts;
        if off.abs() <= changes.unwrap_or(i64::MAX) {
            return Ok(None);
        }
        if Instant::now() >= until {
            let (counted, read) = (count.count, position.live_accounts);
            let detail = format!("{counted} are counted, and there are {read}");
            let row = RowKey::accounts_count();
            return Ok(Some(Finding::new(Kind::AccountCountWrong, &row, detail)));
        }
        tokio::time::sleep(AGAIN).await;
    }
}
