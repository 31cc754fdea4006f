//! A stream record as Lambda shows it: the JSON of DynamoDB's own protocol.

use aws_sdk_dynamodbstreams::primitives::{Blob, DateTime};
use aws_sdk_dynamodbstreams::types::{AttributeValue, OperationType, Record, StreamViewType};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::sam::REGION;

type Item = std::collections::HashMap<String, AttributeValue>;

/// The record for a function's event.
pub(super) fn event(record: &Record, stream: &str) -> Value {
    let mut shown = json!({
        "eventID": record.event_id,
        "eventName": record.event_name().map(OperationType::as_str),
        "eventVersion": record.event_version.as_deref().unwrap_or("1.1"),
        "eventSource": "aws:dynamodb",
        "awsRegion": record.aws_region.as_deref().filter(|region| *region != "dynoxide").unwrap_or(REGION),
        "eventSourceARN": stream,
    });
    if let Some(change) = record.dynamodb() {
        let mut body = json!({
            "ApproximateCreationDateTime":
                change.approximate_creation_date_time().map(DateTime::secs),
            "SequenceNumber": change.sequence_number,
            "SizeBytes": change.size_bytes.unwrap_or_default(),
            "StreamViewType": change.stream_view_type().map(StreamViewType::as_str),
        });
        for (name, item) in [
            ("Keys", change.keys()),
            ("NewImage", change.new_image()),
            ("OldImage", change.old_image()),
        ] {
            if let Some(item) = item {
                body[name] = image(item);
            }
        }
        shown["dynamodb"] = body;
    }
    if let Some(identity) = record.user_identity() {
        shown["userIdentity"] =
            json!({ "type": identity.r#type, "principalId": identity.principal_id });
    }
    shown
}

/// The place of an event's record in its shard.
pub(super) fn sequence(event: &Value) -> String {
    event["dynamodb"]["SequenceNumber"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn image(item: &Item) -> Value {
    let members = item
        .iter()
        .map(|(name, value)| (name.clone(), attribute(value)));
    Value::Object(members.collect::<Map<_, _>>())
}

fn attribute(value: &AttributeValue) -> Value {
    let blob = |blob: &Blob| STANDARD.encode(blob);
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Bool(value) => json!({ "BOOL": value }),
        AttributeValue::Null(value) => json!({ "NULL": value }),
        AttributeValue::M(map) => json!({ "M": image(map) }),
        AttributeValue::L(list) => json!({ "L": list.iter().map(attribute).collect::<Vec<_>>() }),
        AttributeValue::B(bytes) => json!({ "B": blob(bytes) }),
        AttributeValue::Ss(texts) => json!({ "SS": texts }),
        AttributeValue::Ns(numbers) => json!({ "NS": numbers }),
        AttributeValue::Bs(all) => json!({ "BS": all.iter().map(blob).collect::<Vec<_>>() }),
        _ => Value::Null,
    }
}
