//! `GET /api/accounts/{id}/stats`

use serde_json::{Value, json};

use crate::support::{Account, TestApp};
use crate::trail::settled;

/// The numbers, once every change is counted.
async fn stats(app: &TestApp, acme: &Account) -> Value {
    settled(app).await;
    let path = format!("{}/stats", acme.path());
    acme.owner.get(&path).await.expect(200)
}

#[tokio::test]
async fn members_are_counted_by_status() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let members = async || stats(&app, &acme).await["members"].clone();
    let counts = |active: u64, invited: u64, suspended: u64| json!({ "active": active, "invited": invited, "suspended": suspended });
    assert_eq!(members().await, counts(1, 0, 0));
    let grace = acme.member("grace@example.com", &["manage"]).await;
    let hedy = acme.invite("hedy@example.com", &["user"]).await;
    assert_eq!(members().await, counts(2, 1, 0));
    acme.set_member_status(grace.id, "suspended").await;
    assert_eq!(members().await, counts(1, 1, 1));
    acme.remove(hedy).await;
    acme.set_member_status(grace.id, "active").await;
    assert_eq!(members().await, counts(2, 0, 0));
    acme.try_offer(grace.id).await.expect(202);
    acme.hand_over(&grace).await;
    assert_eq!(members().await, counts(2, 0, 0));
    let seen_by_a_manager = grace.get(&format!("{}/stats", acme.path())).await;
    assert_eq!(seen_by_a_manager.expect(200)["members"], counts(2, 0, 0));
}

#[tokio::test]
async fn the_last_change_is_the_account_s_or_a_member_s() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let last = async || stats(&app, &acme).await["lastChangeAt"].clone();
    let account = async || acme.owner.get(&acme.path()).await.expect(200);
    assert_eq!(last().await, account().await["updatedAt"]);
    app.stack.advance(60);
    let hedy = acme.invite("hedy@example.com", &["user"]).await;
    let member = acme.owner.get(&acme.user(hedy)).await.expect(200);
    assert_ne!(member["updatedAt"], account().await["updatedAt"]);
    assert_eq!(last().await, member["updatedAt"]);
    app.stack.advance(60);
    let described = json!({ "description": "Anvils" });
    acme.owner.put(&acme.path(), &described).await.expect(200);
    assert_eq!(last().await, account().await["updatedAt"]);
}
