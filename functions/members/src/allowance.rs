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

    /// Takes a mail for `work`, which asks for it ([`Store::spend_invitation_mail`](shared::store::Store::spend_invitation_mail)).
    pub(crate) async fn spend<T>(
        &self,
        work: impl Future<Output = Result<Committed<T>, Error>>,
    ) -> Result<Committed<T>, Error> {
        let store = &self.app.store;
        store
            .spend_invitation_mail(&self.counters, self.now, work)
            .await
    }
}
