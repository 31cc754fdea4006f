//! The stream itself, past the stack's own event sources: to deliver its records in ways that Lambda does not.

use serde_json::{Value, json};

use crate::support::TestApp;

async fn call(app: &TestApp, operation: &str, request: Value) -> Value {
    let credential = "AWS4-HMAC-SHA256 Credential=local/20260602/eu-west-1/dynamodb/aws4_request, \
                      SignedHeaders=host, Signature=0";
    let response = reqwest::Client::new()
        .post(app.stack.dynamodb_url())
        .header(
            "x-amz-target",
            format!("DynamoDBStreams_20120810.{operation}"),
        )
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-date", "20260602T103000Z")
        .header("authorization", credential)
        .body(request.to_string())
        .send()
        .await
        .unwrap();
    let text = response.text().await.unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Every record of the table's stream that `trail` is fed with, as Lambda would hand it over, oldest first.
pub(crate) async fn records(app: &TestApp) -> Vec<Value> {
    let streams = call(app, "ListStreams", json!({})).await;
    let stream = streams["Streams"][0]["StreamArn"].clone();
    let described = call(app, "DescribeStream", json!({ "StreamArn": stream })).await;
    let mut records = Vec::new();
    for shard in described["StreamDescription"]["Shards"].as_array().unwrap() {
        let request = json!({
            "StreamArn": stream,
            "ShardId": shard["ShardId"],
            "ShardIteratorType": "TRIM_HORIZON",
        });
        let mut iterator = call(app, "GetShardIterator", request).await["ShardIterator"].clone();
        loop {
            let page = call(app, "GetRecords", json!({ "ShardIterator": iterator })).await;
            let read = page["Records"].as_array().unwrap();
            records.extend(read.iter().cloned());
            iterator = page["NextShardIterator"].clone();
            if read.is_empty() || iterator.is_null() {
                break;
            }
        }
    }
    records.retain(|record| !record["dynamodb"]["NewImage"]["change"]["M"]["id"].is_null());
    records
}

/// Delivers `records` to the trail, and fails unless it processes all of them.
pub(super) async fn deliver(app: &TestApp, records: &[Value]) {
    let event = json!({ "Records": records });
    let answer = app.stack.invoke("TrailFunction", event).await.unwrap();
    assert_eq!(answer["batchItemFailures"], json!([]), "{answer}");
}
