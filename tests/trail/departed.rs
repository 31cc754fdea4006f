//! What a person is given at the moment of their erasure is removed again.

use reqwest::Method;
use serde_json::{Value, json};

use super::{settled, trail_of};
use crate::support::{Account, PASSWORD, Person, TestApp};

async fn erase(person: &Person) {
    let request = person.request(Method::DELETE, "/api/users/me");
    let password = json!({ "password": PASSWORD });
    request.json(&password).send().await.expect(204);
}

/// The row of `user` in `account`.
async fn row(app: &TestApp, account: &Account, user: u64) -> Value {
    let rows = app.table().items().await;
    let (pk, sk) = (
        format!("ACCOUNT#{}", account.id),
        format!("MEMBER#{user:016}"),
    );
    let row = rows
        .into_iter()
        .find(|row| row["pk"]["S"] == pk && row["sk"]["S"] == sk);
    row.unwrap_or_default()
}

/// Writes `item` like a change that does not check whether its person exists.
async fn put(app: &TestApp, mut item: Value, kind: &str, id: &str) {
    item["change"]["M"]["kind"]["S"] = kind.into();
    item["change"]["M"]["id"]["S"] = id.into();
    app.table().call("PutItem", json!({ "Item": item })).await;
}

/// Waits until `done` holds of the table.
async fn within_seconds(app: &TestApp, done: impl Fn(&[Value]) -> bool) {
    for _ in 0..500 {
        if done(&app.table().items().await) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{:#?}", app.table().items().await);
}

#[tokio::test]
async fn a_membership_of_a_person_who_does_not_exist_ends_within_seconds() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.owner_of("Acme").await, app.owner_of("Globex").await);
    let bob = acme.member("bob@example.com", &["user"]).await;
    let mut given = row(&app, &acme, bob.id).await;
    erase(&bob).await;
    settled(&app).await;
    for (status, id) in [
        ("active", "given-meanwhile1"),
        ("invited", "given-meanwhile2"),
    ] {
        given["pk"]["S"] = format!("ACCOUNT#{}", globex.id).into();
        given["status"]["S"] = status.into();
        put(&app, given.clone(), "MemberAdded", id).await;
        within_seconds(&app, |rows| {
            let text = json!(rows).to_string();
            !text.contains("bob@example.com") && !text.contains("\"Hopper\"")
        })
        .await;
        let after = row(&app, &globex, bob.id).await;
        assert_eq!(after["status"]["S"], "removed");
        assert_eq!(after["gsi1pk"], Value::Null);
    }
    let events = trail_of(&globex, 5).await;
    let mut removals = events
        .iter()
        .filter(|event| event["kind"] == "MemberRemoved");
    let removed = removals.next().unwrap();
    assert!(removals.next().is_some());
    assert_eq!(
        removed["actor"],
        json!({ "type": "system", "id": null, "email": null })
    );
    assert_eq!(removed["sourceIp"], Value::Null);
    assert_eq!(removed["target"]["id"], bob.id);
}

#[tokio::test]
async fn an_offer_to_a_person_who_is_no_member_any_more_ends_within_seconds() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@example.com", &["user"]).await;
    let (pk, sk) = (format!("ACCOUNT#{}", acme.id), "ACCOUNT");
    let offered = |rows: &[Value]| {
        let mut rows = rows.iter();
        let account = rows
            .find(|row| row["pk"]["S"] == pk && row["sk"]["S"] == sk)
            .unwrap();
        account["pendingOwner"] != Value::Null
    };
    let rows = app.table().items().await;
    let mut account = rows
        .into_iter()
        .find(|row| row["pk"]["S"] == pk && row["sk"]["S"] == sk)
        .unwrap();
    account["pendingOwner"] = json!({ "M": {
        "userId": { "N": bob.id.to_string() },
        "offeredAt": { "N": "1780396200000" },
        "expiresAt": { "N": "9780396200000" },
    } });
    put(
        &app,
        account.clone(),
        "OwnershipOffered",
        "offered-to-bob-1",
    )
    .await;
    trail_of(&acme, 4).await;
    assert!(
        offered(&app.table().items().await),
        "Bob is an active member"
    );
    acme.set_member_status(bob.id, "suspended").await;
    within_seconds(&app, |rows| !offered(rows)).await;

    // Offered after he is gone.
    acme.remove(bob.id).await;
    trail_of(&acme, 7).await;
    let key = json!({ "pk": { "S": pk }, "sk": { "S": sk } });
    let version = app.table().item(&key).await["version"].clone();
    account["version"] = version;
    put(&app, account, "OwnershipOffered", "offered-to-bob-2").await;
    within_seconds(&app, |rows| !offered(rows)).await;
}
