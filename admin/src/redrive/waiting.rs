//! The forms of what waits: invocation records of Lambda, and messages of EventBridge's dead-letter queue.

use model::Timestamp;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::connection::sqs::Message;

/// What one function could not take.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    /// The key of the object, or the id of the message.
    pub(super) key: String,
    /// The entity tag of the object, or the handle by which the message was received.
    pub(super) tag: String,
    /// The name of the function.
    pub(super) function: String,
    /// Why it was given up.
    pub(super) condition: String,
    /// When the first change was made; of an event that is no batch, when it was given up.
    pub(super) time: Timestamp,
    pub(super) event: Event,
    document: Map<String, Value>,
}

/// What the function was invoked with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Event {
    /// The records of a stream, which can be taken one by one.
    Batch(Vec<Value>),
    /// An event that is taken or refused as a whole.
    Whole(Value),
}

impl Waiting {
    /// The invocation record in `body` (Lambda, *Capturing records of Lambda asynchronous invocations* and *Retaining discarded
    /// batches for a DynamoDB event source in Lambda*). `None`: the text is none.
    pub(super) fn of_object(key: &str, tag: &str, body: &str) -> Option<Self> {
        let document = serde_json::from_str(body).ok()?;
        Self::of(key, tag, document)
    }

    /// The event in `message`, with EventBridge's attributes about the rule, its target and what went wrong (*Using dead-letter
    /// queues to process undelivered events in EventBridge*). `None`: another one has sent it.
    pub(super) fn of_message(message: &Message) -> Option<Self> {
        let attribute = |name| message.attributes.get(name);
        let target = attribute("TARGET_ARN")?;
        let condition = attribute("ERROR_CODE").map(|attribute| attribute.string_value.as_str());
        let mut document = Map::new();
        document.insert(
            "requestContext".into(),
            json!({ "functionArn": target.string_value, "condition": condition }),
        );
        document.insert("requestPayload".into(), message.body.as_str().into());
        let mut waiting = Self::of(&message.id, &message.receipt_handle, document)?;
        let sent = message.system.get("SentTimestamp");
        let sent = sent.and_then(|sent| sent.parse().ok());
        waiting.time = Timestamp::from_millis(sent.unwrap_or_default());
        Some(waiting)
    }

    fn of(key: &str, tag: &str, document: Map<String, Value>) -> Option<Self> {
        let context = document.get("requestContext")?;
        let arn = context["functionArn"].as_str()?;
        // An asynchronous invocation's record has a qualifier behind the name.
        let function = arn.split(':').nth(6)?.to_owned();
        let condition = context["condition"].as_str().unwrap_or_default().to_owned();
        let of_stream = document.contains_key("DDBStreamBatchInfo");
        let payload = document.get("payload");
        let event = payload.or_else(|| document.get("requestPayload"))?;
        let event = match event {
            Value::String(text) => serde_json::from_str(text).ok()?,
            event => event.clone(),
        };
        let event = match event {
            Value::Object(mut event) if of_stream => match event.remove("Records")? {
                Value::Array(records) => Event::Batch(records),
                _ => return None,
            },
            event => Event::Whole(event),
        };
        let given_up = document.get("timestamp").and_then(Value::as_str);
        let time = event.made_at().or_else(|| instant(given_up?));
        Some(Self {
            key: key.to_owned(),
            tag: tag.to_owned(),
            function,
            condition,
            time: time.unwrap_or(Timestamp::from_millis(0)),
            event,
            document,
        })
    }

    /// The number of its records.
    pub(super) fn len(&self) -> usize {
        match &self.event {
            Event::Batch(records) => records.len(),
            Event::Whole(_) => 1,
        }
    }

    /// The invocation record with these records only.
    pub(super) fn with_records(&self, records: &[Value]) -> String {
        let mut document = self.document.clone();
        document.insert("payload".into(), json!({ "Records": records }));
        Value::Object(document).to_string()
    }
}

impl Event {
    /// When the first change of a batch was made.
    fn made_at(&self) -> Option<Timestamp> {
        let Self::Batch(records) = self else {
            return None;
        };
        let mut made = records
            .iter()
            .filter_map(|record| record["dynamodb"]["ApproximateCreationDateTime"].as_f64());
        let since_epoch = std::time::Duration::try_from_secs_f64(made.next()?).ok()?;
        let millis = i64::try_from(since_epoch.as_millis()).ok()?;
        Some(Timestamp::from_millis(millis))
    }
}

