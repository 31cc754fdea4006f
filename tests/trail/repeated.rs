//! Records that are delivered again: twice, late, and in pieces. None of them has a second effect.

use local::Options;
use serde_json::{Value, json};

use super::records::{deliver, records};
use super::{settled, trail};
use crate::support::{Account, PASSWORD, TestApp};

/// A little of everything.
async fn busy(app: &TestApp) -> Account {
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@example.com", &["user"]).await;
    let names = json!({ "firstName": "Robert", "lastName": "Jr" });
    bob.patch("/api/users/me", &names).await.expect(200);
    acme.set_roles(bob.id, &["manage"]).await;
    let eve = acme.invite("eve@example.com", &["user"]).await;
    acme.remove(eve).await;
    acme.invite("eve@example.com", &["viewer"]).await;
    let globex = bob.create("Globex").await;
    acme.hand_over(&bob).await;
    globex.owner.delete(&globex.path()).await.expect(200);
    let restore = format!("{}/restore", globex.path());
    bob.post(&restore, &json!({})).await.expect(200);
    globex.owner.delete(&globex.path()).await.expect(200);
    bob.patch("/api/users/me", &json!({ "firstName": "Bob" }))
        .await
        .expect(200);
    Account { owner: bob, ..acme }
}

/// Everything that is derived, to be compared.
async fn derived(app: &TestApp) -> Vec<Value> {
    let mut items = app.table().items().await;
    items.retain(|item| {
        item["pk"]["S"]
            .as_str()
            .is_some_and(|pk| !pk.starts_with("IDEMPOTENCY"))
    });
    items.sort_by_key(|item| format!("{} {}", item["pk"], item["sk"]));
    items
}

#[tokio::test]
async fn records_that_come_again_change_nothing() {
    let app = TestApp::start().await;
    let acme = busy(&app).await;
    settled(&app).await;
    let (before, told) = (derived(&app).await, trail(&acme).await);
    let records = records(&app).await;
    assert!(records.len() > 15, "{records:#?}");

    deliver(&app, &[records.clone(), records.clone()].concat()).await;
    // Each alone, the last first; then in pieces, some of them left out.
    for record in records.iter().rev() {
        deliver(&app, std::slice::from_ref(record)).await;
    }
    for size in [2, 3, 7] {
        for piece in records.chunks(size).rev() {
            deliver(&app, piece).await;
        }
        for piece in records.chunks(size).step_by(2) {
            deliver(&app, piece).await;
        }
    }
    assert_eq!(derived(&app).await, before);
    assert_eq!(trail(&acme).await, told);
}

#[tokio::test]
async fn a_record_of_the_erased_that_comes_late_says_no_more_of_them() {
    let app = TestApp::start().await;
    let acme = busy(&app).await;
    let eve = acme.member("mallory@example.com", &["admin"]).await;
    eve.put(&acme.path(), &json!({ "description": "Mine" }))
        .await
        .expect(200);
    settled(&app).await;
    let records = records(&app).await;
    let erase = eve.request(reqwest::Method::DELETE, "/api/users/me");
    erase
        .json(&json!({ "password": PASSWORD }))
        .send()
        .await
        .expect(204);
    let of_eve = async || {
        let trail = trail(&acme).await.into_iter();
        let events: Vec<_> = trail
            .filter(|event| event["actor"]["id"] == eve.id)
            .collect();
        let told = events
            .iter()
            .filter(|event| !event["sourceIp"].is_null())
            .count();
        (events.len(), told)
    };
    for _ in 0..600 {
        if of_eve().await == (3, 0) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(of_eve().await, (3, 0));
    let number = eve.id.to_string();
    // As if the records had not been delivered before: their events are deleted.
    for item in app.table().items().await {
        if item["entity"]["S"] == "event" && item["actor"]["M"]["id"]["N"] == number.as_str() {
            let key = json!({ "pk": item["pk"], "sk": item["sk"] });
            app.table().call("DeleteItem", json!({ "Key": key })).await;
        }
    }
    deliver(&app, &records).await;
    assert_eq!(of_eve().await, (2, 0));
}

#[tokio::test]
async fn what_comes_after_its_account_was_cleared_writes_nothing_there() {
    let options = Options::memory()
        .without_schedules()
        .without_stream_consumer("TrailFunction");
    let app = TestApp::with(options.parameter("RestoreDays", "0")).await;
    let acme = app.owner_of("Acme").await;
    let globex = app.owner_of("Globex").await;
    acme.invite("grace@example.com", &["user"]).await;
    acme.owner.delete(&acme.path()).await.expect(200);
    let records = records(&app).await;
    app.stack.advance(61);
    let purged = app.stack.invoke("PurgeFunction", json!({})).await;
    assert_eq!(purged.unwrap()["accounts"], 1);
    deliver(&app, &records).await;
    let rows = app.at_rest().await;
    let left = rows.partition(&format!("ACCOUNT#{}", acme.id));
    assert!(left.is_empty(), "{left:#?}");
    // Equally late records of an existing account are recorded.
    let globex = globex.again().await;
    assert_eq!(trail(&globex).await.len(), 1);
}
