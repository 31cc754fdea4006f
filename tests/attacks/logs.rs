//! Logs tell ids, never passwords, tokens or addresses.

use reqwest::Method;
use serde_json::json;
use tracing_subscriber::EnvFilter;

use crate::support::{Kept, TestApp, sign_up};

const PASSWORD: &str = "planted-password-1";
const NEXT: &str = "planted-password-2";
const WRONG: &str = "planted-password-3";
const ADA: &str = "ada@planted.example";
const BOB: &str = "bob@planted.example";

#[tokio::test]
async fn nothing_secret_is_logged_in_a_life_with_the_service() {
    let kept = Kept::default();
    // More than is ever logged in the cloud of our own, and as much of the rest.
    let filter = "info,shared=trace,identity=trace,accounts=trace,members=trace,authorizer=trace,mailer=trace";
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(kept.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let secrets = live(&TestApp::start().await).await;

    let log = kept.text();
    assert!(
        log.contains("requestId") || log.contains("request_id"),
        "no request was logged: {log}"
    );
    for secret in secrets {
        for line in log.lines() {
            assert!(!line.contains(&secret), "{secret} in {line}");
        }
    }
}

/// Every way in and out, right and wrong; what must not be in the log.
#[expect(
    clippy::too_many_lines,
    reason = "one life, told from its beginning to its end"
)]
async fn live(app: &TestApp) -> Vec<String> {
    let mut secrets: Vec<String> = [PASSWORD, NEXT, WRONG, "planted.example", "planted-key"]
        .map(str::to_owned)
        .into();
    let mut body = sign_up(ADA, "Acme");
    body["password"] = PASSWORD.into();
    let request = app.request(Method::POST, "/api/accounts/signup");
    request
        .json(&body)
        .header("idempotency-key", "planted-key")
        .send()
        .await
        .expect(201);
    app.post("/api/accounts/signup", &body).await.expect(409);
    app.try_sign_in(ADA, WRONG).await.expect(401);
    let ada = app.sign_in(ADA, PASSWORD).await;
    secrets.extend([ada.token.clone(), ada.refresh_token.clone()]);
    for _ in 0..2 {
        let body = json!({ "refreshToken": ada.refresh_token });
        let pair = app.post("/api/auth/refresh", &body).await;
        for name in ["accessToken", "refreshToken"] {
            secrets.extend(pair.json()[name].as_str().map(str::to_owned));
        }
        app.stack.advance(11);
    }
    let ada = app.sign_in(ADA, PASSWORD).await;
    secrets.extend([ada.token.clone(), ada.refresh_token.clone()]);
    let change = json!({ "currentPassword": PASSWORD, "newPassword": NEXT });
    ada.post("/api/auth/password", &change).await.expect(204);
    ada.post("/api/auth/password", &change).await.expect(401);

    let account = ada.get("/api/users/me").await.expect(200)["memberships"][0]["accountId"].clone();
    let invitation = crate::support::invitation(BOB, &["user"]);
    ada.post(&format!("/api/accounts/{account}/users"), &invitation)
        .await
        .expect(201);
    let token = app.invitation(BOB).await;
    secrets.push(token.clone());
    app.post("/api/invitations/lookup", &json!({ "token": token }))
        .await
        .expect(200);
    app.post(
        "/api/invitations/accept",
        &json!({ "token": token, "password": PASSWORD }),
    )
    .await
    .expect(200);
    app.post(
        "/api/invitations/accept",
        &json!({ "token": token, "password": NEXT }),
    )
    .await
    .expect(409);

    app.post("/api/auth/password/forgot", &json!({ "email": ADA }))
        .await
        .expect(202);
    let reset = app
        .link_tokens(ADA, "Set a new password", 1)
        .await
        .remove(0);
    let verification = app.link_tokens(ADA, "Verify", 1).await.remove(0);
    secrets.extend([reset.clone(), verification.clone()]);
    let verify = json!({ "token": verification, "password": NEXT });
    app.post("/api/auth/verify-email", &verify)
        .await
        .expect(204);
    let verify = json!({ "token": verification, "password": WRONG });
    app.post("/api/auth/verify-email", &verify)
        .await
        .expect(401);
    app.post(
        "/api/auth/password/reset",
        &json!({ "token": reset, "password": PASSWORD }),
    )
    .await
    .expect(204);
    app.get(&format!(
        "/api/accounts/{account}?token={reset}&email={ADA}"
    ))
    .await
    .expect(401);

    // Malformed bodies quote nothing of themselves.
    for raw in [
        format!("{{\"email\":\"{ADA}\",\"password\":{PASSWORD}}}"),
        format!("\"{PASSWORD}\""),
    ] {
        app.request(Method::POST, "/api/auth/login")
            .raw(raw)
            .send()
            .await
            .expect(400);
    }
    let bob = app.sign_in(BOB, PASSWORD).await;
    secrets.extend([bob.token.clone(), bob.refresh_token.clone()]);
    app.post(
        "/api/auth/logout",
        &json!({ "refreshToken": bob.refresh_token }),
    )
    .await
    .expect(204);
    bob.get("/api/users/me").await.expect(401);
    let bob = app.sign_in(BOB, PASSWORD).await;
    let request = bob.request(Method::DELETE, "/api/users/me");
    request
        .json(&json!({ "password": PASSWORD }))
        .send()
        .await
        .expect(204);
    secrets
}
