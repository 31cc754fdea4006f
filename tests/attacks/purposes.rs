//! A secret for one purpose is none for another.

use reqwest::Method;
use serde_json::json;

use crate::support::{PASSWORD, TestApp};

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn no_token_works_as_another() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    app.post("/api/auth/password/forgot", &json!({ "email": ADA }))
        .await
        .expect(202);
    app.owner_of("Globex").await.invite(ADA, &["user"]).await;
    let verification = app.link_tokens(ADA, "Verify", 1).await.remove(0);
    let reset = app
        .link_tokens(ADA, "Set a new password", 1)
        .await
        .remove(0);
    let invitation = app.invitation(ADA).await;
    let (access, refresh) = (&ada.token, &ada.refresh_token);

    for other in [&verification, &reset, &invitation, refresh] {
        let request = app.request(Method::GET, "/api/users/me");
        request
            .bearer(other)
            .send()
            .await
            .refused(401, "UNAUTHENTICATED");
    }
    for other in [&verification, &reset, &invitation, access] {
        let body = json!({ "refreshToken": other });
        app.post("/api/auth/refresh", &body)
            .await
            .refused(401, "UNAUTHENTICATED");
        app.post("/api/auth/logout", &body).await.expect(204);
    }
    for other in [&reset, &invitation, access, refresh] {
        let body = json!({ "token": other });
        app.post("/api/auth/verify-email", &body)
            .await
            .refused(400, "INVALID_TOKEN");
    }
    // The verification link sets a password too: that is for readers who did not sign up.
    for other in [&invitation, access, refresh] {
        let body = json!({ "token": other, "password": "another good one" });
        app.post("/api/auth/password/reset", &body)
            .await
            .refused(400, "INVALID_TOKEN");
    }
    for other in [&verification, &reset, access, refresh] {
        for verb in ["lookup", "accept", "decline"] {
            let mut body = json!({ "token": other });
            if verb == "accept" {
                body["password"] = PASSWORD.into();
            }
            let answer = app.post(&format!("/api/invitations/{verb}"), &body).await;
            answer.refused(404, "INVITATION_NOT_FOUND");
        }
    }

    // None of it has spent or ended anything.
    ada.get("/api/users/me").await.expect(200);
    app.post("/api/auth/refresh", &json!({ "refreshToken": refresh }))
        .await
        .expect(200);
    app.post(
        "/api/auth/verify-email",
        &json!({ "token": verification, "password": crate::support::PASSWORD }),
    )
    .await
    .expect(204);
    app.post("/api/invitations/accept", &json!({ "token": invitation }))
        .await
        .expect(200);
    let body = json!({ "token": reset, "password": PASSWORD });
    app.post("/api/auth/password/reset", &body)
        .await
        .expect(204);
}
