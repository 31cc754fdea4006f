//! One record from beginning to end: the letter, the claim, the sending, and what is noted of it.

use std::time::Duration;

use runtime::Scope;
use runtime::model::{AccountId, DeliveryState, EmailAddress, Error, Stored as _, UserId};
use runtime::observe;
use runtime::store::{Claim, Claiming, StreamRecord};
use tokio::time::Instant;

use crate::Mailer;
use crate::letter::{Unwritable, letter};
use crate::record::{Image, asking};
use crate::send::{Envelope, Verdict};

/// How long a mail that may have been sent is watched before it is left to Lambda's next try. All of those tries together
/// last longer than the doubt can (`shared/store/src/mails.rs`), whatever time Lambda leaves between them.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How often it is tried to note that a mail was sent: nothing but this keeps it from being sent again, where SES's own
/// event does not arrive.
const NOTES: u32 = 3;

/// Why a mail was not sent, or is not known to have been.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unsent {
    #[error("a record does not read back: {0}")]
    Unreadable(#[from] serde_dynamo::Error),
    #[error(transparent)]
    Unwritable(#[from] Unwritable),
    #[error("SES does not take it now: {0}")]
    Later(String),
    #[error("SES takes nothing now: {0}")]
    Busy(String),
    #[error("SES may have taken it: {0}")]
    Doubtful(String),
    #[error("what is known of the mail cannot be read or written: {0}")]
    Table(#[from] Error),
    #[error("the invocation has no time left")]
    NoTime,
}

impl Unsent {
    /// What fails together with the mail.
    pub(crate) fn scope(&self) -> Scope {
        match self {
            Self::Unreadable(_) | Self::Unwritable(_) => Scope::Forever,
            Self::Busy(_) | Self::NoTime => Scope::Batch,
            Self::Later(_) | Self::Doubtful(_) | Self::Table(_) => Scope::Group,
        }
    }
}

impl Mailer {
    /// Sends the mail that `record` asks for, if it asks for one and nobody has sent it.
    pub(crate) async fn deliver_one(&self, record: &StreamRecord) -> Result<(), Unsent> {
        let Some(asked) = asking(record)? else {
            return Ok(());
        };
        let letter = letter(&asked, &self.app.config, &self.links.keys(&self.app).await)?;
        let image = asked.image;
        let envelope = Envelope {
            to: EmailAddress::from_stored(image.email.clone()).for_delivery(),
            member: member(&image),
            change: image.change.id,
        };
        let claim = match self.claim(&envelope.change).await? {
            Claiming::Ours(claim) => claim,
            Claiming::Sent => return Ok(()),
            Claiming::Refused => return self.tell(&envelope, DeliveryState::Suppressed).await,
            Claiming::Doubtful => return Err(Unsent::Doubtful("an earlier try".into())),
        };
        match self.send(&envelope, letter).await {
            Verdict::Taken(message) => {
                tracing::info!(change = envelope.change, "mail sent");
                observe::count("mails");
                self.note_sent(&envelope, &message).await;
                Ok(())
            }
            Verdict::Refused(code) => {
                let change = &envelope.change;
                tracing::error!(change, code, "SES refuses a mail for good");
                self.app.store.mail_refused(&claim, &code).await?;
                self.tell(&envelope, DeliveryState::Suppressed).await
            }
            Verdict::Later(reason) => self.release(&claim, Unsent::Later(reason)).await,
            Verdict::Busy(reason) => self.release(&claim, Unsent::Busy(reason)).await,
            Verdict::Unknown(reason) => Err(Unsent::Doubtful(reason)),
        }
    }

    /// Looks again for a while where SES may have taken the mail: perhaps its event arrives.
    async fn claim(&self, change: &str) -> Result<Claiming, Unsent> {
        let until = Instant::now() + PATIENCE;
        loop {
            let claiming = self.app.store.claim_mail(change, self.app.clock.now());
            match claiming.await? {
                Claiming::Doubtful if Instant::now() < until => tokio::time::sleep(LOOK).await,
                claiming => return Ok(claiming),
            }
        }
    }

    /// A mail that cannot be released waits until the doubt is over, as if it might have been sent.
    async fn release(&self, claim: &Claim, unsent: Unsent) -> Result<(), Unsent> {
        if let Err(error) = self.app.store.release_mail(claim).await {
            tracing::warn!(%error, "a claim stands until its doubt is over");
        }
        Err(unsent)
    }

    /// The mail is out: whatever goes wrong from here on, nobody may send it again. SES's event tells the rest once more.
    async fn note_sent(&self, envelope: &Envelope, message: &str) {
        for _ in 0..NOTES {
            match self.app.store.mail_sent(&envelope.change, message).await {
                Ok(()) => break,
                Err(error) => {
                    tracing::error!(%error, change = envelope.change, "a mail is not noted as sent");
                }
            }
        }
        if let Err(error) = self.tell(envelope, DeliveryState::Sent).await {
            tracing::warn!(%error, "a membership does not know yet that its mail was sent");
        }
    }

    async fn tell(&self, envelope: &Envelope, state: DeliveryState) -> Result<(), Unsent> {
        if let Some(member) = envelope.member {
            let now = self.app.clock.now();
            let store = &self.app.store;
            store
                .tell_delivery(member, &envelope.change, state, now)
                .await?;
        }
        Ok(())
    }
}

/// The membership that a mail is about, where it is about one.
fn member(image: &Image) -> Option<(AccountId, UserId)> {
    let user = UserId::try_from(image.change.target.id).ok()?;
    Some((image.account()?, user))
}
