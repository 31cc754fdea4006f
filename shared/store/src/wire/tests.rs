use std::collections::BTreeMap;
use std::fmt::Debug;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::take::split;
use super::*;

/// `item` as DynamoDB's answers spell it.
pub(crate) fn on_the_wire(item: &Item) -> WireItem {
    let members = item.iter().map(|(name, value)| (name.clone(), json(value)));
    wire_item(&Value::Object(members.collect()).to_string())
}

fn wire_item(text: &str) -> WireItem {
    WireItem::from_item(&mut serde_json::Deserializer::from_str(text)).unwrap()
}

fn json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::B(bytes) => json!({ "B": STANDARD.encode(bytes) }),
        AttributeValue::Bool(truth) => json!({ "BOOL": truth }),
        AttributeValue::Null(_) => json!({ "NULL": true }),
        AttributeValue::L(list) => json!({ "L": list.iter().map(json).collect::<Vec<_>>() }),
        AttributeValue::M(map) => {
            let members = map.iter().map(|(name, value)| (name.clone(), json(value)));
            json!({ "M": members.collect::<serde_json::Map<_, _>>() })
        }
        other => panic!("no row has {other:?}"),
    }
}

/// The row in `text`, read at once and from an item.
fn read<T: DeserializeOwned + Debug + PartialEq + Send + 'static>(
    text: &str,
) -> Result<T, TableError> {
    let answer = format!(r#"{{"Items": [{text}], "Count": 1}}"#);
    let (row, rest) = split::<T>(answer.as_bytes())?;
    let later = wire_item(text).row::<T>();
    assert_eq!(rest, br#"{"Count":1}"#);
    assert_eq!(row.as_ref().ok().map(|rows| &rows[0]), later.as_ref().ok());
    Ok(row?.remove(0))
}

#[derive(Debug, PartialEq, Deserialize)]
struct Row {
    text: String,
    number: i64,
    large: Option<u64>,
    truth: bool,
    bytes: Option<serde_bytes::ByteBuf>,
    map: BTreeMap<String, Vec<Kind>>,
    absent: Option<String>,
    null: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Plain,
    Text(String),
    Both { one: i64, other: Option<i64> },
}

#[test]
fn every_type_of_a_row_is_read_and_the_rest_is_passed_over() {
    let text = r#"{
        "text": {"S": "\"é\" \u00e9"}, "number": {"N": "-7"}, "large": {"N": "18446744073709551615"}, "truth": {"BOOL": true},
        "bytes": {"B": "AP8="}, "null": {"NULL": true}, "unknown": {"M": {"SS": {"SS": ["a"]}}}, "set": {"NS": ["1"]},
        "map": {"M": {"kinds": {"L": [{"S": "plain"}, {"M": {"text": {"S": "t"}}}, {"M": {"both": {"M": {"one": {"N": "1"}}}}}]}}}
    }"#;
    let kinds = vec![
        Kind::Plain,
        Kind::Text("t".into()),
        Kind::Both {
            one: 1,
            other: None,
        },
    ];
    let expected = Row {
        text: "\"é\" é".into(),
        number: -7,
        large: Some(u64::MAX),
        truth: true,
        bytes: Some(serde_bytes::ByteBuf::from([0, 255])),
        map: BTreeMap::from([("kinds".into(), kinds)]),
        absent: None,
        null: None,
    };
    assert_eq!(read::<Row>(text).unwrap(), expected);
}

#[test]
fn what_is_no_attribute_is_refused() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Row {
        a: Option<String>,
    }
    for text in [
        r#"{"a": "text"}"#,
        r#"{"a": {}}"#,
        r#"{"a": {"X": "text"}}"#,
        r#"{"a": {"N": "1"}}"#,
        r#"{"a": {"S": 1}}"#,
        r#"{"a": {"S": "one", "N": "2"}}"#,
    ] {
        let refused = read::<Row>(text);
        assert!(matches!(refused, Err(TableError::Malformed(_))), "{text}");
    }
    assert!(split::<Row>(br#"{"Items": [[]]}"#).is_err());
}

#[test]
fn an_answer_is_split_into_its_items_and_the_rest() {
    let query = br#"{"Items":[{"pk":{"S":"p"},"sk":{"S":"s"}}, {}],"Count":2,"ScannedCount":3,"LastEvaluatedKey":{"pk":{"S":"p"}},
        "ConsumedCapacity":{"CapacityUnits":0.5}}"#;
    let (items, rest) = split::<WireItem>(query).unwrap();
    let items = items.unwrap();
    let key = items[0].key().unwrap();
    assert_eq!(
        (key.pk.as_str(), key.sk.as_str(), items.len()),
        ("p", "s", 2)
    );
    assert!(items[1].key().is_none());
    let rest: Value = serde_json::from_slice(&rest).unwrap();
    let expected = json!({
        "Count": 2,
        "ScannedCount": 3,
        "LastEvaluatedKey": { "pk": { "S": "p" } },
        "ConsumedCapacity": { "CapacityUnits": 0.5 },
    });
    assert_eq!(rest, expected);

    let batch = br#"{"Responses":{"t":[{"a":{"S":"b"}}]},"UnprocessedKeys":{"t":{"Keys":[{"pk":{"S":"p"}}]}}}"#;
    let (items, rest) = split::<WireItem>(batch).unwrap();
    let rest: Value = serde_json::from_slice(&rest).unwrap();
    assert_eq!(items.unwrap().len(), 1);
    let expected = json!({ "UnprocessedKeys": { "t": { "Keys": [{ "pk": { "S": "p" } }] } } });
    assert_eq!(rest, expected);

    assert!(split::<WireItem>(b"<html>").is_err());
    assert!(split::<WireItem>(b"{\"Count\": \"\xff\"}").is_err());
}
