//! How often mails are sent because somebody asks for them.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, CALLERS, PASSWORD, TestApp, together};

const ADA: &str = "ada@example.com";
const RESET: &str = "Set a new password";
const VERIFY: &str = "Verify your";

async fn forget(app: &TestApp) {
    let email = json!({ "email": ADA });
    let answer = app.post("/api/auth/password/forgot", &email).await;
    assert_eq!(answer.expect(202), json!({}));
}

fn subjects(app: &TestApp, about: &str) -> usize {
    let mails = app.stack.mails_to(ADA).into_iter();
    mails.filter(|mail| mail.subject.contains(about)).count()
}

/// Waits for a mail about something else, which comes after whatever was asked for before.
async fn settle(app: &TestApp) {
    let ada = app.sign_in(ADA, PASSWORD).await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": PASSWORD });
    ada.post("/api/auth/password", &change).await.expect(204);
    app.mail(ADA, "was changed").await;
}

#[tokio::test]
async fn a_reset_is_mailed_five_times_an_hour() {
    let app = TestApp::start().await;
    app.try_sign_up(ADA, "Acme").await.expect(201);
    for n in 1..=5 {
        forget(&app).await;
        app.link_tokens(ADA, RESET, n).await;
    }
    let before = app.table().email(ADA).await;
    let links = app.link_tokens(ADA, RESET, 5).await;
    forget(&app).await;
    // Neither another link nor a record of having asked.
    assert_eq!(app.table().email(ADA).await, before);
    let body = json!({ "token": links[0], "password": PASSWORD });
    let reset = app.post("/api/auth/password/reset", &body).await;
    reset.expect(204);
    // A spent link is no reason for more of them.
    forget(&app).await;
    settle(&app).await;
    assert_eq!(subjects(&app, RESET), 5);
    app.stack.advance(60 * 60);
    forget(&app).await;
    app.link_tokens(ADA, RESET, 6).await;
}

#[tokio::test]
async fn a_verification_is_mailed_again_five_times_an_hour() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let resend = async || -> Answer {
        let request = ada.request(Method::POST, "/api/auth/verify-email/resend");
        request.send().await
    };
    for n in 2..=6 {
        assert_eq!(resend().await.expect(202), json!({}));
        app.link_tokens(ADA, VERIFY, n).await;
    }
    let links = app.link_tokens(ADA, VERIFY, 6).await;
    let refused = resend().await;
    refused.refused(429, "TOO_MANY_REQUESTS");
    let seconds: i64 = refused.header("retry-after").parse().unwrap();
    assert!((3500..=3600).contains(&seconds), "{seconds}");
    settle(&app).await;
    assert_eq!(subjects(&app, VERIFY), 6);
    // The latest link still works.
    let body = json!({ "token": links[0], "password": PASSWORD });
    app.post("/api/auth/verify-email", &body).await.expect(204);
    // Whoever is verified needs no mail and hits no limit.
    let ada = app.sign_in(ADA, PASSWORD).await;
    let request = ada.request(Method::POST, "/api/auth/verify-email/resend");
    assert_eq!(request.send().await.expect(202), json!({}));
}

#[tokio::test]
async fn the_hour_slides() {
    let options = local::Options::memory().parameter("AccountMailsPerAddressAndHour", "1");
    let app = TestApp::with(options).await;
    app.try_sign_up(ADA, "Acme").await.expect(201);
    let resend = async || {
        let ada = app.sign_in(ADA, PASSWORD).await;
        let request = ada.request(Method::POST, "/api/auth/verify-email/resend");
        request.send().await
    };
    resend().await.expect(202);
    let refused = resend().await;
    refused.refused(429, "TOO_MANY_REQUESTS");
    app.stack
        .advance(refused.header("retry-after").parse().unwrap());
    resend().await.expect(202);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_no_more_are_mailed_than_the_limit_allows() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let answers = together(|_| ada.request(Method::POST, "/api/auth/verify-email/resend")).await;
    let accepted = answers.iter().filter(|answer| answer.status == 202).count();
    for answer in answers.iter().filter(|answer| answer.status != 202) {
        answer.refused(429, "TOO_MANY_REQUESTS");
    }
    assert_eq!(accepted, 5);
    for _ in 0..3 {
        let email = json!({ "email": ADA });
        let forgot = |_| {
            app.request(Method::POST, "/api/auth/password/forgot")
                .json(&email)
        };
        let answers = together(forgot).await;
        assert_eq!(answers.len(), CALLERS);
        for answer in answers {
            answer.expect(202);
        }
    }
    let address = app.table().email(ADA).await;
    let mailed = address["resetMails"]["L"].as_array().unwrap().len();
    assert!((3..=5).contains(&mailed), "{mailed}");
    settle(&app).await;
    assert_eq!(subjects(&app, VERIFY), 6);
    assert_eq!(subjects(&app, RESET), mailed);
}
