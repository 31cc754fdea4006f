//! Rows whose time to live has ended, a page of the table a run: removed memberships and other traces of people are gone for
//! certain, and not only when DynamoDB gets to it.

use runtime::store::ExpiryScan;

use crate::run::{Run, Stop};

/// Seconds from the beginning of one walk through the table to that of the next, at the least.
const DAY: i64 = 24 * 60 * 60;

impl Run<'_> {
    /// The next page. A small table is walked through once a day, a large one as slowly as it takes.
    pub(crate) async fn clear_expired(&mut self) -> Result<(), Stop> {
        let app = self.app;
        if !app.config.purging.expired_rows {
            return Ok(());
        }
        let now = app.clock.now();
        let last = self.call(|| app.store.last_expiry_scan()).await?;
        let expiry_scan = match last {
            Some(expiry_scan) if expiry_scan.next.is_some() => expiry_scan,
            Some(expiry_scan) if now < expiry_scan.began.plus_seconds(DAY) => return Ok(()),
            _ => ExpiryScan {
                began: now,
                next: None,
            },
        };
        let page = self
            .call(|| app.store.expired_rows(expiry_scan.next.clone(), now))
            .await?;
        for row in &page.rows {
            if self.call(|| app.store.delete_expired(row, now)).await? {
                self.report.expired += 1;
            }
        }
        // Only now: a run that ends before looks at this page again.
        let expiry_scan = ExpiryScan {
            next: page.next,
            ..expiry_scan
        };
        self.call(|| app.store.save_expiry_scan(&expiry_scan)).await
    }
}
