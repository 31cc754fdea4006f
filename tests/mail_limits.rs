//! Limits of mails that are sent on request.

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

/// Waits for a mail about something else, which comes after all mails that were asked for before.
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
    // Neither another link nor a record of the request.
    assert_eq!(app.table().email(ADA).await, before);
    let body = json!({ "token": links[0], "password": PASSWORD });
    let reset = app.post("/api/auth/password/reset", &body).await;
    reset.expect(204);
    // A spent link causes no more mails.
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
    // That of the sign-up counts.
    for n in 2..=5 {
        assert_eq!(resend().await.expect(202), json!({}));
        app.link_tokens(ADA, VERIFY, n).await;
    }
    let links = app.link_tokens(ADA, VERIFY, 5).await;
    let refused = resend().await;
    refused.refused(429, "TOO_MANY_REQUESTS");
    let seconds: i64 = refused.header("retry-after").parse().unwrap();
    assert!((3500..=3600).contains(&seconds), "{seconds}");
    settle(&app).await;
    assert_eq!(subjects(&app, VERIFY), 5);
    // The latest link still works.
    let body = json!({ "token": links[0], "password": PASSWORD });
    app.post("/api/auth/verify-email", &body).await.expect(204);
    // A verified user needs no mail and hits no limit.
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
    assert_eq!(accepted, 4);
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
    settle(&app).await;
    assert_eq!(subjects(&app, VERIFY), 5);
    assert_eq!(subjects(&app, RESET), 5);
}

#[tokio::test]
async fn whoever_signs_up_and_leaves_again_and_again_mails_the_victim_five_times() {
    let app = TestApp::start().await;
    for n in 0..8 {
        let account = app.owner(ADA, &format!("Acme {n}")).await;
        account.owner.delete(&account.path()).await.expect(200);
        let erase = account.owner.request(Method::DELETE, "/api/users/me");
        let erase = erase.json(&json!({ "password": PASSWORD }));
        erase.send().await.expect(204);
    }
    // The limit belongs to the address, and the sign-up does not reveal that it is reached.
    app.try_sign_up(ADA, "Acme").await.expect(201);
    settle(&app).await;
    assert_eq!(subjects(&app, VERIFY), 5);
    for item in app.table().items().await {
        let counts = item["entity"]["S"] == "linkMails";
        assert!(!counts || !item.to_string().contains("ada"), "{item}");
    }
    app.stack.advance(60 * 60);
    let ada = app.sign_in(ADA, PASSWORD).await;
    ada.post("/api/auth/verify-email/resend", &json!({}))
        .await
        .expect(202);
    app.link_tokens(ADA, VERIFY, 6).await;
}

#[tokio::test]
async fn a_refused_sign_up_takes_no_mail_away() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    for n in 0..6 {
        app.try_sign_up(ADA, &format!("Globex {n}"))
            .await
            .refused(409, "USER_ALREADY_EXISTS");
    }
    ada.post("/api/auth/verify-email/resend", &json!({}))
        .await
        .expect(202);
    app.link_tokens(ADA, VERIFY, 2).await;
}

#[tokio::test]
async fn one_network_signs_up_so_many_people_an_hour() {
    let options = local::Options::memory().parameter("SignUpsPerSourceAndHour", "3");
    let app = TestApp::with(options).await;
    // The window is an hour of the clock.
    let into = app.get_unchecked("/_local/clock").await["now"].clone();
    let minutes: i64 = into.as_str().unwrap()[14..16].parse().unwrap();
    app.stack.advance((60 - minutes) * 60);
    for n in 0..3 {
        app.try_sign_up(&format!("p{n}@example.com"), &format!("Acme {n}"))
            .await
            .expect(201);
    }
    let refused = app.try_sign_up("late@example.com", "Late").await;
    refused.refused(429, "TOO_MANY_REQUESTS");
    let seconds: i64 = refused.header("retry-after").parse().unwrap();
    assert!((3000..=3600).contains(&seconds), "{seconds}");
    let elsewhere = app.from([127, 0, 0, 9]);
    elsewhere
        .try_sign_up("other@example.com", "Other")
        .await
        .expect(201);
    app.stack.advance(seconds);
    app.try_sign_up("late@example.com", "Late")
        .await
        .expect(201);
    // The refused one was mailed nothing.
    assert_eq!(
        app.link_tokens("late@example.com", VERIFY, 1).await.len(),
        1
    );
}
