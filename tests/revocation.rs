//! What is taken away is gone at the very next request, with the token that was good the moment before.

use reqwest::Method;
use serde_json::json;

use crate::support::{Account, Example, PASSWORD, Person, Route, TestApp, invitation};

const OTHER_PASSWORD: &str = "battery horse correct";

/// An account, and a manager whose token has just been good.
async fn manager(app: &TestApp) -> (Account, Person) {
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["manage"]).await;
    manages(&acme, &grace).await;
    (acme, grace)
}

async fn manages(acme: &Account, person: &Person) {
    person.get(&acme.path()).await.expect(200);
    person
        .put(&acme.path(), &json!({ "description": "x" }))
        .await
        .expect(200);
}

/// Fails unless every route refuses the token of `person`.
async fn assert_signed_out(acme: &Account, person: &Person) {
    let example = Example {
        account: acme.id,
        member: acme.owner.id,
        ..Example::default()
    };
    for route in Route::guarded() {
        let answer = route.request_by(person, &example).send().await;
        answer.refused(401, "UNAUTHENTICATED");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
    let refresh = json!({ "refreshToken": person.refresh_token });
    let refused = person.post("/api/auth/refresh", &refresh).await;
    refused.refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn signing_out_is() {
    let app = TestApp::start().await;
    let (acme, grace) = manager(&app).await;
    let elsewhere = grace.again().await;
    let sign_out = json!({ "refreshToken": grace.refresh_token });
    app.post("/api/auth/logout", &sign_out).await.expect(204);
    assert_signed_out(&acme, &grace).await;
    manages(&acme, &elsewhere).await;
}

#[tokio::test]
async fn ending_a_session_from_another_device_is() {
    let app = TestApp::start().await;
    let (acme, lost) = manager(&app).await;
    let grace = lost.again().await;
    let sessions = grace.get("/api/users/me/sessions").await.expect(200);
    let sessions = sessions["value"].as_array().unwrap();
    let other = sessions
        .iter()
        .find(|session| session["current"] == false)
        .unwrap();
    let path = format!("/api/users/me/sessions/{}", other["id"].as_str().unwrap());
    grace.delete(&path).await.expect(204);
    assert_signed_out(&acme, &lost).await;
    manages(&acme, &grace).await;
}

#[tokio::test]
async fn a_changed_password_is_everywhere_else() {
    let app = TestApp::start().await;
    let (acme, elsewhere) = manager(&app).await;
    let grace = elsewhere.again().await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": OTHER_PASSWORD });
    grace.post("/api/auth/password", &change).await.expect(204);
    assert_signed_out(&acme, &elsewhere).await;
    manages(&acme, &grace).await;
}

#[tokio::test]
async fn a_reset_password_is() {
    let app = TestApp::start().await;
    let (acme, grace) = manager(&app).await;
    let forgot = json!({ "email": grace.email });
    app.post("/api/auth/password/forgot", &forgot)
        .await
        .expect(202);
    let token = app
        .link_tokens(&grace.email, "new password", 1)
        .await
        .remove(0);
    manages(&acme, &grace).await;
    let reset = json!({ "token": token, "password": OTHER_PASSWORD });
    app.post("/api/auth/password/reset", &reset)
        .await
        .expect(204);
    assert_signed_out(&acme, &grace).await;
}

#[tokio::test]
async fn an_erased_person_is() {
    let app = TestApp::start().await;
    let (acme, grace) = manager(&app).await;
    let elsewhere = grace.again().await;
    let request = grace.request(Method::DELETE, "/api/users/me");
    request
        .json(&json!({ "password": PASSWORD }))
        .send()
        .await
        .expect(204);
    assert_signed_out(&acme, &grace).await;
    assert_signed_out(&acme, &elsewhere).await;
}

/// Fails unless nothing of the account is left to `person`.
async fn assert_shut_out(acme: &Account, person: &Person) {
    for path in [
        acme.path(),
        "/api/accounts/Acme".into(),
        acme.users(),
        acme.user(person.id),
    ] {
        person.get(&path).await.refused(403, "UNAUTHORIZED");
    }
    let change = json!({ "description": "y" });
    person
        .put(&acme.path(), &change)
        .await
        .refused(403, "UNAUTHORIZED");
    let invite = invitation("new@example.com", &["user"]);
    person
        .post(&acme.users(), &invite)
        .await
        .refused(403, "UNAUTHORIZED");
    assert!(!person.listed().await.contains(&acme.id));
}

#[tokio::test]
async fn a_removal_is() {
    let app = TestApp::start().await;
    let (acme, grace) = manager(&app).await;
    acme.remove(grace.id).await;
    assert_shut_out(&acme, &grace).await;
}

#[tokio::test]
async fn the_suspension_of_a_member_is_and_so_is_its_end() {
    let app = TestApp::start().await;
    let (acme, grace) = manager(&app).await;
    acme.set_member_status(grace.id, "suspended").await;
    assert_shut_out(&acme, &grace).await;
    acme.set_member_status(grace.id, "active").await;
    manages(&acme, &grace).await;
}

#[tokio::test]
async fn a_demotion_is() {
    let app = TestApp::start().await;
    let (acme, grace) = manager(&app).await;
    acme.set_roles(grace.id, &["viewer"]).await;
    grace.get(&acme.path()).await.expect(200);
    let change = json!({ "description": "y" });
    grace
        .put(&acme.path(), &change)
        .await
        .refused(403, "UNAUTHORIZED");
    let invite = invitation("new@example.com", &["user"]);
    grace
        .post(&acme.users(), &invite)
        .await
        .refused(403, "UNAUTHORIZED");
    acme.set_roles(grace.id, &["manage"]).await;
    manages(&acme, &grace).await;
}

#[tokio::test]
async fn the_suspension_of_an_account_is_and_so_is_its_end() {
    let app = TestApp::start().await;
    let (acme, grace) = manager(&app).await;
    acme.set_status("suspended").await;
    let invite = invitation("new@example.com", &["user"]);
    grace
        .post(&acme.users(), &invite)
        .await
        .refused(403, "ACCOUNT_SUSPENDED");
    acme.set_status("active").await;
    grace.post(&acme.users(), &invite).await.expect(201);
}

#[tokio::test]
async fn the_loss_of_ownership_is() {
    let app = TestApp::start().await;
    let (acme, grace) = manager(&app).await;
    acme.hand_over(&grace).await;
    acme.owner
        .delete(&acme.path())
        .await
        .refused(403, "UNAUTHORIZED");
    grace.delete(&acme.path()).await.expect(200);
}
