//! One letter to SES.
//!
//! Every mail here answers something that was done to its one recipient's address, password or membership. None is one of a
//! list that could be left, so none has `List-Unsubscribe` (RFC 2369; mailbox providers want it of subscribed and promotional
//! mail): a person who could switch off the mails about their password would lose the way back in. What can be refused has its
//! own way: an invitation is declined, and SES's suppression list holds back mail after a complaint. Hence no header that
//! `SendEmail` could not set, and no MIME of our own.

use aws_lambda_events::dynamodb::StreamRecord;
use aws_sdk_ses::error::DisplayErrorContext;
use aws_sdk_ses::types::{Body, Content, Destination, Message};
use shared::values::{EmailAddress, Stored as _};

use crate::Mailer;
use crate::letter::{Unwritable, letter};
use crate::message::Letter;
use crate::record::asking;

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unsent {
    #[error("a record does not read back: {0}")]
    Unreadable(#[from] serde_dynamo::Error),
    #[error(transparent)]
    Unwritable(#[from] Unwritable),
    #[error("SES refused it: {0}")]
    Refused(String),
}

impl Mailer {
    /// Sends the mail that `record` asks for, if it asks for one.
    pub(crate) async fn deliver_one(&self, record: &StreamRecord) -> Result<(), Unsent> {
        let Some(asked) = asking(record)? else {
            return Ok(());
        };
        let letter = letter(&asked, &self.app.config, &self.links.keys(&self.app).await)?;
        let image = asked.image;
        let to = EmailAddress::from_stored(image.email.clone()).for_delivery();
        self.send(&to, letter).await?;
        tracing::info!(change = image.change.id, "mail sent");
        Ok(())
    }

    async fn send(&self, to: &str, letter: Letter) -> Result<(), Unsent> {
        let refused = |error: aws_sdk_ses::error::BuildError| Unsent::Refused(error.to_string());
        let utf8 = |data: String| Content::builder().data(data).charset("UTF-8").build();
        let body = Body::builder()
            .text(utf8(letter.text).map_err(refused)?)
            .html(utf8(letter.html).map_err(refused)?)
            .build();
        let message = Message::builder()
            .subject(utf8(letter.subject).map_err(refused)?)
            .body(body)
            .build();
        self.ses
            .send_email()
            .source(&self.app.config.mail_from)
            .set_reply_to_addresses(self.app.config.mail_reply_to.clone().map(|to| vec![to]))
            .set_configuration_set_name(self.app.config.mail_configuration_set.clone())
            .destination(Destination::builder().to_addresses(to).build())
            .message(message)
            .send()
            .await
            .map(drop)
            .map_err(|error| Unsent::Refused(DisplayErrorContext(error).to_string()))
    }
}
