//! The console's data under `/_local`: who may ask for it, and what it never says.

use local::Options;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp};

/// Routes that answer JSON.
const JSON: [&str; 9] = [
    "/_local/about",
    "/_local/revisions",
    "/_local/requests",
    "/_local/directory",
    "/_local/links",
    "/_local/mailbox.json",
    "/_local/mails.json",
    "/_local/events",
    "/_local/clock",
];

/// The requests of the stack that match `route`, once there are any.
async fn requests(app: &TestApp, route: &str) -> Vec<Value> {
    let answer = app.get_unchecked("/_local/requests").await;
    let all = answer["requests"].as_array().unwrap().iter();
    let wanted = all.filter(|request| request["route"] == route).cloned();
    wanted.collect()
}

async fn begin_session(app: &TestApp, user: u64) -> (u16, Value) {
    let request = app.request(Method::POST, "/_local/sessions");
    let answer = request.json(&json!({ "userId": user })).send_unchecked();
    let answer = answer.await;
    let body = serde_json::from_str(&answer.text).unwrap();
    (answer.status.as_u16(), body)
}

#[tokio::test]
async fn no_page_of_another_site_reads_it_or_acts_by_it() {
    let app = TestApp::start().await;
    let pages = ["/_local/", "/_local/docs", "/_local/assets/main.js"];
    for path in JSON.into_iter().chain(pages) {
        let request = app.request(Method::GET, path).send_unchecked().await;
        request.expect_text(200);
        assert_eq!(
            request.header("cross-origin-resource-policy"),
            "same-origin"
        );
        for (name, value) in [
            ("host", "evil.example"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            let request = app.request(Method::GET, path).header(name, value);
            let answer = request.send_unchecked().await;
            assert_eq!(answer.status, 403, "{path}, {name}: {value}");
        }
    }
    let body = json!({ "userId": 1 });
    for path in ["/_local/sessions", "/_local/clock"] {
        let request = app.request(Method::POST, path).json(&body);
        let foreign = request.header("origin", "https://evil.example");
        assert_eq!(foreign.send_unchecked().await.status, 403, "{path}");
        // What a form can send without asking.
        let form = app.request(Method::POST, path);
        let form = form.body(&body.to_string(), "text/plain");
        assert_eq!(form.send_unchecked().await.status, 415, "{path}");
    }
}

#[tokio::test]
async fn it_runs_no_script_but_its_own() {
    let app = TestApp::start().await;
    for path in ["/_local/", "/_local/docs"] {
        let answer = app.request(Method::GET, path).send_unchecked().await;
        let text = answer.expect_text(200);
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("script-src 'self';"), "{policy}");
        assert!(policy.contains("connect-src 'self';"), "{policy}");
        assert!(!text.contains("http:") && !text.contains("https:"));
    }
}

#[tokio::test]
async fn a_request_is_shown_with_the_calls_behind_it() {
    let app = TestApp::with(Options::memory().recorded()).await;
    let acme = app.owner_of("Acme").await;
    acme.owner.get(&acme.path()).await.expect(200);
    acme.owner
        .put(&acme.path(), &json!({ "name": "/" }))
        .await
        .refused(400, "VALIDATION_FAILED");

    let signed_up = requests(&app, "/api/accounts/signup").await.remove(0);
    assert_eq!(
        (&signed_up["method"], &signed_up["status"]),
        (&"POST".into(), &201.into())
    );
    assert!(signed_up["units"]["write"].as_f64().unwrap() > 0.0);
    let write = signed_up["calls"].as_array().unwrap().iter();
    let write = write
        .filter(|call| call["operation"] == "TransactWriteItems")
        .collect::<Vec<_>>();
    assert_eq!(write.len(), 1, "{signed_up:#}");
    let items = write[0]["items"].to_string();
    assert!(items.contains("EMAIL#owner@acme.example"), "{items}");
    assert!(items.contains("attribute_not_exists(pk)"), "{items}");

    let [read, refused] = requests(&app, "/api/accounts/{id}")
        .await
        .try_into()
        .unwrap();
    assert_eq!(read["userId"], acme.owner.id);
    assert!(read["units"]["read"].as_f64().unwrap() > 0.0);
    assert_eq!(refused["code"], "VALIDATION_FAILED");
}

#[tokio::test]
async fn calls_belong_to_their_own_request_even_at_the_same_time() {
    let app = TestApp::with(Options::memory().recorded()).await;
    let sign_ups = (0..6).map(|number| {
        let app = app.clone();
        tokio::spawn(async move {
            let email = format!("person{number}@example.com");
            let name = format!("Account {number}");
            app.try_sign_up(&email, &name).await.expect(201);
        })
    });
    for sign_up in sign_ups.collect::<Vec<_>>() {
        sign_up.await.unwrap();
    }
    let signed_up = requests(&app, "/api/accounts/signup").await;
    assert_eq!(signed_up.len(), 6);
    for request in signed_up {
        let calls = request["calls"].to_string();
        let people = (0..6).filter(|number| calls.contains(&format!("person{number}@example.com")));
        assert_eq!(people.count(), 1, "{request:#}");
    }
}

