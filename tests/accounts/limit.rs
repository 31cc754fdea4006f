//! `AccountsPerOwner`

use local::Options;
use reqwest::Method;
use serde_json::json;

use crate::support::{Account, CALLERS, Person, TestApp, together};

/// Grace, a member of Acme who owns nothing, where one person may own two accounts.
async fn grace() -> (TestApp, Account, Person) {
    let options = Options::memory().parameter("AccountsPerOwner", "2");
    let app = TestApp::with(options).await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    (app, acme, grace)
}

#[tokio::test]
async fn a_person_owns_no_more_accounts_than_the_limit_says() {
    let (app, _, grace) = grace().await;
    let one = grace.create("One").await;
    grace.create("Two").await;
    let three = json!({ "name": "Three" });
    let refused = grace.post("/api/accounts", &three).await;
    refused.refused(409, "ACCOUNT_LIMIT");
    // A deleted account does not count, and cannot come back while others have its place.
    grace.delete(&one.path()).await.expect(200);
    let three = grace.create("Three").await;
    let restore = format!("{}/restore", one.path());
    let restored = grace.request(Method::POST, &restore).send().await;
    restored.refused(409, "ACCOUNT_LIMIT");
    grace.delete(&three.path()).await.expect(200);
    grace
        .request(Method::POST, &restore)
        .send()
        .await
        .expect(200);
    app.check_invariants().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_limit_holds_for_many_at_once() {
    let (app, _, grace) = grace().await;
    let answers = together(|n| {
        let body = json!({ "name": format!("Account {n}") });
        grace.request(Method::POST, "/api/accounts").json(&body)
    });
    let answers = answers.await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 2, "{answers:#?}");
    let refused = |answer: &&crate::support::Answer| answer.json()["code"] == "ACCOUNT_LIMIT";
    assert_eq!(answers.iter().filter(refused).count(), CALLERS - 2);
    app.check_invariants().await;
}

#[tokio::test]
async fn the_count_follows_the_accounts_that_a_person_owns() {
    let (app, _, grace) = grace().await;
    let owned = async || {
        let rows = app.rows().await;
        rows.item(&format!("USER#{}", grace.id), "USER")["owned"].clone()
    };
    assert!(owned().await.is_null());
    let one = grace.create("One").await;
    assert_eq!(owned().await, json!({ "N": "1" }));
    grace.delete(&one.path()).await.expect(200);
    assert_eq!(owned().await, json!({ "N": "0" }));
    let restore = format!("{}/restore", one.path());
    grace
        .request(Method::POST, &restore)
        .send()
        .await
        .expect(200);
    assert_eq!(owned().await, json!({ "N": "1" }));
}
