//! Sessions: refresh, sign-out, the list.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Person, TestApp};

async fn ada(app: &TestApp) -> Person {
    app.owner("ada@example.com", "Acme").await.owner
}

/// A refresh by the client `agent`.
async fn refresh_by(app: &TestApp, token: &str, agent: &str) -> Answer {
    let request = app.request(Method::POST, "/api/auth/refresh");
    let body = json!({ "refreshToken": token });
    request.json(&body).header("user-agent", agent).send().await
}

async fn refresh(app: &TestApp, token: &str) -> Answer {
    refresh_by(app, token, "tests").await
}

/// Why a session does not go on.
#[track_caller]
fn why(answer: &Answer) -> String {
    text(&answer.refused(401, "UNAUTHENTICATED"), "detail")
}

fn text(pair: &Value, name: &str) -> String {
    pair[name].as_str().unwrap().to_owned()
}

async fn is_signed_in(app: &TestApp, access_token: &str) -> bool {
    let request = app.request(Method::GET, "/api/users/me");
    let answer = request.bearer(access_token).send().await;
    if answer.status == 200 {
        return true;
    }
    answer.refused(401, "UNAUTHENTICATED");
    assert!(answer.header("www-authenticate").starts_with("Bearer"));
    false
}

#[tokio::test]
async fn every_other_session_is_ended_at_once() {
    let app = TestApp::start().await;
    let one = ada(&app).await;
    let (another, kept) = (one.again().await, one.again().await);
    kept.delete("/api/users/me/sessions").await.expect(204);
    for ended in [&one, &another] {
        assert!(!is_signed_in(&app, &ended.token).await);
        let refused = refresh(&app, &ended.refresh_token).await;
        assert!(why(&refused).contains("revoked"));
    }
    assert!(is_signed_in(&app, &kept.token).await);
    refresh(&app, &kept.refresh_token).await.expect(200);
    let sessions = kept.get("/api/users/me/sessions").await.expect(200);
    assert_eq!(sessions["count"], 1);
    // There is none to end.
    kept.delete("/api/users/me/sessions").await.expect(204);
    one.delete("/api/users/me/sessions")
        .await
        .refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_refresh_gets_a_new_pair_that_works() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let pair = refresh(&app, &ada.refresh_token).await.expect(200);
    assert_ne!(text(&pair, "refreshToken"), ada.refresh_token);
    assert_ne!(text(&pair, "accessToken"), ada.token);
    assert!(is_signed_in(&app, &text(&pair, "accessToken")).await);
    let next = refresh(&app, &text(&pair, "refreshToken"))
        .await
        .expect(200);
    assert!(is_signed_in(&app, &text(&next, "accessToken")).await);
}

#[tokio::test]
async fn parallel_refreshes_and_a_retry_get_the_same_pair() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let copies = (0..16).map(|_| {
        let (app, token) = (app.clone(), ada.refresh_token.clone());
        tokio::spawn(async move { refresh(&app, &token).await })
    });
    let mut answers = Vec::new();
    for copy in copies.collect::<Vec<_>>() {
        answers.push(copy.await.unwrap());
    }
    app.stack.advance(27);
    answers.push(refresh(&app, &ada.refresh_token).await);
    let first = answers[0].expect(200);
    for answer in answers {
        assert_eq!(answer.expect(200), first);
    }
    assert!(is_signed_in(&app, &text(&first, "accessToken")).await);
}

#[tokio::test]
async fn another_clients_use_of_a_rotated_token_ends_the_session() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let pair = refresh(&app, &ada.refresh_token).await.expect(200);
    let stolen = refresh_by(&app, &ada.refresh_token, "somebody else").await;
    assert!(why(&stolen).contains("reused"));
    refresh(&app, &text(&pair, "refreshToken"))
        .await
        .refused(401, "UNAUTHENTICATED");
    assert!(!is_signed_in(&app, &text(&pair, "accessToken")).await);
    assert!(!is_signed_in(&app, &ada.token).await);
}

#[tokio::test]
async fn a_late_use_of_a_rotated_token_ends_the_session() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let pair = refresh(&app, &ada.refresh_token).await.expect(200);
    app.stack.advance(31);
    let late = refresh(&app, &ada.refresh_token).await;
    assert!(why(&late).contains("reused"));
    refresh(&app, &text(&pair, "refreshToken"))
        .await
        .refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_token_older_than_the_preceding_one_ends_the_session() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let second = refresh(&app, &ada.refresh_token).await.expect(200);
    let third = refresh(&app, &text(&second, "refreshToken"))
        .await
        .expect(200);
    refresh(&app, &ada.refresh_token)
        .await
        .refused(401, "UNAUTHENTICATED");
    refresh(&app, &text(&third, "refreshToken"))
        .await
        .refused(401, "UNAUTHENTICATED");
    assert!(!is_signed_in(&app, &text(&third, "accessToken")).await);
}

