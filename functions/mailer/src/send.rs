//! One letter to SES, and what its answer means.
//!
//! Every mail here answers something that was done to its one recipient's address, password or membership. None is part of a
//! mailing list, so none has `List-Unsubscribe` (RFC 2369; mailbox providers require it of subscribed and promotional mail): a
//! person without mails about their password could not recover access. Mails that can be refused have their own way: an
//! invitation is declined, and SES's suppression list holds back mail after a complaint. Hence there is no header that
//! `SendEmail` could not set, and no MIME of our own.

use std::time::Duration;

use aws_sdk_ses::error::{BuildError, DisplayErrorContext, ProvideErrorMetadata as _, SdkError};
use aws_sdk_ses::operation::send_email::{SendEmailError, SendEmailOutput};
use aws_sdk_ses::types::{Body, Content, Destination, Message, MessageTag};
use runtime::model::{AccountId, UserId};
use runtime::{never_connected, tokens};

use crate::Mailer;
use crate::message::Letter;

/// The tags by which SES's events name a mail again.
pub(crate) const CHANGE_TAG: &str = "change";
pub(crate) const ACCOUNT_TAG: &str = "account";
pub(crate) const USER_TAG: &str = "user";

/// How often a mail is offered while SES throttles.
const OFFERS: u32 = 5;
/// The longest first wait in between, in milliseconds; it doubles with each.
const FIRST_WAIT: u64 = 250;

/// The address of a letter, and its tags.
#[derive(Debug)]
pub(crate) struct Envelope {
    pub(crate) to: String,
    /// The mail's id, of characters that tags can hold.
    pub(crate) id: String,
    /// The membership whose `delivery` follows it.
    pub(crate) member: Option<(AccountId, UserId)>,
}

/// How an offer ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// SES sends the mail, under this id.
    Taken(String),
    /// SES will never send this mail, and says why with this code.
    Refused(String),
    /// SES has not taken the mail, and may another time.
    Later(String),
    /// SES has not taken the mail, and takes none like it before the deployment is put right.
    Denied(String),
    /// SES has not taken the mail, since it takes none for the moment.
    Busy(String),
    /// SES may have taken the mail.
    Unknown(String),
}

impl Mailer {
    /// Offers the letter, a few times while SES is only busy.
    pub(crate) async fn send(&self, envelope: &Envelope, letter: Letter) -> Verdict {
        let message = match message(letter) {
            Ok(message) => message,
            Err(error) => return Verdict::Later(error.to_string()),
        };
        let mut offers = 0;
        loop {
            let verdict = verdict(self.offer(envelope, message.clone()).await);
            offers += 1;
            let now = self.app.clock.now();
            match verdict {
                Verdict::Busy(_) if offers == OFFERS || self.pause.lasts(now) => {
                    self.pause.begin(now);
                    return verdict;
                }
                Verdict::Busy(_) => {}
                Verdict::Unknown(_) => {
                    self.pause.unclear(now);
                    return verdict;
                }
                _ => {
                    self.pause.answered();
                    return verdict;
                }
            }
            let ceiling = FIRST_WAIT << offers;
            let wait = ceiling / 2 + u64::from_be_bytes(tokens::random()) % (ceiling / 2);
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
    }

    async fn offer(
        &self,
        envelope: &Envelope,
        message: Message,
    ) -> Result<SendEmailOutput, SdkError<SendEmailError>> {
        let config = &self.app.config;
        self.ses
            .send_email()
            .source(&config.mail_from)
            .set_reply_to_addresses(config.mail_reply_to.clone().map(|to| vec![to]))
            .set_configuration_set_name(config.mail_configuration_set.clone())
            .set_tags(Some(
                tags(envelope).map_err(SdkError::construction_failure)?,
            ))
            .destination(Destination::builder().to_addresses(&envelope.to).build())
            .message(message)
            .send()
            .await
    }
}

fn message(letter: Letter) -> Result<Message, BuildError> {
    let utf8 = |data: String| Content::builder().data(data).charset("UTF-8").build();
    let body = Body::builder()
        .text(utf8(letter.text)?)
        .html(utf8(letter.html)?)
        .build();
    let message = Message::builder().subject(utf8(letter.subject)?);
    Ok(message.body(body).build())
}

fn tags(envelope: &Envelope) -> Result<Vec<MessageTag>, BuildError> {
    let change = [(CHANGE_TAG, envelope.id.clone())];
    let member = envelope.member.map(|(account, user)| {
        [
            (ACCOUNT_TAG, account.to_string()),
            (USER_TAG, user.to_string()),
        ]
    });
    let tags = change.into_iter().chain(member.into_iter().flatten());
    let tag = |(name, value)| MessageTag::builder().name(name).value(value).build();
    tags.map(tag).collect()
}

/// Whether nothing of the call was sent: it could not be written, or there was no connection.
fn never_left(error: &SdkError<SendEmailError>) -> bool {
    matches!(error, SdkError::ConstructionFailure(_)) || never_connected(error)
}

/// What the answer of SES means (API reference of SES, *Common Errors* and `SendEmail`). Of a refusal, only the code is passed
/// on: the rest may contain an address.
fn verdict(answer: Result<SendEmailOutput, SdkError<SendEmailError>>) -> Verdict {
    let error = match answer {
        Ok(taken) => return Verdict::Taken(taken.message_id),
        Err(error) => error,
    };
    let refusal = match &error {
        SdkError::ServiceError(refusal) => refusal,
        _ if never_left(&error) => return Verdict::Later(DisplayErrorContext(error).to_string()),
        // A time-out, a broken connection, an answer that does not read.
        _ => return Verdict::Unknown(DisplayErrorContext(error).to_string()),
    };
    let status = refusal.raw().status();
    let code = refusal.err().code().unwrap_or_default().to_owned();
    let says = refusal.err().message().unwrap_or_default();
    // After a server error, SES may still have taken the mail.
    if status.is_server_error() {
        return Verdict::Unknown(format!("{status} {code}"));
    }
    match code.as_str() {
        "Throttling" | "ThrottlingException" | "TooManyRequestsException" => Verdict::Busy(code),
        // The sender or, while SES keeps the AWS account in its sandbox, the recipient: the deployment has to fix this.
        "MessageRejected" if says.starts_with("Email address is not verified") => {
            Verdict::Denied("an address is not verified with SES".into())
        }
        "AccessDenied" | "AccessDeniedException" | "MailFromDomainNotVerifiedException" => {
            Verdict::Denied(code)
        }
        // The mail itself, or its address, by rules that are stricter than the standard's.
        "MessageRejected" | "InvalidParameterValue" => Verdict::Refused(code),
        // A paused account, a configuration set that is missing, an expired token: the mail itself is valid.
        _ => Verdict::Later(format!("{status} {code}")),
    }
}

#[cfg(test)]
mod tests;
