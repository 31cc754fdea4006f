//! Guessing passwords: many at once for one address, one each for many addresses, and what that does to the owner.

use std::time::Duration;

use local::Options;
use local::faults::{Fault, Rule};
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, PASSWORD, TestApp, at_once};

const ADA: &str = "ada@example.com";
const WRONG: &str = "not the right password";
/// Another address of this machine.
const ELSEWHERE: [u8; 4] = [127, 0, 0, 2];

async fn fails(app: &TestApp, email: &str) {
    let answer = app.try_sign_in(email, WRONG).await;
    answer.refused(401, "INVALID_CREDENTIALS");
}

async fn is_refused(app: &TestApp, email: &str) -> Answer {
    let answer = app.try_sign_in(email, PASSWORD).await;
    answer.refused(429, "TOO_MANY_REQUESTS");
    answer
}

/// Sets a new password for Ada by a mailed link.
async fn resets(app: &TestApp, password: &str, mails: usize) {
    let email = json!({ "email": ADA });
    let forgot = app.post("/api/auth/password/forgot", &email).await;
    forgot.expect(202);
    let tokens = app.link_tokens(ADA, "Set a new password", mails).await;
    let body = json!({ "token": tokens[0], "password": password });
    let reset = app.post("/api/auth/password/reset", &body).await;
    reset.expect(204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_right_password_waits_for_ten_guesses_that_are_being_judged() {
    let app = TestApp::with(Options::memory().intercepted()).await;
    let email = app.owner_of("Acme").await.owner.email;
    let interceptor = app.stack.interceptor().unwrap();
    interceptor.clear();
    // All ten have their places, and none is judged yet.
    let slow = Fault::Delay(Duration::from_millis(500));
    let rule = Rule::new(slow).function("IdentityFunction");
    interceptor.add(rule.operation("GetItem").times(20));
    let body = json!({ "email": email, "password": WRONG });
    let guesses = (0..10).map(|_| app.request(Method::POST, "/api/auth/login").json(&body));
    let guesses = tokio::spawn(at_once(guesses.collect()));
    while interceptor
        .calls_of("IdentityFunction")
        .iter()
        .filter(|call| call.operation == "UpdateItem" && call.status == Some(200))
        .count()
        < 10
    {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    is_refused(&app, &email).await;
    for guess in guesses.await.unwrap() {
        guess.refused(401, "INVALID_CREDENTIALS");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_devices_of_one_person_sign_in_at_once() {
    let app = TestApp::start().await;
    app.try_sign_up(ADA, "Acme").await.expect(201);
    let body = json!({ "email": ADA, "password": PASSWORD });
    let requests = (0..16).map(|_| app.request(Method::POST, "/api/auth/login").json(&body));
    for answer in at_once(requests.collect()).await {
        answer.expect(200);
    }
}

#[tokio::test]
async fn a_sign_in_that_succeeds_is_no_failure_afterwards() {
    let app = TestApp::start().await;
    app.try_sign_up(ADA, "Acme").await.expect(201);
    for _ in 0..12 {
        app.try_sign_in(ADA, PASSWORD).await.expect(200);
    }
    for _ in 0..10 {
        fails(&app, ADA).await;
    }
    is_refused(&app, ADA).await;
}

#[tokio::test]
async fn a_right_current_password_is_no_failure_afterwards() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    for _ in 0..12 {
        let same = json!({ "currentPassword": PASSWORD, "newPassword": PASSWORD });
        ada.post("/api/auth/password", &same).await.expect(204);
        let erase = ada.request(Method::DELETE, "/api/users/me");
        let erased = erase.json(&json!({ "password": PASSWORD })).send().await;
        erased.refused(409, "OWNER_REQUIRED");
    }
    let change = json!({ "currentPassword": WRONG, "newPassword": "another good one" });
    for _ in 0..10 {
        let answer = ada.post("/api/auth/password", &change).await;
        answer.refused(401, "INVALID_CREDENTIALS");
    }
    let answer = ada.post("/api/auth/password", &change).await;
    answer.refused(429, "TOO_MANY_REQUESTS");
}

#[tokio::test]
async fn whoever_has_reset_the_password_gets_in_however_fast_others_go_on_guessing() {
    let app = TestApp::start().await;
    app.try_sign_up(ADA, "Acme").await.expect(201);
    let strangers = app.from(ELSEWHERE);
    for mails in 1..=2 {
        for _ in 0..10 {
            fails(&strangers, ADA).await;
        }
        is_refused(&app, ADA).await;
        resets(&app, "another good one", mails).await;
        // Before the owner has signed in.
        for _ in 0..10 {
            fails(&strangers, ADA).await;
        }
        is_refused(&strangers, ADA).await;
        app.sign_in(ADA, "another good one").await;
        is_refused(&strangers, ADA).await;
        app.stack.advance(16 * 60);
    }
}

#[tokio::test]
async fn a_reset_gives_its_network_no_more_guesses_than_anybody() {
    let app = TestApp::start().await;
    app.try_sign_up(ADA, "Acme").await.expect(201);
    resets(&app, "another good one", 1).await;
    for _ in 0..10 {
        fails(&app.from(ELSEWHERE), ADA).await;
    }
    for _ in 0..10 {
        fails(&app, ADA).await;
    }
    is_refused(&app, ADA).await;
    // The reset is too long ago then, so this network's guesses count like all others.
    app.stack.advance(16 * 60);
    for _ in 0..10 {
        fails(&app.from(ELSEWHERE), ADA).await;
    }
    is_refused(&app, ADA).await;
}

async fn with_budget(addresses: usize) -> TestApp {
    let options = Options::memory();
    TestApp::with(options.parameter("SignInFailuresPerSource", &addresses.to_string())).await
}

#[tokio::test]
async fn one_machine_fails_for_so_many_addresses_and_then_waits() {
    let app = with_budget(3).await;
    app.try_sign_up(ADA, "Acme").await.expect(201);
    // An address counts once in all its spellings, and a right password does not count.
    for email in [
        "bob@example.com",
        "BOB@example.com",
        ADA,
        "carol@example.com",
    ] {
        app.try_sign_in(ADA, PASSWORD).await.expect(200);
        fails(&app, email).await;
    }
    for email in [ADA, "bob@example.com", "dave@example.com"] {
        let refused = is_refused(&app, email).await;
        let seconds: i64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=900).contains(&seconds), "{seconds}");
    }
    // Other networks are not limited, and refused tries count for no address.
    let elsewhere = app.from(ELSEWHERE);
    for _ in 0..12 {
        is_refused(&app, ADA).await;
    }
    elsewhere.sign_in(ADA, PASSWORD).await;
    let refused = is_refused(&app, ADA).await;
    app.stack
        .advance(refused.header("retry-after").parse().unwrap());
    app.sign_in(ADA, PASSWORD).await;
}

#[tokio::test]
async fn a_refused_network_keeps_nobody_out_who_shows_that_they_are_the_holder() {
    let app = with_budget(1).await;
    let ada = app.owner(ADA, "Acme").await.owner;
    fails(&app, "somebody@example.com").await;
    is_refused(&app, ADA).await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "another good one" });
    ada.post("/api/auth/password", &change).await.expect(204);
    let body = json!({ "refreshToken": ada.refresh_token });
    app.post("/api/auth/refresh", &body).await.expect(200);
    resets(&app, PASSWORD, 1).await;
    app.sign_in(ADA, PASSWORD).await;
    is_refused(&app, "somebody@example.com").await;
}