#[tokio::test]
async fn an_invented_token_ends_nothing() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let parts: Vec<_> = ada.refresh_token.split('.').collect();
    let zeros = "A".repeat(43);
    for invented in [
        String::new(),
        "nonsense".to_owned(),
        format!("{}.{}.{zeros}.{zeros}", parts[0], parts[1]),
        format!("{}.{}.{zeros}.{}", parts[0], parts[1], parts[3]),
        format!("{}.{}.{}.{zeros}", parts[0], parts[1], parts[2]).replace(parts[2], &zeros),
        format!(
            "{}.{}.{}.{}",
            u64::from(u32::MAX),
            parts[1],
            parts[2],
            parts[3]
        ),
        format!(
            "{}.{}.{}.{}",
            parts[0],
            "A".repeat(parts[1].len()),
            parts[2],
            parts[3]
        ),
    ] {
        refresh(&app, &invented)
            .await
            .refused(401, "UNAUTHENTICATED");
        let body = json!({ "refreshToken": invented });
        app.post("/api/auth/logout", &body).await.expect(204);
    }
    assert!(is_signed_in(&app, &ada.token).await);
    refresh(&app, &ada.refresh_token).await.expect(200);
}

#[tokio::test]
async fn a_session_lives_30_days_after_its_last_refresh() {
    const DAY: i64 = 24 * 60 * 60;
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    app.stack.advance(30 * DAY - 60);
    let pair = refresh(&app, &ada.refresh_token).await.expect(200);
    app.stack.advance(30 * DAY - 60);
    let pair = refresh(&app, &text(&pair, "refreshToken"))
        .await
        .expect(200);
    app.stack.advance(30 * DAY + 1);
    let expired = refresh(&app, &text(&pair, "refreshToken")).await;
    assert!(why(&expired).contains("expired"));
    // Another sign-in does not take the reason away.
    app.sign_in("ada@example.com", PASSWORD).await;
    let expired = refresh(&app, &text(&pair, "refreshToken")).await;
    assert!(why(&expired).contains("expired"));
}

#[tokio::test]
async fn a_session_ends_after_180_days_whatever_was_refreshed() {
    const DAY: i64 = 24 * 60 * 60;
    let app = TestApp::start().await;
    let mut token = ada(&app).await.refresh_token;
    for refreshed in 1..=6 {
        app.stack.advance(29 * DAY);
        let pair = refresh(&app, &token).await.expect(200);
        let left = pair["refreshExpiresIn"].as_i64().unwrap();
        let days = (180 - 29 * refreshed).min(30);
        assert!((days * DAY - 60..=days * DAY).contains(&left), "{left}");
        assert!(is_signed_in(&app, &text(&pair, "accessToken")).await);
        token = text(&pair, "refreshToken");
    }
    app.stack.advance(6 * DAY - 300);
    let pair = refresh(&app, &token).await.expect(200);
    // The access token does not outlive the session.
    assert!(pair["expiresIn"].as_i64().unwrap() <= 300);
    app.stack.advance(301);
    assert!(!is_signed_in(&app, &text(&pair, "accessToken")).await);
    let ended = refresh(&app, &text(&pair, "refreshToken")).await;
    assert!(why(&ended).contains("expired"));
}

#[tokio::test]
async fn a_deployment_chooses_how_old_a_session_gets() {
    const DAY: i64 = 24 * 60 * 60;
    let options = local::Options::memory().parameter("SessionMaxDays", "2");
    let app = TestApp::with(options).await;
    let ada = ada(&app).await;
    app.stack.advance(2 * DAY - 60);
    let pair = refresh(&app, &ada.refresh_token).await.expect(200);
    app.stack.advance(61);
    let ended = refresh(&app, &text(&pair, "refreshToken")).await;
    assert!(why(&ended).contains("expired"));
}

#[tokio::test]
async fn a_lost_answer_is_given_again_from_another_network() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let pair = refresh(&app, &ada.refresh_token).await.expect(200);
    app.stack.advance(11);
    let elsewhere = app.from([127, 0, 0, 7]);
    let again = refresh(&elsewhere, &ada.refresh_token).await.expect(200);
    assert_eq!(again, pair);
    app.stack.advance(18);
    let again = refresh(&elsewhere, &ada.refresh_token).await.expect(200);
    assert_eq!(again, pair);
    assert!(is_signed_in(&app, &text(&pair, "accessToken")).await);
}

