//! `POST /api/accounts`

use expect_test::expect;
use reqwest::Method;
use serde_json::json;

use crate::support::{TestApp, together};

#[tokio::test]
async fn a_new_account_belongs_to_whoever_created_it() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    let whole = json!({
        "name": "Enterprise Account", "description": "Main enterprise account",
        "primaryContact": "Contact@Enterprise.example", "country": "de",
    });
    let created = ada.post("/api/accounts", &whole).await;
    created.check(&expect![[r#"
        201 Created
        {
          "id": "<id>",
          "name": "Enterprise Account",
          "description": "Main enterprise account",
          "primaryContact": "Contact@Enterprise.example",
          "status": "active",
          "ownerId": "<id>",
          "country": "DE",
          "createdAt": "<time>",
          "updatedAt": "<time>",
          "pendingOwnerId": null,
          "suspendedBy": null,
          "requireSecondFactor": false
        }
    "#]]);
    let account = created.json();
    let path = format!("/api/accounts/{}", account["id"]);
    assert_eq!(
        created.header("location"),
        format!("{}{path}", app.stack.url())
    );
    assert_eq!(account["ownerId"], ada.id);

    let read = ada.get(&path).await;
    assert_eq!(read.expect(200), account);
    assert_eq!(read.header("etag"), created.header("etag"));
    let owner = ada.get(&format!("{path}/users/{}", ada.id)).await;
    let owner = owner.expect(200);
    assert_eq!(
        (&owner["owner"], &owner["status"]),
        (&json!(true), &json!("active"))
    );
    assert_eq!(owner["roles"], json!(["admin"]));
}

#[tokio::test]
async fn only_the_name_is_required() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    for body in [
        json!({ "name": "One" }),
        json!({ "name": "Two", "description": null, "primaryContact": null, "country": null }),
    ] {
        let created = ada.post("/api/accounts", &body).await.expect(201);
        for optional in ["description", "primaryContact", "country"] {
            assert_eq!(created[optional], json!(null), "{body}");
        }
    }
}

#[tokio::test]
async fn every_mistake_is_told_at_once() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    let body = json!({
        "name": "12345", "description": 7, "primaryContact": "nobody", "country": "XX", "status": "active",
    });
    let answer = ada.post("/api/accounts", &body).await;
    answer.refused(400, "VALIDATION_FAILED");
    expect![[r#"
        [
            "/name INVALID_ACCOUNT_NAME",
            "/description WRONG_TYPE",
            "/primaryContact INVALID_EMAIL",
            "/country INVALID_COUNTRY",
            "/status UNKNOWN_MEMBER",
        ]
    "#]]
    .assert_debug_eq(&answer.mistakes());
}

#[tokio::test]
async fn a_name_has_to_be_one() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    let long = "x".repeat(101);
    for name in [
        "",
        "  ",
        "a/b",
        "42",
        "٤٢",
        ".",
        "..",
        "SignUp",
        "a\u{7}b",
        "a\u{202e}b",
        &long,
    ] {
        let answer = ada.post("/api/accounts", &json!({ "name": name })).await;
        answer.refused(400, "VALIDATION_FAILED");
        let mistakes = answer.mistakes();
        assert!(
            mistakes.len() == 1 && mistakes[0].starts_with("/name "),
            "{name:?}: {mistakes:?}"
        );
    }
    let nameless = ada.post("/api/accounts", &json!({})).await;
    assert_eq!(nameless.mistakes(), ["/name REQUIRED"]);
}

#[tokio::test]
async fn a_name_is_kept_as_written_but_for_its_white_space() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    let long = "ö".repeat(100);
    for (given, shown) in [
        ("  Ärzte\t und  Co ", "Ärzte und Co"),
        (&long, &long),
        ("4 2", "4 2"),
    ] {
        let created = ada.post("/api/accounts", &json!({ "name": given })).await;
        assert_eq!(created.expect(201)["name"], shown);
    }
}

#[tokio::test]
async fn a_name_is_taken_in_any_spelling_of_it() {
    let app = TestApp::start().await;
    let acme = app.owner("ada@example.com", "Acme Straße").await;
    for name in [
        "acme straße",
        "ACME STRASSE",
        "Acme  Straße",
        "Ａcme straße",
    ] {
        let answer = acme
            .owner
            .post("/api/accounts", &json!({ "name": name }))
            .await;
        answer.refused(409, "ACCOUNT_ALREADY_EXISTS");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_a_name_at_once_one_gets_it() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    let answers = together(|caller| {
        let name = if caller % 2 == 0 { "Globex" } else { "GLOBEX" };
        let request = ada.request(Method::POST, "/api/accounts");
        request.json(&json!({ "name": name }))
    })
    .await;
    let created = answers.iter().filter(|answer| answer.status == 201);
    assert_eq!(created.count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.refused(409, "ACCOUNT_ALREADY_EXISTS");
    }
    assert_eq!(ada.listed().await.len(), 2);
}