fn instant(text: &str) -> Option<Timestamp> {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let millis = at.unix_timestamp_nanos() / 1_000_000;
    Some(Timestamp::from_millis(i64::try_from(millis).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::sqs::Attribute;

    const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:accounts-MailerFunction-1";

    fn record(number: &str, made: impl Into<Value>) -> Value {
        json!({ "dynamodb": { "SequenceNumber": number, "ApproximateCreationDateTime": made.into() } })
    }

    fn read(document: &Value) -> Waiting {
        Waiting::of_object("key", "tag", &document.to_string()).unwrap()
    }

    fn of_stream(payload: &Value) -> Waiting {
        let context = json!({ "functionArn": ARN, "condition": "RetryAttemptsExhausted" });
        read(&json!({ "requestContext": context, "DDBStreamBatchInfo": {}, "payload": payload }))
    }

    #[test]
    fn a_payload_is_read_as_json_and_as_text() {
        let records = vec![record("1", 1_780_396_200)];
        let batch = json!({ "Records": records });
        let waiting = of_stream(&batch);
        assert_eq!(waiting.event, Event::Batch(records.clone()));
        assert_eq!(waiting.condition, "RetryAttemptsExhausted");
        assert_eq!(
            of_stream(&batch.to_string().into()).event,
            Event::Batch(records)
        );
    }

    #[test]
    fn an_asynchronous_event_is_one_whatever_it_holds() {
        let waiting = read(&json!({
            "requestContext": { "functionArn": format!("{ARN}:$LATEST") },
            "requestPayload": { "Records": [] },
            "timestamp": "2026-06-02T10:30:00.000Z",
        }));
        assert_eq!(waiting.event, Event::Whole(json!({ "Records": [] })));
        assert_eq!(waiting.function, "accounts-MailerFunction-1");
        assert_eq!(waiting.time.to_string(), "2026-06-02T10:30:00Z");
        assert_eq!((waiting.len(), waiting.condition.as_str()), (1, ""));
    }

    #[test]
    fn a_message_of_the_queue_is_the_event_of_its_target() {
        let attributes = [
            (
                "RULE_ARN",
                "arn:aws:events:eu-west-1:123456789012:rule/accounts-MailNews",
            ),
            ("TARGET_ARN", ARN),
            ("ERROR_CODE", "NO_PERMISSIONS"),
        ];
        let attributes = attributes.map(|(name, value)| {
            let string_value = value.to_owned();
            (name.to_owned(), Attribute { string_value })
        });
        let mut message = Message {
            id: "1".into(),
            receipt_handle: "handle".into(),
            body: r#"{"detail-type":"Email Bounced","detail":{}}"#.into(),
            system: [("SentTimestamp".into(), "1780396200500".into())].into(),
            attributes: attributes.into(),
        };
        let waiting = Waiting::of_message(&message).unwrap();
        let event = json!({ "detail-type": "Email Bounced", "detail": {} });
        assert_eq!(waiting.event, Event::Whole(event));
        assert_eq!(waiting.function, "accounts-MailerFunction-1");
        assert_eq!(waiting.condition, "NO_PERMISSIONS");
        assert_eq!(
            (waiting.key.as_str(), waiting.tag.as_str()),
            ("1", "handle")
        );
        assert_eq!(waiting.time.millis(), 1_780_396_200_500);

        message.attributes.clear();
        assert!(Waiting::of_message(&message).is_none());
    }

    #[test]
    fn the_time_is_that_of_the_change_not_of_giving_up() {
        let first = of_stream(&json!({ "Records": [record("2", 10)] }));
        let second = of_stream(&json!({ "Records": [record("1", 20)] }));
        assert!(first.time < second.time);
        let fraction =
            of_stream(&json!({ "Records": [record("1", Value::Null), record("2", 20.25)] }));
        assert_eq!(fraction.time.millis(), 20_250);
    }

    #[test]
    fn what_is_kept_is_the_same_record_with_fewer_changes() {
        let document = json!({
            "requestContext": { "functionArn": ARN, "approximateInvokeCount": 21 },
            "DDBStreamBatchInfo": { "shardId": "1" },
            "payload": { "Records": [record("1", 1), record("2", 2.5)] },
            "version": "1.0",
        });
        let kept = read(&document).with_records(&[record("2", 2.5)]);
        let mut expected = document.clone();
        expected["payload"] = json!({ "Records": [record("2", 2.5)] });
        assert_eq!(kept, expected.to_string());
    }

    #[test]
    fn an_object_of_another_form_is_none() {
        for body in [
            "",
            "[]",
            "{}",
            r#"{"requestContext": {"functionArn": "accounts"}, "payload": {}}"#,
            r#"{"requestContext": {"functionArn": "a:b:c:d:e:f:g"}}"#,
            r#"{"requestContext": {"functionArn": "a:b:c:d:e:f:g"}, "payload": "{", "DDBStreamBatchInfo": {}}"#,
            r#"{"requestContext": {"functionArn": "a:b:c:d:e:f:g"}, "payload": {}, "DDBStreamBatchInfo": {}}"#,
        ] {
            assert!(Waiting::of_object("key", "tag", body).is_none(), "{body}");
        }
    }
}
