//! Accounts that may not be restored any more: every row of their partition, their own last.

use runtime::model::AccountId;
use runtime::store::RowKey;

use crate::run::{Run, Stop};

/// Deletions that one `BatchWriteItem` takes.
const BATCH: usize = 25;
/// Seconds after which every request has ended that saw an account alive: API Gateway waits 29 seconds for one.
const SETTLED: i64 = 60;

impl Run<'_> {
    /// The accounts in the order of their deletion, as far as the time allows.
    pub(crate) async fn clear_accounts(&mut self) -> Result<(), Stop> {
        let app = self.app;
        let window = app.config.purging.restore_window.max(SETTLED);
        let until = app.clock.now().plus_seconds(-window);
        let mut next = None;
        loop {
            let page = self
                .call(|| app.store.deleted_accounts(until, next.clone()))
                .await?;
            for account in page.rows {
                // The index may lag: only the account's own row decides whether it is cleared.
                if self.call(|| app.store.begin_purge(account, until)).await? {
                    self.clear_account(account).await?;
                }
            }
            next = page.next;
            if next.is_none() {
                return Ok(());
            }
        }
    }

    /// No request writes there any more, so an empty result means that nothing is left.
    async fn clear_account(&mut self, account: AccountId) -> Result<(), Stop> {
        let app = self.app;
        let mut next = None;
        loop {
            let page = self
                .call(|| app.store.account_rows(account, next.clone()))
                .await?;
            for batch in page.rows.chunks(BATCH) {
                self.delete(batch.to_vec()).await?;
            }
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        if self.call(|| app.store.end_purge(account)).await? {
            self.report.accounts += 1;
        }
        Ok(())
    }

    async fn delete(&mut self, mut rows: Vec<RowKey>) -> Result<(), Stop> {
        let app = self.app;
        loop {
            let sent = rows.len();
            rows = self.call(|| app.store.delete_rows(&rows)).await?;
            self.report.rows += (sent - rows.len()) as u64;
            if rows.is_empty() {
                return Ok(());
            }
            self.set_back().await?;
        }
    }
}