#[tokio::test]
async fn only_the_last_requests_are_kept() {
    let app = TestApp::start().await;
    for _ in 0..510 {
        let request = app.request(Method::GET, "/api/nothing");
        request.send_unchecked().await;
    }
    let answer = app.get_unchecked("/_local/requests").await;
    assert_eq!(answer["requests"].as_array().unwrap().len(), 500);
    assert_eq!(answer["last"], 510);
    let later = app.get_unchecked("/_local/requests?after=508").await;
    assert_eq!(later["requests"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn people_and_accounts_are_found_by_a_word() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    app.owner_of("Globex").await;
    let grace = acme.invite("grace@example.com", &["user", "viewer"]).await;
    let found = app.get_unchecked("/_local/directory?q=GRACE@").await;
    assert_eq!(
        (&found["people"]["count"], &found["complete"]),
        (&1.into(), &true.into())
    );
    let person = &found["people"]["shown"][0];
    assert_eq!(person["id"], grace);
    assert_eq!(person["accounts"][0]["account"]["name"], "Acme");
    let account = &found["accounts"]["shown"][0];
    assert_eq!(
        (&account["name"], &account["memberCount"]),
        (&"Acme".into(), &2.into())
    );
    let members = account["members"].as_array().unwrap();
    assert!(
        members
            .iter()
            .any(|member| member["owner"] == true && member["id"] == acme.owner.id)
    );
    let all = app.get_unchecked("/_local/directory").await;
    assert_eq!(all["accounts"]["count"], 2);
}

#[tokio::test]
async fn nothing_of_it_is_a_secret() {
    let app = TestApp::with(Options::memory().recorded()).await;
    let acme = app.owner_of("Acme").await;
    acme.invite("grace@example.com", &["user"]).await;
    app.invitation("grace@example.com").await;
    for path in [
        "/_local/about",
        "/_local/requests",
        "/_local/directory",
        "/_local/links",
    ] {
        let text = app.get_unchecked(path).await.to_string();
        for secret in [
            "$argon2", "nonce\"", "digest\"", "sealed", "salt", PASSWORD, "eyJ",
        ] {
            assert!(!text.contains(secret), "{path}: {secret}");
        }
        assert!(!text.contains(&acme.owner.refresh_token), "{path}");
    }
}

#[tokio::test]
async fn the_next_link_to_expire_comes_first() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.invite("grace@example.com", &["user"]).await;
    let links = app.get_unchecked("/_local/links").await;
    let links = links.as_array().unwrap();
    let ends: Vec<_> = links
        .iter()
        .map(|link| link["expiresAt"].as_i64())
        .collect();
    assert!(ends.is_sorted(), "{links:#?}");
    let purposes: Vec<_> = links.iter().map(|link| &link["purpose"]).collect();
    assert!(purposes.contains(&&json!("invitation")), "{links:#?}");
    assert!(purposes.contains(&&json!("verification")), "{links:#?}");

    let now = app.stack.clock().now().seconds();
    app.stack.advance(ends[0].unwrap() - now + 1);
    let left = app.get_unchecked("/_local/links").await;
    assert_eq!(left.as_array().unwrap().len(), links.len() - 1);
}

#[tokio::test]
async fn a_session_of_anybody_is_one_request_away() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.invite("grace@example.com", &["user"]).await;
    let (status, begun) = begin_session(&app, acme.owner.id).await;
    assert_eq!(status, 201, "{begun}");
    let tokens = app.post("/api/auth/refresh", &begun).await.expect(200);
    let me = app.request(Method::GET, "/api/users/me");
    let me = me.bearer(tokens["accessToken"].as_str().unwrap()).send();
    assert_eq!(me.await.expect(200)["id"], acme.owner.id);
    // Nobody who could not sign in themselves.
    assert_eq!(begin_session(&app, grace).await.0, 404);
    assert_eq!(begin_session(&app, 1).await.0, 404);
}

#[tokio::test]
async fn a_session_of_a_person_with_an_authenticator_app_has_both_factors() {
    let app = TestApp::start().await;
    let ada = app.proven_owner_of("Acme").await.owner;
    ada.enrol_totp().await;
    let (status, begun) = begin_session(&app, ada.id).await;
    assert_eq!(status, 201, "{begun}");
    let tokens = app.post("/api/auth/refresh", &begun).await.expect(200);
    let sessions = app.request(Method::GET, "/api/users/me/sessions");
    let sessions = sessions.bearer(tokens["accessToken"].as_str().unwrap());
    let sessions = sessions.send().await.expect(200);
    let mut all = sessions["value"].as_array().unwrap().iter();
    let current = all.find(|session| session["current"] == true).unwrap();
    assert_eq!(current["methods"], json!(["password", "totp"]));
}
