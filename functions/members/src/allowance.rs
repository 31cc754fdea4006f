//! The account's allowance of invitation mails, as one request draws on it.

use shared::model::{AccountId, Error, Timestamp};
use shared::{App, Early};

/// One mail of an account's allowance for the day, for a request that may ask for one.
pub(crate) struct Allowance<'a> {
    app: &'a App,
    account: AccountId,
    now: Timestamp,
    taken: bool,
}

impl<'a> Allowance<'a> {
    /// Nothing taken yet.
    pub(crate) fn new(app: &'a App, account: AccountId, now: Timestamp) -> Self {
        Self {
            app,
            account,
            now,
            taken: false,
        }
    }

    /// Takes the mail, just before the write that asks for it; one is enough however often that write is tried.
    pub(crate) async fn take(&mut self) -> Result<(), Error> {
        if !self.taken {
            let limits = &self.app.config.limits;
            let per_day = limits.invitation_mails_per_account_and_day;
            let store = &self.app.store;
            store
                .take_invitation_mail(self.account, per_day, self.now)
                .await?;
            self.taken = true;
        }
        Ok(())
    }

    /// Gives the mail back, if it was taken.
    pub(crate) async fn give_back(&mut self) {
        if std::mem::take(&mut self.taken) {
            let store = &self.app.store;
            store.return_invitation_mail(self.account, self.now).await;
        }
    }

    /// The end of the request: a refusal gives the mail back. It stays taken where nobody knows whether the write was made.
    pub(crate) async fn end<T>(mut self, ended: Result<T, Early>) -> Result<T, Early> {
        match &ended {
            Ok(_) => {}
            Err(Early::Problem(error)) if error.is_ours() => {}
            Err(_) => self.give_back().await,
        }
        ended
    }
}
