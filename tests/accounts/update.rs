//! `PUT /api/accounts/{id}`

use serde_json::{Value, json};

use crate::support::TestApp;

/// Everything that an account can be asked to be.
fn whole() -> Value {
    json!({
        "name": "Acme Holding", "description": "What is above", "primaryContact": "desk@acme.example", "country": "FR",
        "status": "active",
    })
}

#[tokio::test]
async fn what_is_left_out_keeps_its_value() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let mut expected = acme.owner.put(&acme.path(), &whole()).await.expect(200);
    for (member, value) in [
        ("description", json!("Another one")),
        ("country", json!("IT")),
        ("primaryContact", json!("new@acme.example")),
        ("name", json!("Acme United")),
        ("status", json!("suspended")),
    ] {
        app.stack.advance(2);
        let answer = acme
            .owner
            .put(&acme.path(), &json!({ member: value }))
            .await;
        let answer = answer.expect(200);
        assert_ne!(answer["updatedAt"], expected["updatedAt"]);
        expected["updatedAt"] = answer["updatedAt"].clone();
        expected[member] = value;
        if member == "status" {
            expected["suspendedBy"] = "account".into();
        }
        assert_eq!(answer, expected, "{member}");
        assert_eq!(acme.owner.get(&acme.path()).await.expect(200), expected);
    }
}

#[tokio::test]
async fn null_clears_what_may_be_empty() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.owner.put(&acme.path(), &whole()).await.expect(200);
    for member in ["description", "primaryContact", "country"] {
        let cleared = acme.owner.put(&acme.path(), &json!({ member: null })).await;
        assert_eq!(cleared.expect(200)[member], Value::Null, "{member}");
    }
    let kept = acme.owner.get(&acme.path()).await.expect(200);
    assert_eq!(kept["name"], "Acme Holding");
    for member in ["name", "status"] {
        let answer = acme.owner.put(&acme.path(), &json!({ member: null })).await;
        answer.refused(400, "VALIDATION_FAILED");
        assert_eq!(answer.mistakes(), [format!("/{member} REQUIRED")]);
    }
}

#[tokio::test]
async fn a_change_of_nothing_is_refused() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let answer = acme.owner.put(&acme.path(), &json!({})).await;
    answer.refused(400, "VALIDATION_FAILED");
    assert_eq!(acme.owner.get(&acme.path()).await.header("etag"), "\"1\"");
}

#[tokio::test]
async fn every_mistake_of_a_change_is_told() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let long = "x".repeat(1001);
    let change = json!({
        "name": " ", "description": long, "primaryContact": "@", "country": "England", "status": "deleted", "ownerId": 1,
    });
    let answer = acme.owner.put(&acme.path(), &change).await;
    answer.refused(400, "VALIDATION_FAILED");
    let pointers: Vec<_> = answer.mistakes();
    let pointers: Vec<_> = pointers
        .iter()
        .map(|mistake| mistake.split(' ').next().unwrap())
        .collect();
    assert_eq!(
        pointers,
        [
            "/name",
            "/description",
            "/primaryContact",
            "/country",
            "/status",
            "/ownerId"
        ]
    );
}

#[tokio::test]
async fn a_new_name_frees_the_old_one_at_once() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let change = json!({ "name": "Globex" });
    acme.owner.put(&acme.path(), &change).await.expect(200);
    acme.owner
        .get("/api/accounts/Acme")
        .await
        .refused(404, "ACCOUNT_NOT_FOUND");
    let found = acme.owner.get("/api/accounts/globex").await.expect(200);
    assert_eq!(found["id"], acme.id);
    acme.owner.create("ACME").await;
}

#[tokio::test]
async fn an_account_may_be_spelt_anew_but_not_take_anothers_name() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.owner.create("Globex").await;
    let respelt = acme
        .owner
        .put(&acme.path(), &json!({ "name": "ACME" }))
        .await;
    assert_eq!(respelt.expect(200)["name"], "ACME");
    let same = acme
        .owner
        .put(&acme.path(), &json!({ "name": "ACME" }))
        .await;
    same.expect(200);
    let taken = acme
        .owner
        .put(
            &acme.path(),
            &json!({ "name": "gLOBEX", "description": "x" }),
        )
        .await;
    taken.refused(409, "ACCOUNT_ALREADY_EXISTS");
    let kept = acme.owner.get(&acme.path()).await.expect(200);
    assert_eq!(
        (&kept["name"], &kept["description"]),
        (&json!("ACME"), &Value::Null)
    );
}

#[tokio::test]
async fn an_account_is_changed_by_its_id_only() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let change = json!({ "description": "x" });
    let by_name = acme.owner.put("/api/accounts/Acme", &change).await;
    by_name.refused(400, "VALIDATION_FAILED");
    let zero_in_front = format!("/api/accounts/0{}", acme.id);
    let unknown = acme.owner.put(&zero_in_front, &change).await;
    unknown.refused(404, "ACCOUNT_NOT_FOUND");
}
