//! Exports of other services, in the forms that they document, become people here.

use expect_test::expect_file;
use serde_json::json;

use crate::support::{Site, counts};

const PASSWORD: &str = "correct horse battery staple";

fn data(name: &str) -> String {
    format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Converts `files`, holds lines and losses against the recorded ones, imports the lines, and answers the stack.
async fn moved(vendor: &str, files: &[&str], people: u64) -> Site {
    let site = Site::start().await;
    let files: Vec<String> = files.iter().map(|name| data(name)).collect();
    let mut arguments = vec!["convert", vendor];
    arguments.extend(files.iter().map(String::as_str));
    let converted = site.run(&arguments).await;
    let shown = format!("{}--\n{}", converted.out, converted.err);
    expect_file![data(&format!("{vendor}.expected"))].assert_eq(&shown);
    let report = site.import(&converted.done()).await.done();
    assert_eq!(counts(&report, "users"), [people, 0, 0]);
    site
}

#[tokio::test]
async fn people_of_clerk_sign_in() {
    let site = moved("clerk", &["clerk.csv"], 3).await;
    assert_eq!(site.sign_in("ada@example.com", PASSWORD).await.0, 200);
    let body = json!({ "email": "grace@example.com", "password": PASSWORD });
    let (_, asked) = site.post("/api/auth/login", &body).await;
    assert_eq!(asked["code"], "SECOND_FACTOR_REQUIRED");
    assert_eq!(site.sign_in("old@example.com", "password").await.0, 401);
}

#[tokio::test]
async fn people_of_auth0_sign_in() {
    let files = ["auth0-users.ndjson", "auth0-hashes.ndjson"];
    let site = moved("auth0", &files, 2).await;
    assert_eq!(site.sign_in("ada@example.com", PASSWORD).await.0, 200);
}

#[tokio::test]
async fn people_of_cognito_get_a_link() {
    let site = moved("cognito", &["cognito.json"], 2).await;
    assert_eq!(site.sign_in("ada@example.com", PASSWORD).await.0, 401);
    site.stack.streams_read().await;
    assert_eq!(site.stack.mails_to("ada@example.com").len(), 1);
}

#[tokio::test]
async fn people_and_organizations_of_better_auth_move() {
    let site = moved("better-auth", &["better-auth.json"], 3).await;
    let (status, token) = site
        .sign_in("ada@example.com", "mañana-por-la-mañana")
        .await;
    assert_eq!(status, 200);
    let accounts = site.get("/api/accounts", &token).await;
    assert_eq!(accounts["value"][0]["name"], "Acme");
}

#[tokio::test]
async fn people_of_keycloak_sign_in() {
    let site = moved("keycloak", &["keycloak.json"], 3).await;
    for email in ["ada@example.com", "grace@example.com"] {
        assert_eq!(site.sign_in(email, PASSWORD).await.0, 200, "{email}");
    }
}

#[tokio::test]
async fn another_file_is_refused() {
    let site = Site::start().await;
    for vendor in ["clerk", "auth0", "cognito", "better-auth", "keycloak"] {
        let ended = site.run(&["convert", vendor, &data("README.md")]).await;
        assert_eq!(ended.exit, admin::Exit::Refused, "{vendor}: {}", ended.err);
    }
}
