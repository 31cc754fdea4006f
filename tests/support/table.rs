//! The table itself, past the service: to see what is stored, and to put what the service would not.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::TestApp;

/// The table of a [`TestApp`]. Items are in DynamoDB's own JSON.
pub(crate) struct Table<'a>(&'a TestApp);

impl TestApp {
    pub(crate) fn table(&self) -> Table<'_> {
        Table(self)
    }
}

impl Table<'_> {
    /// Calls DynamoDB.
    pub(crate) async fn call(&self, operation: &str, mut request: Value) -> Value {
        request["TableName"] = self.0.stack.table().into();
        self.send(&format!("DynamoDB_20120810.{operation}"), &request)
            .await
    }

    /// Writes a batch.
    pub(crate) async fn batch(&self, request: Value) {
        let answer = self
            .send("DynamoDB_20120810.BatchWriteItem", &request)
            .await;
        assert_eq!(answer["UnprocessedItems"], json!({}));
    }

    /// Every record of the table's stream that asks for a mail, in order and as Lambda hands them over.
    pub(crate) async fn mail_records(&self) -> Vec<Value> {
        self.mail_records_after(&mut BTreeMap::new()).await
    }

    /// The same from `reached` on, by shard, which is brought up to date.
    pub(crate) async fn mail_records_after(
        &self,
        reached: &mut BTreeMap<String, Value>,
    ) -> Vec<Value> {
        let streams = async |operation: &str, request: Value| {
            let target = format!("DynamoDBStreams_20120810.{operation}");
            self.send(&target, &request).await
        };
        let described = self.call("DescribeTable", json!({})).await;
        let stream = &described["Table"]["LatestStreamArn"];
        let answer = streams("DescribeStream", json!({ "StreamArn": stream })).await;
        let mut records = Vec::new();
        for shard in answer["StreamDescription"]["Shards"].as_array().unwrap() {
            let id = shard["ShardId"].as_str().unwrap();
            let from_start = json!({
                "StreamArn": stream, "ShardId": id, "ShardIteratorType": "TRIM_HORIZON",
            });
            let mut next = match reached.remove(id) {
                Some(next) => next,
                None => streams("GetShardIterator", from_start).await["ShardIterator"].take(),
            };
            while next.is_string() {
                reached.insert(id.to_owned(), next.clone());
                let mut page = streams("GetRecords", json!({ "ShardIterator": next })).await;
                let read = page["Records"].as_array_mut().unwrap();
                if read.is_empty() {
                    break;
                }
                records.append(read);
                next = page["NextShardIterator"].take();
            }
        }
        let asks = |record: &Value| {
            let change = |image: &str| record["dynamodb"][image]["change"].clone();
            change("NewImage")["M"]["mail"].is_object() && change("NewImage") != change("OldImage")
        };
        records.retain(asks);
        records
    }

    async fn send(&self, target: &str, request: &Value) -> Value {
        let credential = "AWS4-HMAC-SHA256 Credential=local/20260602/eu-west-1/dynamodb/aws4_request, \
                          SignedHeaders=host, Signature=0";
        let response = reqwest::Client::new()
            .post(self.0.stack.dynamodb_url())
            .header("x-amz-target", target)
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-date", "20260602T103000Z")
            .header("authorization", credential)
            .body(request.to_string())
            .send()
            .await
            .unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// The item under `key`; `null` if there is none.
    pub(crate) async fn item(&self, key: &Value) -> Value {
        let request = json!({ "Key": key, "ConsistentRead": true });
        self.call("GetItem", request).await["Item"].take()
    }

    /// Every item.
    pub(crate) async fn items(&self) -> Vec<Value> {
        let answer = self.call("Scan", json!({})).await;
        answer["Items"].as_array().unwrap().clone()
    }

    /// The item of the address `email`, in its normal form.
    pub(crate) async fn email(&self, email: &str) -> Value {
        let key = json!({ "pk": { "S": format!("EMAIL#{email}") }, "sk": { "S": "EMAIL" } });
        self.item(&key).await
    }

    /// Puts `item`, as it is.
    pub(crate) async fn put(&self, item: Value) {
        self.call("PutItem", json!({ "Item": item })).await;
    }

    /// Removes one attribute of `item`.
    pub(crate) async fn remove(&self, item: &Value, name: &str) {
        let request = json!({
            "Key": { "pk": item["pk"], "sk": item["sk"] },
            "UpdateExpression": "REMOVE #name",
            "ExpressionAttributeNames": { "#name": name },
        });
        self.call("UpdateItem", request).await;
    }

    /// Sets one attribute of `item`.
    pub(crate) async fn set(&self, item: &Value, name: &str, value: Value) {
        let request = json!({
            "Key": { "pk": item["pk"], "sk": item["sk"] },
            "UpdateExpression": "SET #name = :value",
            "ExpressionAttributeNames": { "#name": name },
            "ExpressionAttributeValues": { ":value": value },
        });
        self.call("UpdateItem", request).await;
    }
}
