//! Rows whose time to live has ended, a page of the table a run: removed memberships and other traces of people are gone for
//! certain, and not only when DynamoDB gets to it.

use runtime::store::Sweep;

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
        let last = self.call(|| app.store.last_sweep()).await?;
        let sweep = match last {
            Some(sweep) if sweep.next.is_some() => sweep,
            Some(sweep) if now < sweep.began.plus_seconds(DAY) => return Ok(()),
            _ => Sweep {
                began: now,
                next: None,
            },
        };
        let page = self
            .call(|| app.store.expired_rows(sweep.next.clone(), now))
            .await?;
        for row in &page.rows {
            if self.call(|| app.store.delete_expired(row, now)).await? {
                self.report.expired += 1;
            }
        }
        // Only now: a run that ends before looks at this page again.
        let sweep = Sweep {
            next: page.next,
            ..sweep
        };
        self.call(|| app.store.keep_sweep(&sweep)).await
    }
}