#[tokio::test]
async fn what_counts_guesses_knows_no_network_and_goes_by_itself() {
    let app = TestApp::start().await;
    app.try_sign_up(ADA, "Acme").await.expect(201);
    resets(&app, PASSWORD, 1).await;
    fails(&app, ADA).await;
    for kind in ["source", "failures"] {
        let items = app.table().items().await;
        let counts = |item: &&serde_json::Value| item["entity"]["S"] == kind;
        let counters: Vec<_> = items.iter().filter(counts).collect();
        assert_eq!(counters.len(), 1, "{kind}: {counters:#?}");
        assert!(!counters[0].to_string().contains("127.0.0.1"));
        assert!(counters[0]["ttl"]["N"].is_string(), "{counters:#?}");
    }
}

#[tokio::test]
async fn nobody_says_themselves_where_they_come_from() {
    let app = with_budget(1).await;
    fails(&app, ADA).await;
    for header in [
        "x-forwarded-for",
        "x-real-ip",
        "forwarded",
        "client-ip",
        "true-client-ip",
    ] {
        let body = json!({ "email": "bob@example.com", "password": WRONG });
        let request = app.request(Method::POST, "/api/auth/login").json(&body);
        let answer = request.header(header, "203.0.113.9").send().await;
        answer.refused(429, "TOO_MANY_REQUESTS");
    }
}
