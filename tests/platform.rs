//! Platform administrators: holders of a verified address in `PlatformAdminEmails`.

use local::Options;
use serde_json::json;

use crate::support::{Account, Person, TestApp, invitation};

async fn start() -> TestApp {
    let listed = "someone@example.com, Root@Example.COM";
    TestApp::with(Options::memory().parameter("PlatformAdminEmails", listed)).await
}

async fn verify(app: &TestApp, person: &Person) {
    let token = app.link_tokens(&person.email, "Verify", 1).await.remove(0);
    app.post(
        "/api/auth/verify-email",
        &json!({ "token": token, "password": crate::support::PASSWORD }),
    )
    .await
    .expect(204);
}

/// A platform administrator, and an account that is none of theirs.
async fn root(app: &TestApp) -> (Person, Account) {
    let acme = app.owner_of("Acme").await;
    let root = app.owner("root@example.com", "Platform").await.owner;
    verify(app, &root).await;
    (root, acme)
}

#[tokio::test]
async fn a_listed_address_counts_once_it_is_verified() {
    let app = start().await;
    let acme = app.owner_of("Acme").await;
    let platform = app.owner("root@example.com", "Platform").await;
    let root = &platform.owner;
    root.get(&acme.path()).await.refused(403, "UNAUTHORIZED");
    root.delete(&acme.path()).await.refused(403, "UNAUTHORIZED");
    assert_eq!(root.listed().await, [platform.id]);
    // At the very next request, with the token they have.
    verify(&app, root).await;
    root.get(&acme.path()).await.expect(200);
    assert_eq!(root.listed().await, [acme.id, platform.id]);
}

#[tokio::test]
async fn nobody_else_is_one() {
    let app = start().await;
    let acme = app.owner_of("Acme").await;
    let globex = app.owner("root@example.com.example", "Globex").await;
    verify(&app, &globex.owner).await;
    globex
        .owner
        .get(&acme.path())
        .await
        .refused(403, "UNAUTHORIZED");
    assert_eq!(globex.owner.listed().await, [globex.id]);
}

#[tokio::test]
async fn they_read_every_account_and_its_members() {
    let app = start().await;
    let (root, acme) = root(&app).await;
    assert_eq!(root.get(&acme.path()).await.expect(200)["name"], "Acme");
    assert_eq!(
        root.get("/api/accounts/acme").await.expect(200)["id"],
        acme.id
    );
    assert_eq!(root.get(&acme.users()).await.expect(200)["count"], 1);
    root.get(&acme.user(acme.owner.id)).await.expect(200);
}

#[tokio::test]
async fn they_list_every_account_with_the_same_options_as_everybody() {
    let app = start().await;
    let (root, acme) = root(&app).await;
    let globex = app.owner_of("Globex").await;
    acme.owner.delete(&acme.path()).await.expect(200);
    let listed = root
        .get("/api/accounts?$orderby=name&$top=1")
        .await
        .expect(200);
    assert_eq!(
        (&listed["count"], &listed["value"][0]["name"]),
        (&json!(2), &json!("Globex"))
    );
    assert_eq!(listed["value"][0]["id"], globex.id);
    assert!(listed["nextLink"].is_string());
}

#[tokio::test]
async fn they_suspend_and_reactivate_any_account_and_change_nothing_else_of_it() {
    let app = start().await;
    let (root, acme) = root(&app).await;
    let suspended = root
        .put(&acme.path(), &json!({ "status": "suspended" }))
        .await;
    assert_eq!(suspended.expect(200)["status"], "suspended");
    let refused = acme.try_invite("grace@example.com", &["user"]).await;
    refused.refused(403, "ACCOUNT_SUSPENDED");
    for change in [
        json!({ "name": "Root's" }),
        json!({ "status": "active", "description": "x" }),
        json!({ "country": null }),
    ] {
        root.put(&acme.path(), &change)
            .await
            .refused(403, "UNAUTHORIZED");
    }
    root.put(&acme.path(), &json!({ "status": "active" }))
        .await
        .expect(200);
    acme.invite("grace@example.com", &["user"]).await;
}

#[tokio::test]
async fn they_delete_any_account_suspended_or_not() {
    let app = start().await;
    let (root, acme) = root(&app).await;
    let globex = app.owner_of("Globex").await;
    globex.set_status("suspended").await;
    for account in [&acme, &globex] {
        root.delete(&account.path()).await.expect(200);
        account
            .owner
            .get(&account.path())
            .await
            .refused(404, "ACCOUNT_NOT_FOUND");
    }
}

#[tokio::test]
async fn they_neither_manage_members_nor_answer_offers() {
    let app = start().await;
    let (root, acme) = root(&app).await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    let invited = acme.invite("hedy@example.com", &["user"]).await;
    let roles = json!({ "roles": ["viewer"] });
    let refusals = [
        root.post(&acme.users(), &invitation("new@example.com", &["user"]))
            .await,
        root.post(&acme.user(root.id), &json!({ "roles": ["admin"] }))
            .await,
        root.put(&acme.user(grace.id), &roles).await,
        root.put(&format!("{}/invite", acme.user(invited)), &json!({}))
            .await,
        root.delete(&acme.user(grace.id)).await,
        root.delete(&acme.ownership()).await,
        root.post(&format!("{}/accept", acme.ownership()), &json!({}))
            .await,
    ];
    for refusal in refusals {
        refusal.refused(403, "UNAUTHORIZED");
    }
}

#[tokio::test]
async fn as_members_they_have_what_their_roles_give_them() {
    let app = start().await;
    let (root, acme) = root(&app).await;
    let roles = json!({ "roles": ["manage"] });
    acme.owner
        .post(&acme.user(root.id), &roles)
        .await
        .expect(200);
    root.post(&acme.users(), &invitation("new@example.com", &["user"]))
        .await
        .expect(201);
    root.put(
        &acme.path(),
        &json!({ "name": "Acme 2", "status": "active" }),
    )
    .await
    .expect(200);
}
