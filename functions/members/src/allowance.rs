//! The mails that a request may ask for, of what its account and its caller may send today.

use shared::model::{Error, Timestamp};
use shared::store::{Committed, MailCounter};
use shared::{Access, App, Listing};

/// One invitation mail, or notice of adding, of every allowance that it counts in.
pub(crate) struct Allowance<'a> {
    app: &'a App,
    /// With the most that each may count in a day.
    counters: Vec<(MailCounter, u32)>,
    now: Timestamp,
}

impl<'a> Allowance<'a> {
    /// Nothing taken yet. An account has an allowance, and an unproven person another one over all their accounts.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] if the key of the person's counter cannot be read.
    pub(crate) async fn new(listing: &'a Listing, access: &Access) -> Result<Self, Error> {
        let app = &listing.app;
        let limits = &app.config.limits;
        let account = MailCounter::Account(access.standing.account.id);
        let mut counters = vec![(account, limits.invitation_mails_per_account_and_day)];
        let caller = &access.standing.user;
        if !caller.verified {
            let address = caller.email.normal_form().as_bytes();
            let keys = listing.cursors.keys().await?;
            let person = MailCounter::Person(keys.fingerprint(address));
            let per_day = limits.invitation_mails_per_unproven_person_and_day;
            counters.push((person, per_day));
        }
        Ok(Self {
            app,
            counters,
            now: access.now,
        })
    }

    /// Takes a mail for `work`, which asks for it. Gives it back where `work` asks for none: it is refused, or was done before.
    /// After a failure of ours the mail stays taken, because the write may have been made.
    pub(crate) async fn spend<T>(
        &self,
        work: impl Future<Output = Result<Committed<T>, Error>>,
    ) -> Result<Committed<T>, Error> {
        for (place, (counter, per_day)) in self.counters.iter().enumerate() {
            let store = &self.app.store;
            let taken = store.take_invitation_mail(*counter, *per_day, self.now);
            if let Err(refusal) = taken.await {
                self.give_back(place).await;
                return Err(refusal);
            }
        }
        let ended = work.await;
        match &ended {
            Ok(Committed::Done(_)) => {}
            Err(error) if error.is_ours() => {}
            Ok(Committed::Replayed(_)) | Err(_) => self.give_back(self.counters.len()).await,
        }
        ended
    }

    /// Gives back what the first `taken` counters have counted.
    async fn give_back(&self, taken: usize) {
        for (counter, _) in self.counters.iter().take(taken) {
            self.app
                .store
                .return_invitation_mail(*counter, self.now)
                .await;
        }
    }
}
