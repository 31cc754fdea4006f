//! A record that cannot be processed is tried a bounded number of times and kept whole; the others are processed.

use std::time::Duration;

use serde_json::json;

use super::{kinds, settled, trail_of};
use crate::support::TestApp;

#[tokio::test]
async fn a_poison_record_is_kept_whole_and_stops_nobody_for_long() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    settled(&app).await;
    let item = json!({
        "pk": { "S": "ACCOUNT#1" }, "sk": { "S": "ACCOUNT" }, "entity": { "S": "account" },
        "change": { "M": { "id": { "S": "poison" }, "kind": { "S": "NobodyKnows" } } },
    });
    app.table().call("PutItem", json!({ "Item": item })).await;
    // Another partition does not wait for it.
    acme.invite("bob@example.com", &["user"]).await;
    let events = trail_of(&acme, 2).await;
    assert_eq!(kinds(&events), ["AccountCreated", "MemberInvited"]);
    for _ in 0..1200 {
        if !app.stack.undelivered().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let kept = app.stack.undelivered();
    assert_eq!(kept.len(), 1, "{kept:#?}");
    assert_eq!(
        kept[0]["requestContext"]["condition"],
        "RetryAttemptsExhausted"
    );
    let function = kept[0]["requestContext"]["functionArn"].as_str().unwrap();
    assert!(function.contains("TrailFunction"), "{function}");
    let records = kept[0]["payload"]["Records"].as_array().unwrap();
    let poison: Vec<_> = records
        .iter()
        .filter(|record| record["dynamodb"]["NewImage"] == item)
        .collect();
    assert_eq!(poison.len(), 1, "{kept:#?}");
    // The records after it were processed.
    acme.set_status("suspended").await;
    assert_eq!(kinds(&trail_of(&acme, 3).await)[2], "AccountChanged");
}
