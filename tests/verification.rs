//! Proving an address: the mailed link, together with a proof that its reader is the person.

use local::Options;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Person, TestApp, sign_up};

const ADA: &str = "ada@example.com";
const STRANGERS: &str = "a stranger chose this";
const OWN: &str = "ada chose this herself";

async fn follow(app: &TestApp, body: Value) -> Answer {
    app.post("/api/auth/verify-email", &body).await
}

async fn verify(app: &TestApp, token: &str) -> Answer {
    follow(app, json!({ "token": token, "password": PASSWORD })).await
}

/// The link's token with the session of `person`.
async fn verify_by(person: &Person, token: &str) -> Answer {
    let request = person.request(Method::POST, "/api/auth/verify-email");
    request.json(&json!({ "token": token })).send().await
}

async fn token(app: &TestApp, count: usize) -> String {
    app.link_tokens(ADA, "Verify your e-mail", count)
        .await
        .remove(0)
}

async fn is_verified(person: &Person) -> bool {
    let profile = person.get("/api/users/me").await.expect(200);
    profile["emailVerified"].as_bool().unwrap()
}

/// A stranger signs up with Ada's address, and is signed in.
async fn stranger(app: &TestApp) -> Person {
    let mut body = sign_up(ADA, "Not Adas");
    body["password"] = STRANGERS.into();
    body["firstName"] = "Security team: confirm within 24h".into();
    app.post("/api/accounts/signup", &body).await.expect(201);
    app.sign_in(ADA, STRANGERS).await
}

/// Ada, who did not sign up, sets a password by the link of the stranger's sign-up.
async fn disown(app: &TestApp, token: &str) -> Answer {
    let body = json!({ "token": token, "password": OWN });
    app.post("/api/auth/password/reset", &body).await
}

#[tokio::test]
async fn the_link_and_the_password_verify_the_address_as_often_as_it_is_followed() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    assert!(!is_verified(&ada).await);
    let token = token(&app, 1).await;
    for _ in 0..2 {
        verify(&app, &token).await.expect(204);
        assert!(is_verified(&ada).await);
    }
    // Also when it would be too old to be used.
    app.stack.advance(25 * 60 * 60);
    verify(&app, &token).await.expect(204);
}

#[tokio::test]
async fn the_link_and_a_session_of_the_person_verify_the_address() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let token = token(&app, 1).await;
    for _ in 0..2 {
        verify_by(&ada, &token).await.expect(204);
        assert!(is_verified(&ada).await);
    }
}

#[tokio::test]
async fn the_link_alone_proves_nothing() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let eve = app.owner("eve@example.com", "Evil").await.owner;
    let token = token(&app, 1).await;
    let ended = app.sign_in(ADA, PASSWORD).await;
    let body = json!({ "refreshToken": ended.refresh_token });
    app.post("/api/auth/logout", &body).await.expect(204);
    let bearer = |value: String| {
        let request = app.request(Method::POST, "/api/auth/verify-email");
        let request = request.json(&json!({ "token": token }));
        request.header("authorization", &value).send()
    };
    let refused = |answer: Answer| drop(answer.refused(401, "INVALID_CREDENTIALS"));
    refused(follow(&app, json!({ "token": token })).await);
    refused(follow(&app, json!({ "token": token, "password": null })).await);
    refused(follow(&app, json!({ "token": token, "password": "wrong" })).await);
    refused(verify_by(&eve, &token).await);
    refused(verify_by(&ended, &token).await);
    refused(bearer("Bearer nonsense".into()).await);
    refused(bearer(format!("Basic {}", ada.token)).await);
    refused(bearer(format!("Bearer {}x", ada.token)).await);
    // A wrong password is refused with any session.
    let wrong = ada.request(Method::POST, "/api/auth/verify-email");
    let wrong = wrong.json(&json!({ "token": token, "password": "wrong" }));
    refused(wrong.send().await);
    assert!(!is_verified(&ada).await);
    app.stack.advance(15 * 60 + 1);
    refused(bearer(format!("Bearer {}", ada.token)).await);
    verify(&app, &token).await.expect(204);
}

#[tokio::test]
async fn wrong_passwords_count_like_failed_sign_ins() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let token = token(&app, 1).await;
    for _ in 0..10 {
        let body = json!({ "token": token, "password": "wrong" });
        follow(&app, body).await.refused(401, "INVALID_CREDENTIALS");
    }
    verify(&app, &token).await.refused(429, "TOO_MANY_REQUESTS");
    app.try_sign_in(ADA, PASSWORD)
        .await
        .refused(429, "TOO_MANY_REQUESTS");
    // A session of the person's own is no guess.
    verify_by(&ada, &token).await.expect(204);
}

#[tokio::test]
async fn a_right_password_is_no_failure_afterwards() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let token = token(&app, 1).await;
    for _ in 0..12 {
        verify(&app, &token).await.expect(204);
    }
    app.sign_in(ADA, PASSWORD).await;
    assert!(is_verified(&ada).await);
}

