//! A suspended account: members may read it, only its managers may `PUT` it, nothing else.

use serde_json::json;

use crate::support::{PASSWORD, TestApp, invitation};

#[tokio::test]
async fn members_read_a_suspended_account() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["viewer"]).await;
    acme.set_status("suspended").await;
    for path in [acme.path(), "/api/accounts/Acme".into()] {
        assert_eq!(grace.get(&path).await.expect(200)["status"], "suspended");
    }
    assert_eq!(grace.get(&acme.users()).await.expect(200)["count"], 2);
    grace.get(&acme.user(grace.id)).await.expect(200);
}

#[tokio::test]
async fn managers_change_and_reactivate_a_suspended_account() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["manage"]).await;
    let viewer = acme.member("hedy@example.com", &["viewer"]).await;
    acme.set_status("suspended").await;
    let change = json!({ "description": "closed for now", "name": "Acme (closed)" });
    let changed = grace.put(&acme.path(), &change).await.expect(200);
    assert_eq!(changed["status"], "suspended");
    let active = json!({ "status": "active" });
    viewer
        .put(&acme.path(), &active)
        .await
        .refused(403, "UNAUTHORIZED");
    grace.put(&acme.path(), &active).await.expect(200);
    acme.invite("new@example.com", &["user"]).await;
}

#[tokio::test]
async fn nothing_else_is_done_in_a_suspended_account() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    let invited = acme.invite("hedy@example.com", &["user"]).await;
    let token = app.invitation("hedy@example.com").await;
    let stranger = app.owner_of("Globex").await.owner;
    acme.try_offer(grace.id).await.expect(202);
    acme.set_status("suspended").await;

    let (owner, roles) = (&acme.owner, json!({ "roles": ["viewer"] }));
    let resend = format!("{}/invite", acme.user(invited));
    let refusals = [
        owner
            .post(&acme.users(), &invitation("new@example.com", &["user"]))
            .await,
        owner.post(&acme.user(stranger.id), &roles).await,
        owner.put(&acme.user(grace.id), &roles).await,
        owner.put(&resend, &json!({})).await,
        owner.delete(&acme.user(grace.id)).await,
        acme.try_offer(stranger.id).await,
        grace
            .post(&format!("{}/accept", acme.ownership()), &json!({}))
            .await,
        owner.delete(&acme.path()).await,
        app.post(
            "/api/invitations/accept",
            &json!({ "token": token, "password": PASSWORD }),
        )
        .await,
    ];
    for refusal in refusals {
        refusal.refused(403, "ACCOUNT_SUSPENDED");
    }
    let members = owner.get(&acme.users()).await.expect(200);
    assert_eq!(members["count"], 3);
    let withdrawn = owner.delete(&acme.ownership()).await;
    withdrawn.expect(204);
}

#[tokio::test]
async fn a_member_leaves_a_suspended_account_and_a_suspended_member_leaves() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    let hedy = acme.member("hedy@example.com", &["user"]).await;
    acme.set_member_status(hedy.id, "suspended").await;
    acme.set_status("suspended").await;
    for person in [&grace, &hedy] {
        person.delete(&acme.user(person.id)).await.expect(200);
        acme.owner
            .get(&acme.user(person.id))
            .await
            .refused(404, "USER_NOT_FOUND");
    }
    let owner = &acme.owner;
    owner
        .delete(&acme.user(owner.id))
        .await
        .refused(409, "OWNER_REQUIRED");
}

#[tokio::test]
async fn an_invitation_works_again_once_the_account_is_active() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.invite("hedy@example.com", &["user"]).await;
    let accepted =
        json!({ "token": app.invitation("hedy@example.com").await, "password": PASSWORD });
    acme.set_status("suspended").await;
    app.post("/api/invitations/accept", &accepted)
        .await
        .refused(403, "ACCOUNT_SUSPENDED");
    acme.set_status("active").await;
    app.post("/api/invitations/accept", &accepted)
        .await
        .expect(200);
}
