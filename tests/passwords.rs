//! Changing, forgetting and resetting passwords.

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp};

const ADA: &str = "ada@example.com";
const NEXT: &str = "a password to come";

fn change(current: &str, new: &str) -> Value {
    json!({ "currentPassword": current, "newPassword": new })
}

async fn forget(app: &TestApp, count: usize) -> String {
    let email = json!({ "email": ADA });
    let answer = app.post("/api/auth/password/forgot", &email).await;
    assert_eq!(answer.expect(202), json!({}));
    app.link_tokens(ADA, "Set a new password", count)
        .await
        .remove(0)
}

async fn reset(app: &TestApp, token: &str, password: &str) -> crate::support::Answer {
    let body = json!({ "token": token, "password": password });
    app.post("/api/auth/password/reset", &body).await
}

#[tokio::test]
async fn a_changed_password_ends_every_other_session() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let elsewhere = app.sign_in(ADA, PASSWORD).await;
    ada.post("/api/auth/password", &change(PASSWORD, NEXT))
        .await
        .expect(204);
    elsewhere
        .get("/api/users/me")
        .await
        .refused(401, "UNAUTHENTICATED");
    let body = json!({ "refreshToken": elsewhere.refresh_token });
    app.post("/api/auth/refresh", &body)
        .await
        .refused(401, "UNAUTHENTICATED");
    ada.get("/api/users/me").await.expect(200);
    let body = json!({ "refreshToken": ada.refresh_token });
    app.post("/api/auth/refresh", &body).await.expect(200);
    app.try_sign_in(ADA, PASSWORD)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    app.sign_in(ADA, NEXT).await;
    app.mail(ADA, "was changed").await;
}

#[tokio::test]
async fn a_new_password_has_to_be_a_good_one() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    for (password, mistake) in [
        ("short", "/newPassword INVALID_PASSWORD"),
        ("password1", "/newPassword PASSWORD_TOO_WEAK"),
        ("Ada@Example.com", "/newPassword PASSWORD_TOO_WEAK"),
    ] {
        let answer = ada
            .post("/api/auth/password", &change(PASSWORD, password))
            .await;
        assert_eq!(answer.mistakes(), [mistake]);
    }
    app.sign_in(ADA, PASSWORD).await;
}

#[tokio::test]
async fn failed_current_passwords_count_like_failed_sign_ins() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    for attempt in 0..10 {
        let answer = if attempt % 2 == 0 {
            ada.post("/api/auth/password", &change("wrong", NEXT)).await
        } else {
            let body = json!({ "password": "wrong" });
            let request = ada.request(reqwest::Method::DELETE, "/api/users/me");
            request.json(&body).send().await
        };
        answer.refused(401, "INVALID_CREDENTIALS");
    }
    let locked = ada
        .post("/api/auth/password", &change(PASSWORD, NEXT))
        .await;
    locked.refused(429, "TOO_MANY_REQUESTS");
    assert_ne!(locked.header("retry-after"), "");
    app.try_sign_in(ADA, PASSWORD)
        .await
        .refused(429, "TOO_MANY_REQUESTS");
}

#[tokio::test]
async fn of_parallel_changes_of_a_password_one_takes_place() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let attempts = (0..4).map(|n| {
        let ada = ada.clone();
        let body = change(PASSWORD, &format!("{NEXT} {n}"));
        tokio::spawn(async move { ada.post("/api/auth/password", &body).await })
    });
    let mut changed = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        let answer = attempt.await.unwrap();
        match answer.status.as_u16() {
            204 => changed += 1,
            _ => drop(answer.refused(401, "INVALID_CREDENTIALS")),
        }
    }
    assert_eq!(changed, 1);
}

#[tokio::test]
async fn a_reset_ends_every_session_and_proves_the_address() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let token = forget(&app, 1).await;
    reset(&app, &token, NEXT).await.expect(204);
    ada.get("/api/users/me")
        .await
        .refused(401, "UNAUTHENTICATED");
    let body = json!({ "refreshToken": ada.refresh_token });
    app.post("/api/auth/refresh", &body)
        .await
        .refused(401, "UNAUTHENTICATED");
    app.try_sign_in(ADA, PASSWORD)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    let ada = app.sign_in(ADA, NEXT).await;
    assert_eq!(
        ada.get("/api/users/me").await.expect(200)["emailVerified"],
        true
    );
    app.mail(ADA, "was changed").await;
}

