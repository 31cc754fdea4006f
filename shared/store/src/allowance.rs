//! How many invitation mails may still be asked for today. Atomic counters, because a limit that races can pass is no limit.

use model::{AccountId, Error, Timestamp};

use super::keys::Key;
use super::write::{Outcome, Write, number};
use super::{Store, keys};
use crate::Committed;

/// How long the counter outlives its day, in seconds.
const LIFETIME_AFTERWARDS: i64 = 24 * 60 * 60;

/// A count of the invitation mails of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailCounter {
    /// An account's.
    Account(AccountId),
    /// An unproven person's, by the keyed fingerprint of their address, so that it outlives them.
    Person([u8; 32]),
}

impl MailCounter {
    fn key(&self, now: Timestamp) -> Key {
        match self {
            Self::Account(account) => keys::mails_of_day(*account, now),
            Self::Person(address) => keys::mails_of_person(address, now),
        }
    }
}

impl Store {
    /// Takes a mail of each of `counters`, with the most that it may count in a day, for `work`, which asks for it. Gives it back
    /// where `work` asks for none: it is refused, or was done before. After a failure of ours the mail stays taken, because the
    /// write may have been made.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyRequests`] until midnight; those of `work`.
    pub async fn spend_invitation_mail<T>(
        &self,
        counters: &[(MailCounter, u32)],
        now: Timestamp,
        work: impl Future<Output = Result<Committed<T>, Error>>,
    ) -> Result<Committed<T>, Error> {
        for (place, (counter, per_day)) in counters.iter().enumerate() {
            let taken = self.take_invitation_mail(*counter, *per_day, now);
            if let Err(refusal) = taken.await {
                self.return_invitation_mails(&counters[..place], now).await;
                return Err(refusal);
            }
        }
        let ended = work.await;
        match &ended {
            Ok(Committed::Done(_)) => {}
            Err(error) if error.is_ours() => {}
            Ok(Committed::Replayed(_)) | Err(_) => {
                self.return_invitation_mails(counters, now).await;
            }
        }
        ended
    }

    async fn return_invitation_mails(&self, counters: &[(MailCounter, u32)], taken: Timestamp) {
        for (counter, _) in counters {
            self.return_invitation_mail(*counter, taken).await;
        }
    }

    /// Takes one mail of `counter` for the day of `now` (UTC). A retried call whose first answer was lost may take two, so the
    /// limit is never exceeded.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyRequests`] until midnight once there are `per_day`.
    pub async fn take_invitation_mail(
        &self,
        counter: MailCounter,
        per_day: u32,
        now: Timestamp,
    ) -> Result<(), Error> {
        let midnight = now.next_midnight();
        let write = Write::upsert(counter.key(now))
            .set("ttl", number(midnight.seconds() + LIFETIME_AFTERWARDS))
            .add("mails", number(1))
            .absent_or_below("mails", number(per_day));
        match self.commit(&[write]).await? {
            Outcome::Done => Ok(()),
            Outcome::Lost(_) => Err(Error::too_many_requests(midnight, now)),
        }
    }

    /// Gives back one mail that was taken at `taken` and never asked for. If that fails, the mail counts.
    pub async fn return_invitation_mail(&self, counter: MailCounter, taken: Timestamp) {
        let write = Write::update(counter.key(taken))
            .add("mails", number(-1))
            .above("mails", number(0));
        if let Err(error) = self.commit(&[write]).await {
            tracing::warn!(%error, "a mail of the day's allowance is lost");
        }
    }
}
