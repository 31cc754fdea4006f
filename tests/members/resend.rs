//! `PUT /api/accounts/{id}/users/{userId}/invite`, and how many invitation mails a member gets.

use expect_test::expect;
use reqwest::Method;
use serde_json::json;

use crate::support::{Account, Answer, TestApp};

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

async fn resend(acme: &Account, id: u64) -> Answer {
    let path = format!("{}/invite", acme.user(id));
    acme.owner.request(Method::PUT, &path).send().await
}

#[tokio::test]
async fn a_new_link_replaces_the_old_one() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let id = acme.invite("grace@example.com", &["user"]).await;
    let old = app.invitation("grace@example.com").await;
    let resent = resend(&acme, id).await;
    resent.check(&expect![[r#"
        200 OK
        {
          "success": true,
          "message": "Invitation email resent"
        }
    "#]]);
    let read = acme.owner.get(&acme.user(id)).await;
    assert_eq!(read.header("etag"), resent.header("etag"));
    let new = app
        .link_tokens("grace@example.com", "invites you", 2)
        .await
        .remove(0);
    let lookup = |token: &str| json!({ "token": token });
    let refused = app.post("/api/invitations/lookup", &lookup(&old)).await;
    refused.refused(404, "INVITATION_NOT_FOUND");
    app.post("/api/invitations/lookup", &lookup(&new))
        .await
        .expect(200);
}

#[tokio::test]
async fn an_expired_invitation_is_good_for_another_week() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let id = acme.invite("grace@example.com", &["user"]).await;
    let token = app.invitation("grace@example.com").await;
    app.stack.advance(7 * DAY);
    let old = app
        .post("/api/invitations/lookup", &json!({ "token": token }))
        .await;
    old.refused(410, "INVITATION_EXPIRED");
    resend(&acme.again().await, id).await.expect(200);
    let token = app
        .link_tokens("grace@example.com", "invites you", 2)
        .await
        .remove(0);
    app.stack.advance(7 * DAY - 10);
    app.post("/api/invitations/lookup", &json!({ "token": token }))
        .await
        .expect(200);
    app.stack.advance(10);
    let late = app
        .post("/api/invitations/lookup", &json!({ "token": token }))
        .await;
    late.refused(410, "INVITATION_EXPIRED");
}

#[tokio::test]
async fn only_a_pending_invitation_is_sent_again() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    resend(&acme, grace.id)
        .await
        .refused(409, "INVITATION_NOT_PENDING");
    resend(&acme, acme.owner.id)
        .await
        .refused(409, "INVITATION_NOT_PENDING");
    acme.set_member_status(grace.id, "suspended").await;
    resend(&acme, grace.id)
        .await
        .refused(409, "INVITATION_NOT_PENDING");
    acme.remove(grace.id).await;
    resend(&acme, grace.id).await.refused(404, "USER_NOT_FOUND");
    resend(&acme, 1).await.refused(404, "USER_NOT_FOUND");
}

#[tokio::test]
async fn a_member_gets_five_invitation_mails_an_hour() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let id = acme.invite("grace@example.com", &["user"]).await;
    app.stack.advance(600);
    for _ in 0..4 {
        resend(&acme, id).await.expect(200);
    }
    let refused = resend(&acme, id).await;
    refused.refused(429, "TOO_MANY_REQUESTS");
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    assert!((2990..=3001).contains(&wait), "{wait}");
    let mails = app.link_tokens("grace@example.com", "invites you", 5).await;
    let lookup = json!({ "token": mails[0] });
    app.post("/api/invitations/lookup", &lookup)
        .await
        .expect(200);

    app.stack.advance(wait);
    let acme = acme.again().await;
    resend(&acme, id).await.expect(200);
    resend(&acme, id).await.refused(429, "TOO_MANY_REQUESTS");
    app.stack.advance(HOUR);
    let acme = acme.again().await;
    for _ in 0..5 {
        resend(&acme, id).await.expect(200);
    }
    resend(&acme, id).await.refused(429, "TOO_MANY_REQUESTS");
}

#[tokio::test]
async fn whoever_is_removed_and_invited_again_still_gets_five() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let id = acme.invite("grace@example.com", &["user"]).await;
    for _ in 0..4 {
        acme.remove(id).await;
        acme.invite("grace@example.com", &["user"]).await;
    }
    resend(&acme, id).await.refused(429, "TOO_MANY_REQUESTS");
    acme.remove(id).await;
    let again = acme.try_invite("grace@example.com", &["user"]).await;
    again.refused(429, "TOO_MANY_REQUESTS");
    acme.owner
        .get(&acme.user(id))
        .await
        .refused(404, "USER_NOT_FOUND");
}

#[tokio::test]
async fn whoever_declines_or_leaves_and_is_invited_again_still_gets_five() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    grace.delete(&acme.user(grace.id)).await.expect(200);
    for sent in 2..=5 {
        acme.invite("grace@example.com", &["user"]).await;
        let token = app
            .link_tokens("grace@example.com", "invites you", sent)
            .await
            .remove(0);
        app.post("/api/invitations/decline", &json!({ "token": token }))
            .await
            .expect(204);
    }
    let again = acme.try_invite("grace@example.com", &["user"]).await;
    again.refused(429, "TOO_MANY_REQUESTS");
}

#[tokio::test]
async fn whoever_is_added_and_removed_in_between_still_gets_five() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let id = acme.invite("grace@example.com", &["user"]).await;
    for _ in 0..4 {
        resend(&acme, id).await.expect(200);
    }
    acme.remove(id).await;
    let added = acme
        .owner
        .post(&acme.user(id), &json!({ "roles": ["user"] }))
        .await;
    added.refused(429, "TOO_MANY_REQUESTS");
    let again = acme.try_invite("grace@example.com", &["user"]).await;
    again.refused(429, "TOO_MANY_REQUESTS");
}

#[tokio::test]
async fn each_account_and_member_has_an_hour_of_its_own() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let id = acme.invite("grace@example.com", &["user"]).await;
    for _ in 0..4 {
        resend(&acme, id).await.expect(200);
    }
    resend(&acme, id).await.refused(429, "TOO_MANY_REQUESTS");
    acme.invite("hedy@example.com", &["user"]).await;
    app.owner_of("Globex")
        .await
        .invite("grace@example.com", &["user"])
        .await;
}
