//! Erasing oneself.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, PASSWORD, Person, TestApp};

async fn erase(person: &Person, password: &str) -> Answer {
    let request = person.request(Method::DELETE, "/api/users/me");
    request.json(&json!({ "password": password })).send().await
}

#[tokio::test]
async fn owners_hand_their_accounts_over_first() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@example.com", &["user"]).await;
    erase(&acme.owner, PASSWORD)
        .await
        .refused(409, "OWNER_REQUIRED");
    acme.owner.get(&acme.path()).await.expect(200);
    acme.try_offer(bob.id).await.expect(202);
    erase(&acme.owner, PASSWORD)
        .await
        .refused(409, "OWNER_REQUIRED");
    acme.hand_over(&bob).await;
    erase(&acme.owner, PASSWORD).await.expect(204);
    bob.get(&acme.path()).await.expect(200);
    bob.get(&acme.user(acme.owner.id))
        .await
        .refused(404, "USER_NOT_FOUND");
}

#[tokio::test]
async fn whoever_deleted_their_accounts_owns_none() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.owner.delete(&acme.path()).await.expect(200);
    erase(&acme.owner, PASSWORD).await.expect(204);
}

#[tokio::test]
async fn the_password_has_to_be_right() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@example.com", &["user"]).await;
    erase(&bob, "wrong")
        .await
        .refused(401, "INVALID_CREDENTIALS");
    let missing = bob
        .request(Method::DELETE, "/api/users/me")
        .json(&json!({}))
        .send()
        .await;
    assert_eq!(missing.mistakes(), ["/password REQUIRED"]);
    bob.get("/api/users/me").await.expect(200);
}

#[tokio::test]
async fn the_erased_are_gone_and_their_address_is_free() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@example.com", &["user"]).await;
    let elsewhere = app.sign_in("bob@example.com", PASSWORD).await;
    // What others guessed does not outlive them.
    for _ in 0..10 {
        app.try_sign_in("bob@example.com", "wrong")
            .await
            .expect(401);
    }
    erase(&bob, PASSWORD).await.expect(204);
    for person in [&bob, &elsewhere] {
        person
            .get("/api/users/me")
            .await
            .refused(401, "UNAUTHENTICATED");
        let body = json!({ "refreshToken": person.refresh_token });
        app.post("/api/auth/refresh", &body)
            .await
            .refused(401, "UNAUTHENTICATED");
    }
    app.try_sign_in("bob@example.com", PASSWORD)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    acme.owner
        .get(&acme.user(bob.id))
        .await
        .refused(404, "USER_NOT_FOUND");
    let members = acme.owner.get(&acme.users()).await.expect(200);
    assert_eq!(members["count"], 1);
    // Somebody else may have the address, and is somebody else.
    let created = app
        .try_sign_up("bob@example.com", "Globex")
        .await
        .expect(201);
    assert_ne!(created["id"], bob.id);
    acme.invite("bob@example.com", &["user"]).await;
}

#[tokio::test]
async fn nothing_but_the_id_is_left_once_the_rows_have_gone() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.invite("bob@elsewhere.example", &["user"]).await;
    let token = app.invitation("bob@elsewhere.example").await;
    let body =
        json!({ "token": token, "password": PASSWORD, "firstName": "Bobby", "lastName": "Tables" });
    app.post("/api/invitations/accept", &body).await.expect(200);
    let bob = app.sign_in("bob@elsewhere.example", PASSWORD).await;
    erase(&bob, PASSWORD).await.expect(204);
    for item in app.table().items().await {
        let text = item.to_string();
        for planted in ["elsewhere.example", "Bobby", "Tables"] {
            assert!(!text.contains(planted), "{planted} in {text}");
        }
    }
}
