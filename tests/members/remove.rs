//! `DELETE /api/accounts/{id}/users/{userId}`: removing another member.

use expect_test::expect;
use serde_json::json;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn a_removed_member_is_one_no_more() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    acme.owner
        .delete(&acme.user(grace.id))
        .await
        .check(&expect![[r#"
        200 OK
        {
          "success": true,
          "message": "User removed from account"
        }
    "#]]);
    grace.get(&acme.path()).await.refused(403, "UNAUTHORIZED");
    acme.owner
        .delete(&acme.user(grace.id))
        .await
        .refused(404, "USER_NOT_FOUND");
}

#[tokio::test]
async fn removing_an_invited_member_revokes_the_invitation() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let id = acme.invite("grace@example.com", &["user"]).await;
    let token = app.invitation("grace@example.com").await;
    acme.remove(id).await;
    for (answer, body) in [
        ("lookup", json!({ "token": token })),
        ("accept", json!({ "token": token, "password": PASSWORD })),
        ("decline", json!({ "token": token })),
    ] {
        let refused = app.post(&format!("/api/invitations/{answer}"), &body).await;
        refused.refused(404, "INVITATION_NOT_FOUND");
    }
}

#[tokio::test]
async fn a_removed_member_keeps_their_other_accounts() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    let own = grace.create("Grace and Sons").await;
    acme.remove(grace.id).await;
    assert_eq!(grace.listed().await, [own.id]);
    grace.get(&own.path()).await.expect(200);
}
