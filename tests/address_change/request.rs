//! `POST /api/users/me/email`

use reqwest::Method;
use serde_json::json;

use super::{ADA, NEW, ada, confirm, confirmation, profile, request, try_request};
use crate::support::TestApp;

#[tokio::test]
async fn the_new_address_gets_a_link_and_the_old_one_a_notice() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    request(&ada, NEW).await;
    assert_eq!(profile(&ada).await["email"], ADA);
    let link = app.mail(NEW, "Confirm your new").await;
    let notice = app.mail(ADA, "was requested").await;
    for mail in [link, notice] {
        let text = mail.text.unwrap();
        assert!(text.contains("When: "), "{text}");
        assert!(text.contains("Network address: 127.0.0.1\n"), "{text}");
        assert!(text.contains("/change-email#token="), "{text}");
    }
    app.check_invariants().await;
}

#[tokio::test]
async fn an_address_that_a_proven_person_holds_gets_a_notice_and_the_answer_is_the_same() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    app.proven_owner("bob@example.com", "Globex").await;
    let taken = try_request(&ada, "bob@example.com").await;
    let free = try_request(&ada, NEW).await;
    assert_eq!(taken.expect(202), free.expect(202));
    confirmation(&app, NEW).await;
    let mail = app.mail("bob@example.com", "Your e-mail address on").await;
    assert!(!mail.text.unwrap().contains("#token="));
    let mails = app.stack.mails_to("bob@example.com");
    assert!(mails.iter().all(|mail| !mail.subject.contains("Confirm")));
}

#[tokio::test]
async fn an_address_of_an_unproven_person_gets_the_link_which_does_not_take_it() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let acme = app.owner_of("Globex").await;
    app.owner("bob@example.com", "Bobs").await;
    acme.invite("carl@example.com", &["user"]).await;
    for email in ["bob@example.com", "carl@example.com"] {
        let token = request(&ada, email).await;
        confirm(&app, &token)
            .await
            .refused(409, "USER_ALREADY_EXISTS");
    }
    assert_eq!(profile(&ada).await["email"], ADA);
    app.check_invariants().await;
}

#[tokio::test]
async fn ones_own_address_and_what_is_none_are_refused() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    for own in [ADA, "Ada@Example.COM"] {
        let refused = try_request(&ada, own).await;
        assert_eq!(refused.mistakes(), ["/email ALREADY_YOURS"]);
    }
    let refused = try_request(&ada, "nothing").await;
    assert_eq!(refused.mistakes(), ["/email INVALID_EMAIL"]);
}

#[tokio::test]
async fn the_password_has_to_be_right_and_the_session_young() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let body = json!({ "email": NEW, "password": "wrong" });
    let wrong = ada.post("/api/users/me/email", &body).await;
    wrong.refused(401, "INVALID_CREDENTIALS");
    app.stack.advance(10 * 60);
    let old = try_request(&ada, NEW).await;
    old.refused(401, "REAUTHENTICATION_REQUIRED");
    assert!(old.header("www-authenticate").contains("max_age=600"));
    let again = json!({ "password": crate::support::PASSWORD });
    ada.post("/api/auth/reauthenticate", &again)
        .await
        .expect(200);
    try_request(&ada, NEW).await.expect(202);
}

#[tokio::test]
async fn a_newer_request_takes_the_place_of_the_one_before() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let first = request(&ada, NEW).await;
    let second = request(&ada, "newer@example.com").await;
    confirm(&app, &first).await.refused(400, "INVALID_TOKEN");
    confirm(&app, &second).await.expect(204);
    assert_eq!(profile(&ada).await["email"], "newer@example.com");
}

#[tokio::test]
async fn nobody_is_mailed_more_than_a_few_times_an_hour() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let bob = app.owner("bob@example.com", "Globex").await.owner;
    for _ in 0..3 {
        try_request(&ada, NEW).await.expect(202);
    }
    for _ in 0..2 {
        try_request(&bob, NEW).await.expect(202);
    }
    let refused = try_request(&bob, NEW).await;
    refused.refused(429, "TOO_MANY_REQUESTS");
    assert!(refused.header("retry-after").parse::<i64>().unwrap() > 3000);
    // A refused request takes no place at the present address.
    for number in 0..3 {
        let other = format!("other{number}@example.com");
        try_request(&bob, &other).await.expect(202);
    }
    try_request(&bob, "more@example.com")
        .await
        .refused(429, "TOO_MANY_REQUESTS");
}

#[tokio::test]
async fn a_request_tells_the_table_as_much_whoever_holds_the_address() {
    let app = TestApp::with(local::Options::memory().intercepted()).await;
    let ada = ada(&app).await;
    app.proven_owner("bob@example.com", "Globex").await;
    app.owner("carl@example.com", "Initech").await;
    let interceptor = app.stack.interceptor().unwrap();
    let mut work = Vec::new();
    for email in ["bob@example.com", "carl@example.com", NEW] {
        interceptor.clear();
        let request = ada.request(Method::POST, "/api/users/me/email");
        let body = json!({ "email": email, "password": crate::support::PASSWORD });
        request.json(&body).send().await.expect(202);
        let calls = interceptor.calls_of("IdentityFunction");
        let mut operations: Vec<_> = calls.iter().map(|call| call.operation.clone()).collect();
        operations.sort();
        work.push(operations);
    }
    assert_eq!(work[0], work[2]);
    assert_eq!(work[1], work[2]);
}
