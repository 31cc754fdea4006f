//! One record from beginning to end: the letters, their claims, the sending, and the notes about it.

use std::time::Duration;

use runtime::model::{AccountId, DeliveryState, Error, Mail, MailBound, UserId};
use runtime::store::{AddressHash, AddressMails, Claim, Claiming, StreamRecord};
use runtime::{Scope, observe};
use tokio::time::Instant;

use crate::Mailer;
use crate::letter::{Mailing, Unwritable, letter};
use crate::message::Letter;
use crate::people::People;
use crate::record::{Asked, Image, asking};
use crate::send::{Envelope, Verdict};

/// The time that a mail in doubt is watched before it is left to Lambda's next try. All those tries together last longer than the
/// doubt can (`shared/store/src/mails.rs`), for any delay of Lambda between them.
const PATIENCE: Duration = Duration::from_secs(5);
/// The time between two looks.
const LOOK: Duration = Duration::from_millis(500);
/// The tries to note that a mail was sent. Only this note keeps it from being sent again if SES's own event does not arrive.
const NOTES: u32 = 3;

const DAY: i64 = 24 * 60 * 60;

/// Why a mail was not sent, or is not known to be sent.
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
    #[error("the table cannot be read or written: {0}")]
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
    /// Sends the mails that `record` asks for, as far as they are not sent yet.
    pub(crate) async fn deliver_one(&self, record: &StreamRecord) -> Result<(), Unsent> {
        if let Some((asked, people)) = self.erasure(record).await? {
            return self.deliver_all(&asked, &people).await;
        }
        let Some(asked) = asking(record)? else {
            return Ok(());
        };
        let people = self.people(&asked).await?;
        self.deliver_all(&asked, &people).await
    }

    /// Sends a mail to each recipient. One that fails does not stop the others, unless SES takes none at all.
    async fn deliver_all(&self, asked: &Asked, people: &People) -> Result<(), Unsent> {
        let keys = self.links.keys(&self.app).await;
        let mut ended = Ok(());
        for recipient in &people.recipients {
            let mailing = Mailing {
                config: &self.app.config,
                keys: &keys,
                asked,
                sender: &people.sender,
                owner: &people.owner,
                account: people.account.as_ref(),
                recipient,
            };
            match self.mail(&mailing).await {
                Err(error) if error.scope() == Scope::Batch => return Err(error),
                Err(error) => ended = Err(error),
                Ok(()) => {}
            }
        }
        ended
    }

    async fn mail(&self, mailing: &Mailing<'_>) -> Result<(), Unsent> {
        let letter = letter(mailing)?;
        let envelope = envelope(mailing);
        if !self.count(mailing, &envelope).await? {
            tracing::warn!(
                mail = envelope.id,
                "a mail is withheld: the address has too many"
            );
            observe::count("mailsWithheld");
            return self.tell(&envelope, DeliveryState::Withheld).await;
        }
        let claim = match self.claim(&envelope.id).await? {
            Claiming::Ours(claim) => claim,
            Claiming::Sent => return Ok(()),
            Claiming::Refused => return self.tell(&envelope, DeliveryState::Suppressed).await,
            Claiming::Doubtful => return Err(Unsent::Doubtful("an earlier try".into())),
        };
        self.send_claimed(&envelope, letter, &claim).await
    }

    async fn send_claimed(
        &self,
        envelope: &Envelope,
        letter: Letter,
        claim: &Claim,
    ) -> Result<(), Unsent> {
        match self.send(envelope, letter).await {
            Verdict::Taken(message) => {
                tracing::info!(change = envelope.id, "mail sent");
                observe::count("mails");
                self.note_sent(envelope, &message).await;
                Ok(())
            }
            Verdict::Refused(code) => {
                tracing::error!(change = envelope.id, code, "SES refuses a mail for good");
                self.app.store.mail_refused(claim, &code).await?;
                self.tell(envelope, DeliveryState::Suppressed).await
            }
            Verdict::Later(reason) => self.release(claim, Unsent::Later(reason)).await,
            Verdict::Busy(reason) => self.release(claim, Unsent::Busy(reason)).await,
            Verdict::Unknown(reason) => Err(Unsent::Doubtful(reason)),
        }
    }

    /// Counts the mail among those to its address. `false` if there are too many. A mail that is delivered again counts once.
    async fn count(&self, mailing: &Mailing<'_>, envelope: &Envelope) -> Result<bool, Error> {
        let recipient = mailing.recipient;
        let kind = match mailing.asked.mail.bound(recipient.recent) {
            MailBound::None => return Ok(true),
            MailBound::OfOthers => "OTHERS",
            MailBound::OfNotices => "NOTICES",
        };
        let mails = AddressMails {
            address: AddressHash::of(&recipient.address, mailing.keys),
            kind,
            period: DAY,
            limit: self.app.config.limits.mails_per_address_and_day,
        };
        let at = mailing.change().at();
        self.app
            .store
            .count_address_mail(&mails, &envelope.id, at)
            .await
    }

    /// Looks again for a while if SES may have taken the mail: perhaps its event arrives.
    async fn claim(&self, mail: &str) -> Result<Claiming, Unsent> {
        let until = Instant::now() + PATIENCE;
        loop {
            let claiming = self.app.store.claim_mail(mail, self.app.clock.now());
            match claiming.await? {
                Claiming::Doubtful if Instant::now() < until => tokio::time::sleep(LOOK).await,
                claiming => return Ok(claiming),
            }
        }
    }

    /// A mail that cannot be released waits until the doubt is over, as if it might have been sent.
    async fn release(&self, claim: &Claim, unsent: Unsent) -> Result<(), Unsent> {
        if let Err(error) = self.app.store.release_mail(claim).await {
            tracing::warn!(%error, "a claim stays until its doubt is over");
        }
        Err(unsent)
    }

    /// The mail is sent. A failure from here on must not send it again. SES's event repeats the rest.
    async fn note_sent(&self, envelope: &Envelope, message: &str) {
        for _ in 0..NOTES {
            match self.app.store.mail_sent(&envelope.id, message).await {
                Ok(()) => break,
                Err(error) => {
                    tracing::error!(%error, change = envelope.id, "a mail is not noted as sent");
                }
            }
        }
        if let Err(error) = self.tell(envelope, DeliveryState::Sent).await {
            tracing::warn!(%error, "a membership does not show yet that its mail was sent");
        }
    }

    async fn tell(&self, envelope: &Envelope, state: DeliveryState) -> Result<(), Unsent> {
        if let Some(member) = envelope.member {
            let now = self.app.clock.now();
            let store = &self.app.store;
            store
                .tell_delivery(member, &envelope.id, state, now)
                .await?;
        }
        Ok(())
    }
}

/// One change may ask for mails to several persons. Each of those has an id of its own.
fn envelope(mailing: &Mailing<'_>) -> Envelope {
    let (change, user) = (&mailing.change().id, mailing.recipient.user);
    let several = matches!(
        mailing.asked.mail,
        Mail::OwnershipTransferred | Mail::AccountDeleted | Mail::AccountSuspended
    );
    Envelope {
        to: mailing.recipient.address.for_delivery(),
        id: if several {
            format!("{change}-{user}")
        } else {
            change.clone()
        },
        member: invited(&mailing.asked.image, mailing.asked.mail, user),
    }
}

/// The membership whose `delivery` follows the mail.
fn invited(image: &Image, mail: Mail, user: UserId) -> Option<(AccountId, UserId)> {
    let account = image.account().filter(|_| mail == Mail::Invitation)?;
    Some((account, user))
}