#[tokio::test]
async fn whoever_did_not_sign_up_sets_a_password_and_voids_the_strangers() {
    let app = TestApp::start().await;
    let stranger = stranger(&app).await;
    let token = token(&app, 1).await;
    disown(&app, &token).await.expect(204);
    let ada = app.sign_in(ADA, OWN).await;
    assert!(is_verified(&ada).await);
    stranger
        .get("/api/users/me")
        .await
        .refused(401, "UNAUTHENTICATED");
    let body = json!({ "refreshToken": stranger.refresh_token });
    app.post("/api/auth/refresh", &body)
        .await
        .refused(401, "UNAUTHENTICATED");
    app.try_sign_in(ADA, STRANGERS)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    // The link is spent, for either use.
    disown(&app, &token).await.refused(400, "INVALID_TOKEN");
    follow(&app, json!({ "token": token, "password": OWN }))
        .await
        .refused(400, "INVALID_TOKEN");
    app.mail(ADA, "was changed").await;
}

#[tokio::test]
async fn a_link_that_has_verified_the_address_sets_no_password() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let token = token(&app, 1).await;
    verify(&app, &token).await.expect(204);
    disown(&app, &token).await.refused(400, "INVALID_TOKEN");
    assert!(is_verified(&ada).await);
}

#[tokio::test]
async fn a_press_of_the_button_makes_no_stranger_an_administrator() {
    let options = Options::memory().parameter("PlatformAdminEmails", ADA);
    let app = TestApp::with(options).await;
    let acme = app.owner_of("Acme").await;
    let stranger = stranger(&app).await;
    let token = token(&app, 1).await;
    follow(&app, json!({ "token": token }))
        .await
        .refused(401, "INVALID_CREDENTIALS");
    stranger
        .get(&acme.path())
        .await
        .refused(403, "UNAUTHORIZED");
    disown(&app, &token).await.expect(204);
    app.sign_in(ADA, OWN)
        .await
        .get(&acme.path())
        .await
        .expect(200);
    stranger
        .get(&acme.path())
        .await
        .refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn the_link_lives_a_day() {
    const DAY: i64 = 24 * 60 * 60;
    let app = TestApp::start().await;
    app.try_sign_up(ADA, "Acme").await.expect(201);
    let first = token(&app, 1).await;
    app.stack.advance(DAY + 1);
    verify(&app, &first).await.refused(410, "TOKEN_EXPIRED");
    disown(&app, &first).await.refused(410, "TOKEN_EXPIRED");
    let ada = app.sign_in(ADA, PASSWORD).await;
    let resent = ada.post("/api/auth/verify-email/resend", &json!({})).await;
    assert_eq!(resent.expect(202), json!({}));
    let second = token(&app, 2).await;
    app.stack.advance(DAY - 60);
    verify(&app, &second).await.expect(204);
}

#[tokio::test]
async fn a_new_link_replaces_the_old_one() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let first = token(&app, 1).await;
    ada.post("/api/auth/verify-email/resend", &json!({}))
        .await
        .expect(202);
    let second = token(&app, 2).await;
    verify(&app, &first).await.refused(400, "INVALID_TOKEN");
    disown(&app, &first).await.refused(400, "INVALID_TOKEN");
    verify(&app, &second).await.expect(204);
    // There is nothing to verify any more, and no mail.
    ada.post("/api/auth/verify-email/resend", &json!({}))
        .await
        .expect(202);
    verify(&app, &second).await.expect(204);
    assert_eq!(app.link_tokens(ADA, "Verify your e-mail", 2).await.len(), 2);
}

#[tokio::test]
async fn a_changed_password_needs_the_new_one() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let token = token(&app, 1).await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": OWN });
    ada.post("/api/auth/password", &change).await.expect(204);
    verify(&app, &token)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    follow(&app, json!({ "token": token, "password": OWN }))
        .await
        .expect(204);
}

#[tokio::test]
async fn a_forged_link_is_refused() {
    let app = TestApp::start().await;
    app.try_sign_up(ADA, "Acme").await.expect(201);
    let token = token(&app, 1).await;
    let mut turned = token.clone().into_bytes();
    for place in [0, 20, 40, 97] {
        turned[place] = if turned[place] == b'A' { b'B' } else { b'A' };
        let text = String::from_utf8(turned.clone()).unwrap();
        verify(&app, &text).await.refused(400, "INVALID_TOKEN");
    }
    for forged in [
        "",
        "x",
        &token[1..],
        &format!("{token}="),
        &token.replace('-', "+"),
    ] {
        if forged != token {
            verify(&app, forged).await.refused(400, "INVALID_TOKEN");
        }
    }
    let missing = follow(&app, json!({ "token": 1, "password": 2 })).await;
    assert_eq!(
        missing.mistakes(),
        ["/token WRONG_TYPE", "/password WRONG_TYPE"]
    );
    verify(&app, &token).await.expect(204);
}

#[tokio::test]
async fn a_stack_may_hold_the_unverified_back_from_everything_but_verifying() {
    let app = TestApp::with(Options::memory().parameter("RequireVerifiedEmail", "true")).await;
    let ada = app.owner(ADA, "Acme").await;
    let ada = (ada.path(), ada.owner);
    ada.1.get(&ada.0).await.refused(403, "EMAIL_NOT_VERIFIED");
    ada.1.get("/api/users/me").await.expect(200);
    ada.1.get("/api/users/me/sessions").await.expect(200);
    ada.1
        .post("/api/auth/verify-email/resend", &json!({}))
        .await
        .expect(202);
    let token = token(&app, 2).await;
    verify(&app, &token).await.expect(204);
    ada.1.get(&ada.0).await.expect(200);
}
