//! The account's allowance of invitation mails, as one request draws on it.

use shared::App;
use shared::model::{AccountId, Error, Timestamp};
use shared::store::Committed;

/// One mail of an account's allowance for the day, for a request that may ask for one.
pub(crate) struct Allowance<'a> {
    app: &'a App,
    account: AccountId,
    now: Timestamp,
}

impl<'a> Allowance<'a> {
    /// Nothing taken yet.
    pub(crate) fn new(app: &'a App, account: AccountId, now: Timestamp) -> Self {
        Self { app, account, now }
    }

    /// Takes a mail for `work`, which asks for it. Gives it back where `work` asks for none: it is refused, or was done before.
    /// After a failure of ours the mail stays taken, because the write may have been made.
    pub(crate) async fn spend<T>(
        &self,
        work: impl Future<Output = Result<Committed<T>, Error>>,
    ) -> Result<Committed<T>, Error> {
        self.take().await?;
        let ended = work.await;
        match &ended {
            Ok(Committed::Done(_)) => {}
            Err(error) if error.is_ours() => {}
            Ok(Committed::Replayed(_)) | Err(_) => self.give_back().await,
        }
        ended
    }

    async fn take(&self) -> Result<(), Error> {
        let per_day = self.app.config.limits.invitation_mails_per_account_and_day;
        let store = &self.app.store;
        let taken = store.take_invitation_mail(self.account, per_day, self.now);
        taken.await
    }

    async fn give_back(&self) {
        let store = &self.app.store;
        store.return_invitation_mail(self.account, self.now).await;
    }
}
