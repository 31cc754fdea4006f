//! Stream records that ask for a mail, to SES.

mod batch;
mod device;
mod letter;
mod links;
mod message;
mod names;
mod record;
mod send;
mod wrap;

pub use batch::{BatchResponse, Failure};

use aws_lambda_events::dynamodb::Event;
use lambda_runtime::LambdaEvent;
use shared::App;
use shared::lambda::Error;

/// Writes the mails that changes ask for. It may send mail, and write nothing else.
#[derive(Debug)]
pub struct Mailer {
    app: App,
    links: links::Links,
    ses: aws_sdk_ses::Client,
}

impl Mailer {
    /// A mailer with the key of the links.
    ///
    /// # Errors
    ///
    /// The secret cannot be read.
    pub async fn start(app: App) -> Result<Self, Error> {
        Ok(Self {
            links: links::Links::start(&app).await?,
            ses: app.aws.ses(),
            app,
        })
    }

    /// Sends what the records of a batch ask for, in their order.
    ///
    /// # Errors
    ///
    /// None: the answer names the first record whose mail could not be sent, and Lambda hands over that one and the ones
    /// after it again.
    pub async fn handle(&self, event: LambdaEvent<Event>) -> Result<BatchResponse, Error> {
        Ok(self.deliver(event.payload).await)
    }
}
