//! Mails, as they reach the mailbox. The tests of their exact texts are beside the code.

use std::collections::BTreeSet;

use local::Options;
use reqwest::Method;
use serde_json::json;
use shared::model::Mail;

use crate::support::{PASSWORD, TestApp};

const OWNER: &str = "owner@acme.example";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";

async fn sign_in_with(app: &TestApp, user_agent: &str) {
    let body = json!({ "email": OWNER, "password": PASSWORD });
    let request = app.request(Method::POST, "/api/auth/login").json(&body);
    let answer = request.header("user-agent", user_agent).send().await;
    answer.expect(200);
}

/// The subjects of the mails to the owner, oldest first, once there is one about a changed password: mails to one person come
/// in order.
async fn subjects(app: &TestApp) -> Vec<String> {
    let token = app.sign_in(OWNER, PASSWORD).await;
    let body = json!({ "currentPassword": PASSWORD, "newPassword": "another good password" });
    token.post("/api/auth/password", &body).await.expect(204);
    app.mail(OWNER, "was changed").await;
    let mails = app.stack.mails_to(OWNER).into_iter().rev();
    mails.map(|mail| mail.subject).collect()
}

#[tokio::test]
async fn a_sign_in_on_a_new_device_is_told_of_and_others_are_not() {
    let app = TestApp::start().await;
    app.owner_of("Acme").await; // signs in, for the first time
    app.sign_in(OWNER, PASSWORD).await; // on the same device
    sign_in_with(&app, FIREFOX).await;
    sign_in_with(&app, &FIREFOX.replace("150", "151")).await;
    assert_eq!(
        subjects(&app).await,
        [
            "Verify your e-mail address for Accounts",
            "New sign-in to Accounts",
            "Your password for Accounts was changed",
        ]
    );
    let mail = app.mail(OWNER, "New sign-in").await;
    let text = mail.text.unwrap();
    assert!(text.contains("Device: Firefox on Linux\n"), "{text}");
    assert!(text.contains("Network address: 127.0.0.1\n"), "{text}");
    let page = format!("{}/reset-password\n", app.stack.url());
    assert!(text.contains(&page), "{text}");
}

#[tokio::test]
async fn whoever_is_signed_in_nowhere_signs_in_quietly() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let body = json!({ "refreshToken": acme.owner.refresh_token });
    app.post("/api/auth/logout", &body).await.expect(204);
    sign_in_with(&app, FIREFOX).await;
    app.stack.advance(30 * 24 * 60 * 60);
    sign_in_with(&app, "curl/8.14.1").await;
    sign_in_with(&app, "curl/8.14.1").await;
    let subjects: Vec<_> = subjects(&app).await;
    // The last one is the tests' own client beside curl.
    assert_eq!(
        subjects,
        [
            "Verify your e-mail address for Accounts",
            "New sign-in to Accounts",
            "Your password for Accounts was changed",
        ]
    );
}

#[tokio::test]
async fn a_sign_in_tells_of_itself_in_the_write_that_begins_its_session() {
    let app = TestApp::with(Options::memory().intercepted()).await;
    app.owner_of("Acme").await;
    let interceptor = app.stack.interceptor().unwrap();
    interceptor.clear();
    app.try_sign_in(OWNER, PASSWORD).await.expect(200);
    let calls = interceptor.calls();
    let of_the_user = calls.iter().filter(|call| {
        let key = call.request["Key"]["pk"]["S"].as_str().unwrap_or_default();
        call.function == "IdentityFunction" && key.starts_with("USER#")
    });
    let [begun] = of_the_user.collect::<Vec<_>>()[..] else {
        panic!("{calls:#?}");
    };
    assert_eq!(begun.operation, "UpdateItem");
    assert!(begun.units().write <= 1.0, "{begun:#?}");
}

#[tokio::test]
async fn mails_are_sent_as_the_deployment_wants() {
    let options = Options::memory()
        .parameter("MailFrom", "no-reply@acme.example")
        .parameter("MailReplyTo", "help@acme.example")
        .parameter("MailConfigurationSet", "followed")
        .parameter("BrandName", "Acme & Co")
        .parameter("BrandColor", "#facc15")
        .parameter("AppUrl", "https://app.acme.example/members");
    let app = TestApp::with(options).await;
    app.owner_of("Acme").await;
    let mail = app.mail(OWNER, "Verify").await;
    assert_eq!(mail.from, "no-reply@acme.example");
    assert_eq!(mail.reply_to.as_deref(), Some("help@acme.example"));
    assert_eq!(mail.configuration_set.as_deref(), Some("followed"));
    assert_eq!(mail.subject, "Verify your e-mail address for Acme & Co");
    let html = mail.html.unwrap();
    assert!(html.contains("Acme &#38; Co</p>"), "{html}");
    assert!(
        html.contains("background: #facc15; color: #000000"),
        "{html}"
    );
    assert!(html.contains("href=\"https://app.acme.example/members/verify-email#token="));
}

#[tokio::test]
async fn a_name_like_an_address_is_no_link_in_a_mail() {
    let app = TestApp::start().await;
    let acme = app.owner("eve@example.com", "www.evil.example").await;
    let names = json!({ "firstName": "http://evil.example", "lastName": "<b>click</b>" });
    acme.owner.patch("/api/users/me", &names).await.expect(200);
    acme.invite("bob@example.com", &["user"]).await;
    let mail = app.mail("bob@example.com", "invites you").await;
    for part in [mail.subject, mail.text.unwrap(), mail.html.unwrap()] {
        assert!(!part.contains("evil.example"), "{part}");
    }
}

#[tokio::test]
async fn every_kind_of_mail_is_shown_without_causing_it() {
    let options = Options::memory().parameter("BrandName", "Müller & Söhne");
    let app = TestApp::with(options).await;
    let samples = app.get_unchecked("/_local/mails.json").await;
    let samples = samples.as_array().unwrap();
    let kinds: BTreeSet<_> = samples
        .iter()
        .map(|mail| mail["kind"].to_string())
        .collect();
    assert!(kinds.len() >= Mail::ALL.len());
    let page = app.request(Method::GET, "/_local/mails").send_unchecked();
    let page = page.await.expect_text(200).to_owned();
    for mail in samples {
        let text = |name: &str| mail[name].as_str().unwrap().to_owned();
        assert!(text("text").starts_with("Hello"), "{mail:#}");
        assert!(text("text").contains("Müller & Söhne"), "{mail:#}");
        assert!(page.contains(&format!("<p>{}</p>", text("kind"))), "{page}");
        let html = format!("/_local/mails/{}/html", text("kind"));
        let html = app.request(Method::GET, &html).send_unchecked().await;
        assert_eq!(html.expect_text(200), text("html"));
        assert!(
            html.header("content-security-policy")
                .starts_with("sandbox")
        );
    }
    let unknown = app.request(Method::GET, "/_local/mails/x/html");
    assert_eq!(unknown.send_unchecked().await.status, 404);
    // Their links lead to nothing.
    let verification = samples.iter().find(|mail| mail["kind"] == "verification");
    let text = verification.unwrap()["text"].as_str().unwrap();
    let (_, token) = text.split_once("#token=").unwrap();
    let body = json!({ "token": token.lines().next().unwrap() });
    let refused = app.post("/api/auth/verify-email", &body).await;
    refused.refused(400, "INVALID_TOKEN");
    assert!(app.stack.mails().is_empty());
}
