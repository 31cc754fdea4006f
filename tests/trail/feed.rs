//! The feed: every change is put on the bus, in the form that `docs/events.md` promises.

use std::collections::{BTreeMap, BTreeSet};

use local::Options;
use reqwest::Method;
use serde_json::{Value, json};
use shared::model::ChangeKind;

use super::settled;
use crate::support::{PASSWORD, TestApp};

/// What is on the bus, the oldest first.
async fn fed(app: &TestApp) -> Vec<Value> {
    let events = app.get_unchecked("/_local/events").await;
    let mut events = events.as_array().unwrap().clone();
    events.reverse();
    events
}

/// The same, once a change of each of `kinds` is there.
async fn fed_with(app: &TestApp, kinds: &BTreeSet<&str>) -> Vec<Value> {
    for _ in 0..1000 {
        let events = fed(app).await;
        let there: BTreeSet<_> = events
            .iter()
            .map(|one| one["detail-type"].as_str().unwrap())
            .collect();
        if kinds.is_subset(&there) {
            return events;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{kinds:?} are not all among {:#?}", fed(app).await);
}

/// The kinds that other tests cause.
const ELSEWHERE: [&str; 14] = [
    "OwnershipOffered",
    "OwnershipOfferEnded",
    "RefreshTokenReused",
    "EmailChangeRequested",
    "EmailChanged",
    "EmailChangeUndone",
    "SecondFactorAdded",
    "SecondFactorRemoved",
    "RecoveryCodesReplaced",
    "RecoveryCodeUsed",
    "SecondFactorLocked",
    "SessionsEnded",
    "UserSuspended",
    "UserReactivated",
];

/// Changes of nearly every kind.
async fn change_everything(app: &TestApp) {
    let acme = app.owner("ada@example.com", "Acme").await;
    let ada = &acme.owner;
    ada.post("/api/auth/verify-email/resend", &json!({}))
        .await
        .expect(202);
    let token = app
        .link_tokens("ada@example.com", "Verify", 2)
        .await
        .remove(0);
    app.post(
        "/api/auth/verify-email",
        &json!({ "token": token, "password": crate::support::PASSWORD }),
    )
    .await
    .expect(204);
    let bob = acme.member("bob@example.com", &["user"]).await;
    bob.patch(
        "/api/users/me",
        &json!({ "firstName": "Robert", "country": "FR" }),
    )
    .await
    .expect(200);
    acme.set_roles(bob.id, &["manage"]).await;
    let contact = json!({ "primaryContact": "desk@acme.example", "description": "Anvils" });
    ada.put(&acme.path(), &contact).await.expect(200);
    let globex = ada.create("Globex").await;
    ada.post(&globex.user(bob.id), &json!({ "roles": ["user"] }))
        .await
        .expect(200);
    let eve = acme.invite("eve@example.com", &["user"]).await;
    ada.request(Method::PUT, &format!("{}/invite", acme.user(eve)))
        .send()
        .await
        .expect(200);
    let token = app
        .link_tokens("eve@example.com", "invites you", 2)
        .await
        .remove(0);
    app.post("/api/invitations/decline", &json!({ "token": token }))
        .await
        .expect(204);
    globex.try_offer(bob.id).await.expect(202);
    ada.delete(&globex.ownership()).await.expect(204);
    globex.hand_over(&bob).await;
    bob.delete(&globex.path()).await.expect(200);
    let restore = format!("{}/restore", globex.path());
    bob.post(&restore, &json!({})).await.expect(200);
    bob.delete(&globex.path()).await.expect(200);
    let forgot = json!({ "email": "ada@example.com" });
    app.post("/api/auth/password/forgot", &forgot)
        .await
        .expect(202);
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "another good password" });
    bob.post("/api/auth/password", &change).await.expect(204);
    let erase = bob.request(Method::DELETE, "/api/users/me");
    erase
        .json(&json!({ "password": "another good password" }))
        .send()
        .await
        .expect(204);
    settled(app).await;
}

#[tokio::test]
async fn every_kind_of_change_is_on_the_bus_as_its_schema_says() {
    let app = TestApp::start().await;
    change_everything(&app).await;
    let kinds: BTreeSet<_> = ChangeKind::ALL.iter().map(|kind| kind.name()).collect();
    let elsewhere = BTreeSet::from(ELSEWHERE);
    let events = fed_with(&app, &(&kinds - &elsewhere)).await;
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/events.schema.json")).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for event in &events {
        let errors: Vec<_> = validator
            .iter_errors(event)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?} in {event:#}");
        assert_eq!(event["detail"]["kind"], event["detail-type"]);
        let text = event.to_string();
        for personal in ["@", "127.0.0.1", "Robert", "Lovelace"] {
            assert!(!text.contains(personal), "{personal} in {text}");
        }
    }
    let named: BTreeSet<_> = schema["properties"]["detail-type"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| kind.as_str().unwrap())
        .collect();
    assert_eq!(named, kinds);

    // What is of one account is in its order.
    let mut last: BTreeMap<u64, String> = BTreeMap::new();
    for event in events {
        if let Some(account) = event["detail"]["accountId"].as_u64() {
            let at = event["detail"]["at"].as_str().unwrap().to_owned();
            let before = last.insert(account, at.clone());
            assert!(before.is_none_or(|before| before <= at));
        }
    }
}

#[tokio::test]
async fn a_kind_is_found_and_a_deployment_may_do_without() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.invite("bob@example.com", &["user"]).await;
    fed_with(&app, &BTreeSet::from(["MemberInvited"])).await;
    let invited = app
        .get_unchecked("/_local/events?detailType=MemberInvited")
        .await;
    assert_eq!(invited.as_array().unwrap().len(), 1);
    assert_eq!(invited[0]["source"], "accounts");
    assert_eq!(invited[0]["detail"]["accountId"], acme.id);

    let without = TestApp::with(Options::memory().parameter("EnableEventBus", "false")).await;
    without.owner_of("Acme").await;
    settled(&without).await;
    assert_eq!(fed(&without).await, Vec::<Value>::new());
}