#[tokio::test]
async fn a_reused_token_is_recorded_for_the_person() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    refresh(&app, &ada.refresh_token).await.expect(200);
    refresh_by(&app, &ada.refresh_token, "somebody else").await;
    let user = app.rows().await;
    let user = user.item(&format!("USER#{}", ada.id), "USER");
    assert_eq!(user["change"]["M"]["kind"]["S"], "RefreshTokenReused");
    assert_eq!(user["sessions"]["M"], json!({}));
    // The second use of the same token, or of any other, finds no session.
    let again = refresh_by(&app, &ada.refresh_token, "somebody else").await;
    assert!(why(&again).contains("revoked"));
}

#[tokio::test]
async fn an_access_token_lives_15_minutes() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    app.stack.advance(15 * 60 - 30);
    assert!(is_signed_in(&app, &ada.token).await);
    app.stack.advance(31);
    assert!(!is_signed_in(&app, &ada.token).await);
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once_and_always_succeeds() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let elsewhere = app.sign_in("ada@example.com", PASSWORD).await;
    let body = json!({ "refreshToken": ada.refresh_token });
    for _ in 0..2 {
        app.post("/api/auth/logout", &body).await.expect(204);
        assert!(!is_signed_in(&app, &ada.token).await);
    }
    let revoked = refresh(&app, &ada.refresh_token).await;
    assert!(why(&revoked).contains("revoked"));
    assert!(is_signed_in(&app, &elsewhere.token).await);
    let missing = app.post("/api/auth/logout", &json!({})).await;
    assert_eq!(missing.mistakes(), ["/refreshToken REQUIRED"]);
}

#[tokio::test]
async fn the_list_shows_where_one_is_signed_in() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    app.stack.advance(60);
    let request = app.request(Method::POST, "/api/auth/login");
    let body = json!({ "email": "ada@example.com", "password": PASSWORD });
    let long = format!("Phone/{}", "9".repeat(300));
    request
        .json(&body)
        .header("user-agent", &long)
        .send()
        .await
        .expect(200);

    let list = ada.get("/api/users/me/sessions").await.expect(200);
    let list = list["value"].as_array().unwrap();
    assert_eq!(list.len(), 2);
    assert_eq!(list[0]["userAgent"], "tests");
    assert_eq!(list[0]["current"], true);
    assert_eq!(list[1]["userAgent"], long[..200]);
    assert_eq!(list[1]["current"], false);

    let phone = format!("/api/users/me/sessions/{}", list[1]["id"].as_str().unwrap());
    ada.delete(&phone).await.expect(204);
    ada.delete(&phone).await.refused(404, "NOT_FOUND");
    ada.delete("/api/users/me/sessions/nonsense")
        .await
        .refused(404, "NOT_FOUND");
    let own = format!("/api/users/me/sessions/{}", list[0]["id"].as_str().unwrap());
    ada.delete(&own).await.expect(204);
    assert!(!is_signed_in(&app, &ada.token).await);
}

#[tokio::test]
async fn nobody_ends_anothers_session() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let bob = app.owner("bob@example.com", "Globex").await.owner;
    let list = ada.get("/api/users/me/sessions").await.expect(200);
    let path = format!(
        "/api/users/me/sessions/{}",
        list["value"][0]["id"].as_str().unwrap()
    );
    bob.delete(&path).await.refused(404, "NOT_FOUND");
    assert!(is_signed_in(&app, &ada.token).await);
}

#[tokio::test]
async fn the_21st_session_ends_the_least_recently_used() {
    let app = TestApp::start().await;
    let first = ada(&app).await;
    app.stack.advance(1);
    let second = app.sign_in("ada@example.com", PASSWORD).await;
    app.stack.advance(1);
    // Used again: the second is the least recently used now.
    let pair = refresh(&app, &first.refresh_token).await.expect(200);
    for _ in 0..19 {
        app.stack.advance(1);
        app.try_sign_in("ada@example.com", PASSWORD)
            .await
            .expect(200);
    }
    assert!(!is_signed_in(&app, &second.token).await);
    let request = app.request(Method::GET, "/api/users/me/sessions");
    let list = request
        .bearer(&text(&pair, "accessToken"))
        .send()
        .await
        .expect(200);
    assert_eq!(list["value"].as_array().unwrap().len(), 20);
}
