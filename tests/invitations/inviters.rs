//! The inviter's name, for those who have not accepted yet.

use reqwest::Method;
use serde_json::{Value, json};

use super::{BOB, answer};
use crate::support::{PASSWORD, TestApp};

async fn looked_up(app: &TestApp, token: &str) -> Value {
    let looked = answer(app, "lookup", &json!({ "token": token })).await;
    looked.expect(200)["inviterName"].clone()
}

#[tokio::test]
async fn an_inviter_has_their_present_name_and_none_once_they_are_erased() {
    let app = TestApp::start().await;
    let acme = app.proven_owner_of("Acme").await;
    let eve = acme.member("eve@example.com", &["manage"]).await;
    let invitation =
        json!({ "email": BOB, "firstName": "Bob", "lastName": "B", "roles": ["user"] });
    eve.post(&acme.users(), &invitation).await.expect(201);
    let mail = app.mail(BOB, "invites you").await;
    assert!(
        mail.subject.starts_with("Grace Hopper invites you"),
        "{}",
        mail.subject
    );
    let token = app.link_tokens(BOB, "invites you", 1).await.remove(0);
    assert_eq!(looked_up(&app, &token).await, "Grace Hopper");

    let name = json!({ "firstName": "Evelyn" });
    eve.patch("/api/users/me", &name).await.expect(200);
    assert_eq!(looked_up(&app, &token).await, "Evelyn Hopper");

    let erase = eve.request(Method::DELETE, "/api/users/me");
    let password = json!({ "password": PASSWORD });
    erase.json(&password).send().await.expect(204);
    assert_eq!(looked_up(&app, &token).await, Value::Null);
    let accept = json!({ "token": token, "password": PASSWORD });
    answer(&app, "accept", &accept).await.expect(200);
    // Neither the row of the invitation nor the inviter's own.
    let mut rows = app.table().items().await;
    rows.retain(|row| row["entity"]["S"] == "member");
    let text = json!(rows).to_string();
    assert!(
        !text.contains("Evelyn") && !text.contains("eve@example.com"),
        "{text}"
    );
}
