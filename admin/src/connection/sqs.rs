//! The messages of a queue, by the JSON protocol.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::http::Request;
use super::signed::{Caller, Service, refused};
use crate::Failure;

const SQS: Service = Service {
    name: "sqs",
    id: "SQS",
    version: "2012-11-05",
};
/// How long an empty queue is asked, in seconds: an answer at once asks some of its servers only (*Short and long polling*).
const LONG_POLL: u32 = 1;

/// A queue.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    caller: Caller,
    url: String,
}

/// A message.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Message {
    #[serde(rename = "MessageId")]
    pub(crate) id: String,
    pub(crate) receipt_handle: String,
    pub(crate) body: String,
    /// What SQS says of it.
    #[serde(rename = "Attributes")]
    pub(crate) system: BTreeMap<String, String>,
    /// What its sender says of it.
    #[serde(rename = "MessageAttributes")]
    pub(crate) attributes: BTreeMap<String, Attribute>,
}

/// An attribute of a message.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Attribute {
    pub(crate) string_value: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Received {
    messages: Vec<Message>,
}

impl Queue {
    /// The queue at `url`.
    pub(crate) fn new(caller: &Caller, url: &str) -> Self {
        Self {
            caller: caller.clone(),
            url: url.to_owned(),
        }
    }

    /// Up to ten messages, which others do not see for so many seconds.
    pub(crate) async fn receive(&self, hidden_for: u32) -> Result<Vec<Message>, Failure> {
        let asked = json!({
            "QueueUrl": self.url,
            "MaxNumberOfMessages": 10,
            "VisibilityTimeout": hidden_for,
            "WaitTimeSeconds": LONG_POLL,
            "MessageAttributeNames": ["All"],
            "MessageSystemAttributeNames": ["SentTimestamp"],
        });
        let body = self.send("ReceiveMessage", &asked).await?;
        let received: Received = serde_json::from_str(&body)
            .map_err(|error| Failure::unreachable("sqs:ReceiveMessage", &error))?;
        Ok(received.messages)
    }

    /// Removes the message that was received with this handle.
    pub(crate) async fn delete(&self, receipt_handle: &str) -> Result<(), Failure> {
        let asked = json!({ "QueueUrl": self.url, "ReceiptHandle": receipt_handle });
        self.send("DeleteMessage", &asked).await?;
        Ok(())
    }

    async fn send(&self, action: &str, asked: &Value) -> Result<String, Failure> {
        let header = |name: &str, value: String| (name.to_owned(), value);
        let request = Request {
            method: "POST",
            path: "/".into(),
            headers: vec![
                header("content-type", "application/x-amz-json-1.0".into()),
                header("x-amz-target", format!("AmazonSQS.{action}")),
            ],
            body: asked.to_string().into_bytes(),
            // What is received twice is hidden for longer, and what is deleted twice is gone.
            repeatable: true,
            ..Request::default()
        };
        let answer = self.caller.call(SQS, request).await?;
        if answer.status == 200 {
            return Ok(answer.body);
        }
        let problem: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let reason = problem["message"].as_str().unwrap_or(&answer.body);
        Err(refused(SQS, action, answer.status, reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_with_what_sqs_and_the_sender_say_of_them() {
        let text = r#"{"Messages": [{"MessageId": "1", "ReceiptHandle": "h", "Body": "{}", "MD5OfBody": "9",
            "Attributes": {"SentTimestamp": "1780396200500"},
            "MessageAttributes": {"TARGET_ARN": {"DataType": "String", "StringValue": "arn"}}}]}"#;
        let received: Received = serde_json::from_str(text).unwrap();
        let [message] = received.messages.as_slice() else {
            panic!("{text}");
        };
        assert_eq!(
            (message.id.as_str(), message.receipt_handle.as_str()),
            ("1", "h")
        );
        assert_eq!(message.system["SentTimestamp"], "1780396200500");
        assert_eq!(message.attributes["TARGET_ARN"].string_value, "arn");
        let none: Received = serde_json::from_str("{}").unwrap();
        assert!(none.messages.is_empty());
    }
}
