//! Stream records that ask for a mail, to SES, at once or once SES takes them; and SES's events, to the memberships that the mails are about.

mod batch;
mod deliver;
mod erasure;
mod letter;
mod links;
mod message;
mod names;
mod news;
mod pause;
mod people;
mod record;
mod send;
mod waiting;
mod wrap;

use std::sync::Arc;

use lambda_runtime::LambdaEvent;
use runtime::{App, BatchResponse, Error, observe_invocation};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use letter::Sample;

/// The source of scheduled events (EventBridge, *Scheduled events*).
const SCHEDULE: &str = "aws.events";

/// Writes the mails that changes ask for, each once, and keeps up with what becomes of them.
#[derive(Clone, Debug)]
pub struct Mailer {
    app: App,
    links: Arc<links::Links>,
    ses: aws_sdk_ses::Client,
    pause: Arc<pause::Pause>,
}

/// What an event is answered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MailerResponse {
    /// To a batch of stream records.
    Batch(BatchResponse),
    /// To news of a mail, and to a scheduled run: nothing.
    Noted,
}

impl Mailer {
    /// A mailer with the key of the links.
    ///
    /// # Errors
    ///
    /// The secret cannot be read.
    pub async fn start(app: App) -> Result<Self, Error> {
        Ok(Self {
            links: Arc::new(links::Links::start(&app).await?),
            ses: app.aws.ses(),
            pause: Arc::default(),
            app,
        })
    }

    /// A batch of the table's stream has `Records`. Of EventBridge's events, a scheduled one sends the mails that wait; any other is
    /// SES's.
    ///
    /// # Errors
    ///
    /// A batch begins with a record whose mail can never be written: Lambda halves the batch until that record is alone. Or
    /// news could not be written down, or the mails that wait not be read: Lambda brings the event again.
    pub async fn handle(&self, event: LambdaEvent<Value>) -> Result<MailerResponse, Error> {
        let work = Box::pin(self.answer(event.payload));
        observe_invocation(&self.app, "mailed", work).await
    }

    async fn answer(&self, mut event: Value) -> Result<MailerResponse, Error> {
        if let Some(Value::Array(records)) = event.get_mut("Records").map(Value::take) {
            return Ok(MailerResponse::Batch(self.deliver(records).await?));
        }
        if event["source"] == SCHEDULE {
            self.send_waiting().await?;
            return Ok(MailerResponse::Noted);
        }
        self.note(serde_json::from_value(event)?).await?;
        Ok(MailerResponse::Noted)
    }
}
