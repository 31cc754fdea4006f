//! The table itself, past the service: to see what is stored, and to put what the service would not.

use serde_json::{Value, json};

use super::World;

/// The table of a [`World`]. Items are in DynamoDB's own JSON.
pub(crate) struct Table<'a>(&'a World);

impl World {
    pub(crate) fn table(&self) -> Table<'_> {
        Table(self)
    }
}

impl Table<'_> {
    /// Calls DynamoDB.
    pub(crate) async fn call(&self, operation: &str, mut request: Value) -> Value {
        request["TableName"] = self.0.stack.table().into();
        self.send(operation, &request).await
    }

    /// Writes a batch.
    pub(crate) async fn batch(&self, request: Value) {
        let answer = self.send("BatchWriteItem", &request).await;
        assert_eq!(answer["UnprocessedItems"], json!({}));
    }

    async fn send(&self, operation: &str, request: &Value) -> Value {
        let credential = "AWS4-HMAC-SHA256 Credential=local/20260602/eu-west-1/dynamodb/aws4_request, \
                          SignedHeaders=host, Signature=0";
        let response = reqwest::Client::new()
            .post(self.0.stack.dynamodb_url())
            .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
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

    /// Every item.
    pub(crate) async fn items(&self) -> Vec<Value> {
        let answer = self.call("Scan", json!({})).await;
        answer["Items"].as_array().unwrap().clone()
    }

    /// The item of the address `email`, in its normal form.
    pub(crate) async fn email(&self, email: &str) -> Value {
        let key = json!({ "pk": { "S": format!("EMAIL#{email}") }, "sk": { "S": "EMAIL" } });
        self.call("GetItem", json!({ "Key": key, "ConsistentRead": true }))
            .await["Item"]
            .clone()
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
