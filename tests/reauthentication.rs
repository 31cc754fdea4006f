//! `POST /api/auth/reauthenticate`: when and how the person behind a session authenticated.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Person, TestApp};

const ADA: &str = "ada@example.com";

async fn ada(app: &TestApp) -> Person {
    app.owner(ADA, "Acme").await.owner
}

async fn again(person: &Person, password: &str) -> Answer {
    let body = json!({ "password": password });
    person.post("/api/auth/reauthenticate", &body).await
}

/// What an access token says of the authentication behind it.
fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

async fn refreshed(app: &TestApp, person: &Person) -> Value {
    let body = json!({ "refreshToken": person.refresh_token });
    let pair = app.post("/api/auth/refresh", &body).await.expect(200);
    claims(pair["accessToken"].as_str().unwrap())
}

#[tokio::test]
async fn a_session_lists_how_its_person_authenticated() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let list = ada.get("/api/users/me/sessions").await.expect(200);
    assert_eq!(list["value"][0]["methods"], json!(["password"]));
    let own = "/api/users/me/sessions?$filter=methods/any(m:m%20eq%20'totp')";
    assert_eq!(ada.get(own).await.expect(200)["count"], 0);
}

#[tokio::test]
async fn a_session_of_an_earlier_release_was_authenticated_when_it_began() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let table = app.table();
    let user = format!("USER#{}", ada.id);
    let key = json!({ "pk": { "S": user }, "sk": { "S": "USER" } });
    let mut item = table.item(&key).await;
    let began = claims(&ada.token)["iat"].clone();
    for (_, session) in item["sessions"]["M"].as_object_mut().unwrap() {
        let session = session["M"].as_object_mut().unwrap();
        session.remove("authenticatedAt").unwrap();
        session.remove("methods").unwrap();
    }
    table.put(item).await;
    app.stack.advance(60);
    let later = refreshed(&app, &ada).await;
    assert_eq!(later["auth_time"], began);
    assert_eq!(
        (&later["amr"], &later["acr"]),
        (&json!(["pwd"]), &json!("1fa"))
    );
}

#[tokio::test]
async fn tokens_carry_the_time_of_the_last_authentication() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let first = claims(&ada.token);
    assert_eq!(
        (&first["amr"], &first["acr"]),
        (&json!(["pwd"]), &json!("1fa"))
    );
    app.stack.advance(120);
    let answer = again(&ada, PASSWORD).await.expect(200);
    assert_eq!(answer["methods"], json!(["password"]));
    // The same access token goes on, and the next one has the new time.
    ada.get("/api/users/me").await.expect(200);
    let next = refreshed(&app, &ada).await;
    let waited = next["auth_time"].as_i64().unwrap() - first["auth_time"].as_i64().unwrap();
    assert!((120..180).contains(&waited), "{waited}");
    assert_eq!(next["sid"], first["sid"]);
}

#[tokio::test]
async fn a_refresh_is_no_authentication() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    app.stack.advance(120);
    let next = refreshed(&app, &ada).await;
    assert_eq!(next["auth_time"], claims(&ada.token)["auth_time"]);
}

#[tokio::test]
async fn a_wrong_password_changes_nothing_and_counts_as_a_guess() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    app.stack.advance(60);
    for _ in 0..10 {
        again(&ada, "wrong")
            .await
            .refused(401, "INVALID_CREDENTIALS");
    }
    let locked = again(&ada, PASSWORD).await;
    locked.refused(429, "TOO_MANY_REQUESTS");
    let next = refreshed(&app, &ada).await;
    assert_eq!(next["auth_time"], claims(&ada.token)["auth_time"]);
}

#[tokio::test]
async fn right_passwords_do_not_count() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    for _ in 0..12 {
        again(&ada, PASSWORD).await.expect(200);
    }
}

#[tokio::test]
async fn one_session_alone_is_authenticated_anew() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let phone = ada.again().await;
    app.stack.advance(60);
    again(&ada, PASSWORD).await.expect(200);
    let elsewhere = refreshed(&app, &phone).await;
    assert_eq!(elsewhere["auth_time"], claims(&phone.token)["auth_time"]);
}

#[tokio::test]
async fn the_address_in_an_old_token_is_a_hint_only() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let eve = app.owner("eve@example.com", "Evil").await.owner;
    // Ada's item has another address than her token.
    let table = app.table();
    let key = json!({ "pk": { "S": format!("USER#{}", ada.id) }, "sk": { "S": "USER" } });
    let item = table.item(&key).await;
    table.set(&item, "email", json!({ "S": eve.email })).await;
    // The credential of that address belongs to somebody else.
    let answer = again(&ada, PASSWORD).await;
    answer.refused(401, "INVALID_CREDENTIALS");
}
