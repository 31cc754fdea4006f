//! `GET /api/accounts/{id}/users` and `GET /api/accounts/{id}/users/{userId}`

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn every_member_is_listed_as_they_are_read() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["viewer"]).await;
    let hedy = acme.invite("hedy@example.com", &["user"]).await;
    let suspended = acme.member("joan@example.com", &["admin"]).await;
    acme.set_member_status(suspended.id, "suspended").await;
    let mut members = Vec::new();
    for id in [acme.owner.id, grace.id, hedy, suspended.id] {
        members.push(grace.get(&acme.user(id)).await.expect(200));
    }
    let status: Vec<_> = members
        .iter()
        .map(|member| member["status"].clone())
        .collect();
    assert_eq!(status, ["active", "active", "invited", "suspended"]);
    let listed = grace.get(&acme.users()).await.expect(200);
    assert_eq!(
        listed,
        json!({ "value": members, "count": 4, "nextLink": null })
    );
}

#[tokio::test]
async fn a_removed_member_is_gone_for_every_reader_at_once() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["viewer"]).await;
    acme.remove(grace.id).await;
    acme.owner
        .get(&acme.user(grace.id))
        .await
        .refused(404, "USER_NOT_FOUND");
    assert_eq!(acme.owner.get(&acme.users()).await.expect(200)["count"], 1);
    let me = grace.get("/api/users/me").await.expect(200);
    assert_eq!(me["memberships"], json!([]));
}

#[tokio::test]
async fn somebody_elses_member_is_nobody_here() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let ada = app.owner_of("Globex").await.owner;
    let path = acme.user(ada.id);
    acme.owner.get(&path).await.refused(404, "USER_NOT_FOUND");
    acme.owner
        .put(&path, &json!({ "roles": ["user"] }))
        .await
        .refused(404, "USER_NOT_FOUND");
    acme.owner
        .put(&format!("{path}/invite"), &json!({}))
        .await
        .refused(404, "USER_NOT_FOUND");
    acme.owner
        .delete(&path)
        .await
        .refused(404, "USER_NOT_FOUND");
}
