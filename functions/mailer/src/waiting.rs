//! Mails that SES does not take now. The record of such a mail is parked in the table, and is done for the stream; a run each minute
//! tries again. The records of one item keep their order: a later one waits behind an earlier one.

use std::collections::HashSet;

use runtime::model::{Error, Timestamp};
use runtime::observe;
use runtime::store::{Lane, StreamRecord, WaitingMail};
use tokio::time::Instant;

use crate::Mailer;
use crate::batch::WORK;
use crate::deliver::{Attempt, Unsent};
use crate::record::Wanted;

/// The time until the second try, in seconds: a mail that SES may have taken is not in doubt any more (`store/mails.rs`). It
/// doubles with each further try.
const FIRST_WAIT: i64 = 61;
/// The longest time between two tries, in seconds.
const LONGEST_WAIT: i64 = 15 * 60;
/// The time after which a mail is given up, in seconds.
const BOUND: i64 = 24 * 60 * 60;

impl Mailer {
    /// Parks `wanted`, the mail of `record`.
    pub(crate) async fn park(
        &self,
        record: &StreamRecord,
        wanted: &Wanted,
        reason: &Unsent,
    ) -> Result<(), Unsent> {
        tracing::warn!(sequence = record.sequence, %reason, "a mail has to wait");
        let now = self.app.clock.now();
        let body = serde_json::to_string(wanted).map_err(Unsent::Unparkable)?;
        let due = now.plus_seconds(FIRST_WAIT);
        Ok(self.app.store.park_mail(record, body, now, due).await?)
    }

    /// Sends the mails that are due, as far as the time reaches. What is left is the next run's.
    pub(crate) async fn send_waiting(&self) -> Result<(), Error> {
        let until = Instant::now() + WORK;
        let mut seen = HashSet::new();
        let mut from = None;
        loop {
            let now = self.app.clock.now();
            let page = self.app.store.due_lanes(now, from).await?;
            for lane in page.rows {
                if seen.insert(lane.clone()) && !self.send_lane(&lane, until).await? {
                    return Ok(());
                }
            }
            from = page.next;
            if from.is_none() {
                return Ok(());
            }
        }
    }

    /// Sends the mails of one item in their order, until one has to wait. `false` if no other can be sent now.
    async fn send_lane(&self, lane: &Lane, until: Instant) -> Result<bool, Error> {
        let store = &self.app.store;
        let mails = store.waiting_mails(lane).await?;
        // The others wait for the first, and for nothing else.
        let now = self.app.clock.now();
        if mails.first().is_none_or(|first| now < first.due) {
            return Ok(true);
        }
        for mail in &mails {
            if Instant::now() >= until {
                return Ok(false);
            }
            match self.send_again(mail, now).await {
                Ok(()) => store.delete_waiting_mail(mail).await?,
                Err(unsent) => {
                    observe::count("mailsDelayed");
                    tracing::warn!(attempts = mail.attempts, %unsent, "a mail still has to wait");
                    if matches!(unsent, Unsent::Busy(_)) {
                        return Ok(false);
                    }
                    store.put_mail_off(mail, next(mail, now)).await?;
                    return Ok(true);
                }
            }
        }
        Ok(true)
    }

    async fn send_again(&self, mail: &WaitingMail, now: Timestamp) -> Result<(), Unsent> {
        let last = mail.since.plus_seconds(BOUND) <= now;
        let attempt = if last { Attempt::Last } else { Attempt::Again };
        let sent = match serde_json::from_str(&mail.body) {
            Ok(wanted) => self.send_wanted(&wanted, attempt).await,
            Err(error) => Err(Unsent::Unparkable(error)),
        };
        match sent {
            // No later try can end otherwise, and the mails behind it have waited for a day.
            Err(unsent) if last && unsent.is_final() => {
                tracing::error!(%unsent, "a mail is given up");
                observe::count("mailsGivenUp");
                Ok(())
            }
            sent => sent,
        }
    }
}

/// The time of the next try.
fn next(mail: &WaitingMail, now: Timestamp) -> Timestamp {
    let doubled = FIRST_WAIT << mail.attempts.saturating_add(1).min(8);
    now.plus_seconds(doubled.min(LONGEST_WAIT))
}
