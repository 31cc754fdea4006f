//! One record from beginning to end: the letters, their claims, the sending, and the notes about it.

use runtime::model::{AccountId, DeliveryState, Error, Mail, MailBound, UserId};
use runtime::store::{AddressHash, AddressMails, Claim, Claiming, StreamRecord};
use runtime::{Scope, observe};

use crate::Mailer;
use crate::letter::{Mailing, Unwritable, letter};
use crate::message::Letter;
use crate::people::People;
use crate::record::{Asked, Image, Wanted};
use crate::send::{Envelope, Verdict};

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
    #[error("SES denies it to this deployment: {0}")]
    Denied(String),
    #[error("SES takes nothing now: {0}")]
    Busy(String),
    #[error("SES may have taken it: {0}")]
    Doubtful(String),
    #[error("an earlier mail of the same item waits")]
    Behind,
    #[error("a waiting mail does not read back: {0}")]
    Unparkable(serde_json::Error),
    #[error("the table cannot be read or written: {0}")]
    Table(#[from] Error),
    #[error("the invocation has no time left")]
    NoTime,
}

/// Whether there is a later try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// There is.
    Again,
    /// A mail that is not taken now is given up.
    Last,
}

impl Unsent {
    /// What fails together with the mail.
    pub(crate) fn scope(&self) -> Scope {
        match self {
            _ if self.is_final() => Scope::Forever,
            Self::NoTime => Scope::Batch,
            _ => Scope::Group,
        }
    }

    /// Whether no later try ends otherwise.
    pub(crate) fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Unreadable(_) | Self::Unwritable(_) | Self::Unparkable(_)
        )
    }

    /// Whether it is SES that the mail waits for.
    fn waits(&self) -> bool {
        matches!(
            self,
            Self::Later(_) | Self::Denied(_) | Self::Busy(_) | Self::Doubtful(_)
        )
    }
}

impl Mailer {
    /// Sends the mails that `record` asks for, as far as they are not sent yet, or parks the record.
    pub(crate) async fn deliver_one(&self, record: &StreamRecord) -> Result<(), Unsent> {
        let Some(wanted) = Wanted::of(record)? else {
            return Ok(());
        };
        // A new item has no earlier mail.
        if !record.old.is_empty() && self.app.store.earlier_mail_waits(record).await? {
            return self.park(record, &wanted, &Unsent::Behind).await;
        }
        match self.send_wanted(&wanted, Attempt::Again).await {
            Err(unsent) if unsent.waits() => self.park(record, &wanted, &unsent).await,
            ended => ended,
        }
    }

    /// Sends the mails that are `wanted`, as far as they are not sent yet.
    pub(crate) async fn send_wanted(
        &self,
        wanted: &Wanted,
        attempt: Attempt,
    ) -> Result<(), Unsent> {
        match wanted {
            Wanted::Change(asked) => {
                let people = self.people(asked).await?;
                self.deliver_all(asked, &people, attempt).await
            }
            Wanted::Erasure(user) => match self.erasure(user).await? {
                Some((asked, people)) => self.deliver_all(&asked, &people, attempt).await,
                None => Ok(()),
            },
        }
    }

    /// Sends a mail to each recipient. One that fails does not stop the others, unless SES takes none at all.
    async fn deliver_all(
        &self,
        asked: &Asked,
        people: &People,
        attempt: Attempt,
    ) -> Result<(), Unsent> {
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
            match self.mail(&mailing, attempt).await {
                Err(error @ Unsent::Busy(_)) => return Err(error),
                // What the table has not taken must not be parked as if it waited for SES.
                Err(error) if ended.is_ok() || !error.waits() => ended = Err(error),
                Err(_) | Ok(()) => {}
            }
        }
        ended
    }

    async fn mail(&self, mailing: &Mailing<'_>, attempt: Attempt) -> Result<(), Unsent> {
        let letter = letter(mailing)?;
        let envelope = envelope(mailing);
        let paused = self.pause.lasts(self.app.clock.now());
        if paused && attempt == Attempt::Again {
            return Err(Unsent::Busy("it took nothing a moment ago".into()));
        }
        if !self.count(mailing, &envelope).await? {
            tracing::warn!(
                mail = envelope.id,
                "a mail is withheld: the address has too many"
            );
            observe::count("mailsWithheld");
            return self.tell(&envelope, DeliveryState::Withheld).await;
        }
        match self.claim_and_send(&envelope, letter).await {
            Err(unsent) if unsent.waits() && attempt == Attempt::Last => {
                self.give_up(&envelope, &unsent).await
            }
            ended => ended,
        }
    }

    async fn claim_and_send(&self, envelope: &Envelope, letter: Letter) -> Result<(), Unsent> {
        let now = self.app.clock.now();
        match self.app.store.claim_mail(&envelope.id, now).await? {
            Claiming::Ours(claim) => self.send_claimed(envelope, letter, &claim).await,
            Claiming::Sent => Ok(()),
            Claiming::Refused => self.tell(envelope, DeliveryState::Suppressed).await,
            Claiming::GivenUp => self.tell(envelope, DeliveryState::Withheld).await,
            Claiming::Doubtful => Err(Unsent::Doubtful("an earlier try".into())),
        }
    }

    /// SES has not taken the mail for a day. A later one may be sent.
    async fn give_up(&self, envelope: &Envelope, unsent: &Unsent) -> Result<(), Unsent> {
        if self.app.store.give_mail_up(&envelope.id).await? {
            tracing::error!(change = envelope.id, %unsent, "a mail is given up");
            observe::count("mailsGivenUp");
            self.tell(envelope, DeliveryState::Withheld).await?;
        }
        Ok(())
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
            Verdict::Denied(reason) => {
                observe::count("mailsDenied");
                self.release(claim, Unsent::Denied(reason)).await
            }
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
        id: match mailing.recipient.part.suffix() {
            Some(part) => format!("{change}-{part}"),
            None if several => format!("{change}-{user}"),
            None => change.clone(),
        },
        member: invited(&mailing.asked.image, mailing.asked.mail, user),
    }
}

/// The membership whose `delivery` follows the mail.
fn invited(image: &Image, mail: Mail, user: UserId) -> Option<(AccountId, UserId)> {
    let account = image.account().filter(|_| mail == Mail::Invitation)?;
    Some((account, user))
}
