//! Many rows, put into the table directly.

use serde_json::{Value, json};

use crate::support::{Account, Person, TestApp};

/// The creation of the first loaded row: before that of any other.
const FIRST: u64 = 1_700_000_000_000;

/// A platform administrator, as `PlatformAdminEmails` has to name them.
pub(super) const ADMIN: &str = "root@example.com";

/// The platform administrator, signed in with a verified address.
pub(super) async fn administrator(app: &TestApp) -> Person {
    let root = app.owner(ADMIN, "Platform").await.owner;
    let token = app.link_tokens(ADMIN, "Verify", 1).await.remove(0);
    let verified = app
        .post(
            "/api/auth/verify-email",
            &json!({ "token": token, "password": crate::support::PASSWORD }),
        )
        .await;
    verified.expect(204);
    app.sign_in(&root.email, crate::support::PASSWORD).await
}

/// Puts accounts `numbers` into the table: number 7 is called `Account 7`, has the id 1007, and was created 7 ms after the
/// first, except that two and two are of one millisecond.
pub(crate) async fn load_accounts(app: &TestApp, numbers: std::ops::Range<u64>) {
    let items = numbers.map(|number| {
        let (id, created_at) = (1000 + number, FIRST + number / 2 * 2);
        json!({
            "pk": { "S": format!("ACCOUNT#{id}") },
            "sk": { "S": "ACCOUNT" },
            "entity": { "S": "account" },
            "name": { "S": format!("Account {number}") },
            "status": { "S": if number.is_multiple_of(10) { "suspended" } else { "active" } },
            "ownerId": { "N": "1" },
            "updatedAt": { "N": created_at.to_string() },
            "version": { "N": "1" },
            "gsi2pk": { "S": "ACCOUNT" },
            "gsi2sk": { "S": format!("{created_at:013}#{id:016}") },
        })
    });
    put(app, items.collect()).await;
}

/// Puts members `numbers` into an account: number 7 is `m7@example.com`, with the id 1007.
pub(super) async fn load_members(app: &TestApp, account: &Account, numbers: std::ops::Range<u64>) {
    let items = numbers.map(|number| {
        let (id, created_at) = (1000 + number, FIRST + 1_000_000 - number);
        json!({
            "pk": { "S": format!("ACCOUNT#{}", account.id) },
            "sk": { "S": format!("MEMBER#{id:016}") },
            "entity": { "S": "member" },
            "email": { "S": format!("m{number}@example.com") },
            "firstName": { "S": "Loaded" },
            "lastName": { "S": format!("{number}") },
            "roles": { "L": [{ "S": if number.is_multiple_of(100) { "manage" } else { "user" } }] },
            "status": { "S": "active" },
            "owner": { "BOOL": false },
            "createdAt": { "N": created_at.to_string() },
            "updatedAt": { "N": created_at.to_string() },
            "version": { "N": "1" },
            "gsi1pk": { "S": format!("USER#{id}") },
            "gsi1sk": { "S": format!("ACCOUNT#{:016}", account.id) },
        })
    });
    put(app, items.collect()).await;
}

/// Deletes the account `number`, as if it had never been.
pub(super) async fn unload_account(app: &TestApp, number: u64) {
    let key = json!({
        "pk": { "S": format!("ACCOUNT#{}", 1000 + number) },
        "sk": { "S": "ACCOUNT" },
    });
    let request = json!({ "TableName": app.stack.table(), "Key": key });
    call(app, "DeleteItem", &request).await;
}

/// `BatchWriteItem` takes 25 items.
async fn put(app: &TestApp, items: Vec<Value>) {
    for batch in items.chunks(25) {
        let puts: Vec<_> = batch
            .iter()
            .map(|item| json!({ "PutRequest": { "Item": item } }))
            .collect();
        let request = json!({ "RequestItems": { app.stack.table(): puts } });
        let answer = call(app, "BatchWriteItem", &request).await;
        let left = answer["UnprocessedItems"].as_object();
        assert!(left.is_none_or(serde_json::Map::is_empty), "{answer}");
    }
}

async fn call(app: &TestApp, operation: &str, request: &Value) -> Value {
    let client = reqwest::Client::new();
    let sent = client
        .post(app.stack.dynamodb_url())
        .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-date", "20260101T000000Z")
        .header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
        )
        .body(request.to_string());
    let answer = sent.send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{text}");
    serde_json::from_str(&text).unwrap()
}