#[tokio::test]
async fn a_reset_ends_the_lock_out() {
    let app = TestApp::start().await;
    app.owner(ADA, "Acme").await;
    for _ in 0..10 {
        app.try_sign_in(ADA, "wrong").await.expect(401);
    }
    let token = forget(&app, 1).await;
    reset(&app, &token, NEXT).await.expect(204);
    app.sign_in(ADA, NEXT).await;
}

#[tokio::test]
async fn a_reset_link_works_once() {
    let app = TestApp::start().await;
    app.owner(ADA, "Acme").await;
    let token = forget(&app, 1).await;
    reset(&app, &token, NEXT).await.expect(204);
    reset(&app, &token, "yet another one")
        .await
        .refused(400, "INVALID_TOKEN");
    app.sign_in(ADA, NEXT).await;
}

#[tokio::test]
async fn a_mistaken_password_does_not_spend_the_link() {
    let app = TestApp::start().await;
    app.owner(ADA, "Acme").await;
    let token = forget(&app, 1).await;
    for bad in ["short", "password1", ADA] {
        let pointer = reset(&app, &token, bad).await.mistakes().remove(0);
        assert!(pointer.starts_with("/password "), "{pointer}");
    }
    reset(&app, &token, NEXT).await.expect(204);
}

#[tokio::test]
async fn a_reset_link_lives_an_hour() {
    let app = TestApp::start().await;
    app.owner(ADA, "Acme").await;
    let token = forget(&app, 1).await;
    app.stack.advance(60 * 60 + 1);
    reset(&app, &token, NEXT)
        .await
        .refused(410, "TOKEN_EXPIRED");
    let token = forget(&app, 2).await;
    app.stack.advance(60 * 60 - 30);
    reset(&app, &token, NEXT).await.expect(204);
}

#[tokio::test]
async fn a_newer_link_and_a_changed_password_replace_the_link() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let first = forget(&app, 1).await;
    let second = forget(&app, 2).await;
    assert_ne!(first, second);
    reset(&app, &first, NEXT)
        .await
        .refused(400, "INVALID_TOKEN");
    ada.post("/api/auth/password", &change(PASSWORD, NEXT))
        .await
        .expect(204);
    reset(&app, &second, "yet another one")
        .await
        .refused(400, "INVALID_TOKEN");
    app.sign_in(ADA, NEXT).await;
}

#[tokio::test]
async fn a_forged_link_is_refused() {
    let app = TestApp::start().await;
    app.owner(ADA, "Acme").await;
    let token = forget(&app, 1).await;
    let turned = if token.ends_with('A') { "B" } else { "A" };
    let cut = &token[..token.len() - 1];
    for forged in [
        "",
        "nonsense",
        cut,
        &format!("{cut}{turned}"),
        &format!("{token}A"),
    ] {
        reset(&app, forged, NEXT)
            .await
            .refused(400, "INVALID_TOKEN");
    }
    let missing = app.post("/api/auth/password/reset", &json!({})).await;
    assert_eq!(
        missing.mistakes(),
        ["/token REQUIRED", "/password REQUIRED"]
    );
}

#[tokio::test]
async fn the_invited_get_in_by_a_reset_too() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.invite(ADA, &["user"]).await;
    let token = forget(&app, 1).await;
    reset(&app, &token, NEXT).await.expect(204);
    let ada = app.sign_in(ADA, NEXT).await;
    assert_eq!(
        ada.get("/api/users/me").await.expect(200)["emailVerified"],
        true
    );
}

#[tokio::test]
async fn a_password_hashed_with_less_work_is_hashed_anew_at_sign_in() {
    let app = TestApp::start().await;
    app.owner(ADA, "Acme").await;
    let little = Params::new(8, 1, 1, None).unwrap();
    let little = Argon2::new(Algorithm::Argon2id, Version::V0x13, little);
    let old = little
        .hash_password(PASSWORD.as_bytes())
        .unwrap()
        .to_string();
    let address = app.table().email(ADA).await;
    app.table()
        .set(&address, "passwordHash", json!({ "S": old }))
        .await;
    app.sign_in(ADA, PASSWORD).await;
    let renewed = app.table().email(ADA).await["passwordHash"].clone();
    let text = renewed["S"].as_str().unwrap();
    assert!(
        text.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{text}"
    );
    app.sign_in(ADA, PASSWORD).await;
    assert_eq!(app.table().email(ADA).await["passwordHash"], renewed);
}
