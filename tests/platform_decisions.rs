//! What the platform decides about an account stays until the platform decides otherwise, and its tenants do not learn who decided.

use local::Options;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, Answer, Person, TestApp};
use crate::trail::{settled, trail};

const ROOT: &str = "root@example.com";

/// A platform administrator, an account that is none of theirs, and a manager of it.
async fn start() -> (TestApp, Person, Account, Person) {
    let app = TestApp::with(Options::memory().parameter("PlatformAdminEmails", ROOT)).await;
    let root = app.proven_owner(ROOT, "Platform").await.owner;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["manage"]).await;
    (app, root, acme, grace)
}

async fn set(person: &Person, acme: &Account, status: &str) -> Answer {
    let body = json!({ "status": status });
    person.put(&acme.path(), &body).await
}

async fn restore(person: &Person, acme: &Account) -> Answer {
    let path = format!("{}/restore", acme.path());
    person.request(Method::POST, &path).send().await
}

#[tokio::test]
async fn what_the_platform_suspends_its_managers_do_not_reactivate() {
    let (_, root, acme, grace) = start().await;
    let suspended = set(&root, &acme, "suspended").await.expect(200);
    assert_eq!(suspended["suspendedBy"], "platform");
    for person in [&acme.owner, &grace] {
        set(person, &acme, "active")
            .await
            .refused(403, "ACCOUNT_SUSPENDED");
        let more = json!({ "status": "active", "description": "Anvils" });
        person
            .put(&acme.path(), &more)
            .await
            .refused(403, "ACCOUNT_SUSPENDED");
        // What else managers do to a suspended account, they still do.
        let described = json!({ "description": person.email });
        person.put(&acme.path(), &described).await.expect(200);
        let again = set(person, &acme, "suspended").await.expect(200);
        assert_eq!(again["suspendedBy"], "platform");
    }
    let active = set(&root, &acme, "active").await.expect(200);
    assert_eq!(active["suspendedBy"], Value::Null);
}

#[tokio::test]
async fn the_platform_takes_a_suspension_over() {
    let (_, root, acme, grace) = start().await;
    let own = set(&grace, &acme, "suspended").await.expect(200);
    assert_eq!(own["suspendedBy"], "account");
    let taken = set(&root, &acme, "suspended").await.expect(200);
    assert_eq!(taken["suspendedBy"], "platform");
    set(&grace, &acme, "active")
        .await
        .refused(403, "ACCOUNT_SUSPENDED");
    set(&root, &acme, "active").await.expect(200);
    set(&grace, &acme, "suspended").await.expect(200);
    set(&grace, &acme, "active").await.expect(200);
}

#[tokio::test]
async fn what_the_platform_deletes_the_platform_restores() {
    let (app, root, acme, grace) = start().await;
    root.delete(&acme.path()).await.expect(200);
    restore(&acme.owner, &acme)
        .await
        .refused(403, "UNAUTHORIZED");
    restore(&grace, &acme)
        .await
        .refused(404, "ACCOUNT_NOT_FOUND");
    let restored = restore(&root, &acme).await.expect(200);
    assert_eq!(restored["ownerId"], acme.owner.id);
    grace.get(&acme.path()).await.expect(200);
    app.check_invariants().await;
    // What its owner deletes, its owner restores.
    acme.owner.delete(&acme.path()).await.expect(200);
    restore(&root, &acme)
        .await
        .refused(404, "ACCOUNT_NOT_FOUND");
    restore(&acme.owner, &acme).await.expect(200);
}

#[tokio::test]
async fn the_platform_hands_an_account_over_at_once() {
    let (app, root, acme, grace) = start().await;
    let hedy = acme.invite("hedy@example.com", &["user"]).await;
    let to = async |id: u64| {
        let body = json!({ "userId": id });
        root.put(&acme.ownership(), &body).await
    };
    to(hedy).await.refused(409, "MEMBER_NOT_ACTIVE");
    to(root.id).await.refused(404, "USER_NOT_FOUND");
    to(acme.owner.id).await.expect(200);
    acme.try_offer(grace.id).await.expect(202);
    acme.set_status("suspended").await;
    let account = to(grace.id).await.expect(200);
    assert_eq!(account["ownerId"], grace.id);
    assert_eq!(account["pendingOwnerId"], Value::Null);
    let former = grace.get(&acme.user(acme.owner.id)).await.expect(200);
    assert_eq!(
        (&former["owner"], &former["roles"]),
        (&json!(false), &json!(["admin"]))
    );
    app.check_invariants().await;
}

#[tokio::test]
async fn the_trail_says_that_it_was_the_platform_and_not_who_or_from_where() {
    let (app, root, acme, grace) = start().await;
    set(&root, &acme, "suspended").await.expect(200);
    set(&root, &acme, "active").await.expect(200);
    root.delete(&acme.path()).await.expect(200);
    restore(&root, &acme).await.expect(200);
    let body = json!({ "userId": grace.id });
    root.put(&acme.ownership(), &body).await.expect(200);
    settled(&app).await;
    let events = trail(&acme).await;
    let by_platform = events
        .iter()
        .filter(|event| event["actor"]["type"] == "platform");
    let mut kinds = Vec::new();
    for event in by_platform {
        let nobody = json!({ "type": "platform", "id": null, "email": null });
        assert_eq!(event["actor"], nobody);
        assert_eq!(event["sourceIp"], Value::Null);
        assert!(event["requestId"].is_string());
        kinds.push(event["kind"].as_str().unwrap());
    }
    kinds.sort_unstable();
    let expected = [
        "AccountChanged",
        "AccountChanged",
        "AccountDeleted",
        "AccountRestored",
        "OwnershipTransferred",
    ];
    assert_eq!(kinds, expected);
    let told = serde_json::to_string(&events).unwrap();
    assert!(!told.contains(&root.id.to_string()) && !told.contains(ROOT));
}
