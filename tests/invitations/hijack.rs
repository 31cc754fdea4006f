//! No stranger prepares an account under another person's address.

use serde_json::json;

use super::{BOB, accept, invite_again};
use crate::support::{PASSWORD, TestApp};

const MALLORYS: &str = "mallory chose this one";
const BOBS: &str = "bob chose this one";

/// Everything that Mallory had under Bob's address is void once Bob has accepted.
async fn bob_accepts_alone(app: &TestApp, mallory: &crate::support::Person, token: &str) {
    let missing = super::answer(app, "accept", &json!({ "token": token })).await;
    assert_eq!(missing.mistakes(), ["/password REQUIRED"]);
    mallory.get("/api/users/me").await.expect(200);

    accept(app, token, BOBS).await.expect(200);
    mallory
        .get("/api/users/me")
        .await
        .refused(401, "UNAUTHENTICATED");
    let body = json!({ "refreshToken": mallory.refresh_token });
    app.post("/api/auth/refresh", &body)
        .await
        .refused(401, "UNAUTHENTICATED");
    app.try_sign_in(BOB, MALLORYS)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    let bob = app.sign_in(BOB, BOBS).await;
    assert_eq!(
        bob.get("/api/users/me").await.expect(200)["emailVerified"],
        true
    );
    let sessions = bob.get("/api/users/me/sessions").await.expect(200);
    assert_eq!(sessions["value"].as_array().unwrap().len(), 1);
}

async fn mallory_signs_up(app: &TestApp) -> crate::support::Person {
    let mut body = crate::support::sign_up(BOB, "Mallory Inc");
    body["password"] = MALLORYS.into();
    app.post("/api/accounts/signup", &body).await.expect(201);
    app.sign_in(BOB, MALLORYS).await
}

#[tokio::test]
async fn a_sign_up_before_the_invitation_is_void_once_it_is_accepted() {
    let app = TestApp::start().await;
    let mallory = mallory_signs_up(&app).await;
    let acme = app.owner_of("Acme").await;
    let token = invite_again(&app, &acme, BOB, 0).await;
    bob_accepts_alone(&app, &mallory, &token).await;
}

#[tokio::test]
async fn a_sign_up_after_the_invitation_is_void_once_it_is_accepted() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let token = invite_again(&app, &acme, BOB, 0).await;
    let mallory = mallory_signs_up(&app).await;
    mallory.get(&acme.path()).await.refused(403, "UNAUTHORIZED");
    bob_accepts_alone(&app, &mallory, &token).await;
}

#[tokio::test]
async fn an_old_verification_or_reset_link_does_not_outlive_the_acceptance() {
    let app = TestApp::start().await;
    mallory_signs_up(&app).await;
    app.post("/api/auth/password/forgot", &json!({ "email": BOB }))
        .await
        .expect(202);
    let reset = app
        .link_tokens(BOB, "Set a new password", 1)
        .await
        .remove(0);
    let verification = app.link_tokens(BOB, "Verify", 1).await.remove(0);
    let acme = app.owner_of("Acme").await;
    let token = invite_again(&app, &acme, BOB, 0).await;
    accept(&app, &token, BOBS).await.expect(200);
    let body = json!({ "token": reset, "password": MALLORYS });
    app.post("/api/auth/password/reset", &body)
        .await
        .refused(400, "INVALID_TOKEN");
    let body = json!({ "token": verification });
    app.post("/api/auth/verify-email", &body)
        .await
        .refused(400, "INVALID_TOKEN");
}

#[tokio::test]
async fn a_sign_in_and_a_refresh_racing_the_acceptance_leave_no_session() {
    let app = TestApp::start().await;
    let mallory = mallory_signs_up(&app).await;
    let acme = app.owner_of("Acme").await;
    let token = invite_again(&app, &acme, BOB, 0).await;
    let attempts = (0..8).map(|n| {
        let (app, refresh) = (app.clone(), mallory.refresh_token.clone());
        tokio::spawn(async move {
            if n % 2 == 0 {
                app.try_sign_in(BOB, MALLORYS).await
            } else {
                app.post("/api/auth/refresh", &json!({ "refreshToken": refresh }))
                    .await
            }
        })
    });
    let attempts: Vec<_> = attempts.collect();
    accept(&app, &token, BOBS).await.expect(200);
    for attempt in attempts {
        let answer = attempt.await.unwrap();
        if answer.status == 200 {
            let request = app.request(reqwest::Method::GET, "/api/users/me");
            let token = answer.json()["accessToken"].as_str().unwrap().to_owned();
            request
                .bearer(&token)
                .send()
                .await
                .refused(401, "UNAUTHENTICATED");
        } else {
            assert_eq!(answer.status, 401);
        }
    }
    app.sign_in(BOB, BOBS).await;
    app.try_sign_in(BOB, PASSWORD).await.expect(401);
}
