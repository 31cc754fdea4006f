//! No header and no option of a request decides where anybody is led.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Request, TestApp, sign_up};

const EVIL: &str = "evil.example";

/// Every header that some server somewhere believes.
fn poisoned(request: Request) -> Request {
    let url = format!("https://{EVIL}/");
    [
        ("host", EVIL),
        ("x-forwarded-host", EVIL),
        ("x-forwarded-server", EVIL),
        ("x-host", EVIL),
        ("x-original-host", EVIL),
        ("x-forwarded-proto", "gopher"),
        ("x-forwarded-prefix", "/evil.example"),
        ("forwarded", "for=1.1.1.1;host=evil.example;proto=https"),
        ("x-original-url", &url),
        ("x-rewrite-url", &url),
        ("origin", &url),
        ("referer", &url),
    ]
    .into_iter()
    .fold(request, |request, (name, value)| {
        request.header(name, value)
    })
}

#[track_caller]
fn clean(answer: &Answer) -> Value {
    assert!(!answer.text.contains(EVIL), "{answer:#?}");
    for (name, value) in &answer.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        assert!(
            !value.contains(EVIL) && !value.contains("gopher"),
            "{name}: {value}"
        );
    }
    answer.json()
}

#[tokio::test]
async fn answers_name_the_address_of_the_api_only() {
    let app = TestApp::start().await;
    let url = app.stack.url().to_owned();
    let request = app.request(
        Method::POST,
        "/api/accounts/signup?redirect=https://evil.example/&next=//evil.example",
    );
    let created = poisoned(request.json(&sign_up("ada@example.com", "Acme")))
        .send()
        .await;
    clean(&created);
    assert!(
        created
            .header("location")
            .starts_with(&format!("{url}/api/accounts/"))
    );

    let body = json!({ "email": "ada@example.com", "password": crate::support::PASSWORD });
    let request = app.request(
        Method::POST,
        "/api/auth/login?returnUrl=https://evil.example/",
    );
    let tokens = clean(&poisoned(request.json(&body)).send().await);
    let token = tokens["accessToken"].as_str().unwrap();
    let send = |method: Method, path: &str, body: Option<Value>| {
        let request = app.request(method, path).bearer(token);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        poisoned(request).send()
    };
    let created = send(
        Method::POST,
        "/api/accounts",
        Some(json!({ "name": "Globex" })),
    )
    .await;
    clean(&created);
    assert!(
        created
            .header("location")
            .starts_with(&format!("{url}/api/accounts/"))
    );
    let listed = clean(&send(Method::GET, "/api/accounts?%24top=1&redirect=//evil", None).await);
    assert!(
        listed["nextLink"]
            .as_str()
            .unwrap()
            .starts_with(&format!("{url}/api/accounts?"))
    );
    for path in [
        "/.well-known/openid-configuration",
        "/api/users/me",
        "/.well-known/jwks.json",
    ] {
        clean(&send(Method::GET, path, None).await);
    }
}

#[tokio::test]
async fn mails_lead_to_the_address_of_the_app_only() {
    let app = TestApp::start().await;
    let url = app.stack.url().to_owned();
    let request = app.request(Method::POST, "/api/accounts/signup");
    poisoned(request.json(&sign_up("ada@example.com", "Acme")))
        .send()
        .await
        .expect(201);
    let request = app.request(
        Method::POST,
        "/api/auth/password/forgot?url=https://evil.example/",
    );
    poisoned(request.json(&json!({ "email": "ada@example.com" })))
        .send()
        .await
        .expect(202);
    for subject in ["Verify", "Set a new password"] {
        let mail = app.mail("ada@example.com", subject).await;
        let (text, html) = (mail.text.unwrap(), mail.html.unwrap());
        assert!(!format!("{text}{html}").contains(EVIL));
        for link in text.split_whitespace().filter(|word| word.contains("://")) {
            assert!(link.starts_with(&format!("{url}/")), "{link}");
        }
    }
}

#[tokio::test]
async fn a_path_that_looks_like_an_address_redirects_nowhere() {
    let app = TestApp::start().await;
    for path in [
        "//evil.example/",
        "/%2f%2fevil.example/",
        "/\\evil.example",
        "/.evil.example",
    ] {
        let answer = poisoned(app.request(Method::GET, path))
            .send_unchecked()
            .await;
        answer.refused(404, "NOT_FOUND");
        clean(&answer);
    }
}
