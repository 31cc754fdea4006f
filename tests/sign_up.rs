//! Signing up.

use expect_test::expect;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, sign_up};

#[tokio::test]
async fn a_sign_up_makes_a_user_and_an_account_of_theirs() {
    let app = TestApp::start().await;
    let answer = app.try_sign_up("Ada@Example.com", "Acme").await;
    answer.check(&expect![[r#"
        201 Created
        {
          "id": "<id>",
          "email": "Ada@Example.com",
          "accountId": "<id>",
          "accountName": "Acme",
          "createdAt": "<time>"
        }
    "#]]);
    let created = answer.json();
    let location = format!("{}/api/accounts/{}", app.stack.url(), created["accountId"]);
    assert_eq!(answer.header("location"), location);

    let ada = app.sign_in("ada@example.com", PASSWORD).await;
    assert_eq!(ada.id, created["id"].as_u64().unwrap());
    let path = format!("/api/accounts/{}", created["accountId"]);
    let account = ada.get(&path).await.expect(200);
    assert_eq!(account["ownerId"], created["id"]);
    assert_eq!(account["country"], "GB");
    let member = ada
        .get(&format!("{path}/users/{}", ada.id))
        .await
        .expect(200);
    assert_eq!(member["roles"], json!(["admin"]));
    assert_eq!(member["owner"], true);
    app.mail("Ada@Example.com", "Verify your e-mail").await;
}

#[tokio::test]
async fn every_field_is_required_and_every_mistake_told() {
    let app = TestApp::start().await;
    let answer = app.post("/api/accounts/signup", &json!({})).await;
    let required = [
        "/email",
        "/password",
        "/firstName",
        "/lastName",
        "/accountName",
        "/country",
    ];
    let expected: Vec<_> = required
        .iter()
        .map(|field| format!("{field} REQUIRED"))
        .collect();
    assert_eq!(answer.mistakes(), expected);

    let body = json!({
        "email": "ada@localhost", "password": "password", "firstName": " ", "lastName": "L\u{0}",
        "accountName": "123", "country": "XX", "extra": 1,
    });
    let answer = app.post("/api/accounts/signup", &body).await;
    let pointers: Vec<_> = answer
        .mistakes()
        .into_iter()
        .map(|mistake| mistake.split(' ').next().unwrap().to_owned())
        .collect();
    for field in required.into_iter().chain(["/extra"]) {
        assert!(
            pointers.iter().any(|pointer| pointer == field),
            "{field}: {pointers:?}"
        );
    }
}

#[tokio::test]
async fn a_sign_up_that_is_refused_leaves_nothing_behind() {
    let app = TestApp::start().await;
    app.try_sign_up("ada@example.com", "Acme").await.expect(201);
    let taken = app.try_sign_up("bob@example.com", "ACME").await;
    taken.refused(409, "ACCOUNT_ALREADY_EXISTS");
    app.try_sign_in("bob@example.com", PASSWORD)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    let taken = app.try_sign_up("ADA@example.com", "Globex").await;
    taken.refused(409, "USER_ALREADY_EXISTS");
    // Neither the address nor the name was taken by the refused ones.
    app.try_sign_up("bob@example.com", "Globex")
        .await
        .expect(201);
}

#[tokio::test]
async fn the_invited_sign_up_as_the_user_they_were_invited_as() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let id = acme.invite("bob@example.com", &["user"]).await;
    let created = app
        .try_sign_up("Bob@example.com", "Globex")
        .await
        .expect(201);
    assert_eq!(created["id"], id);
    let bob = app.sign_in("bob@example.com", PASSWORD).await;
    let profile = bob.get("/api/users/me").await.expect(200);
    assert_eq!(profile["email"], "Bob@example.com");
    assert_eq!(profile["firstName"], "Ada");
    assert_eq!(profile["emailVerified"], false);
    app.try_sign_up("bob@example.com", "Initech")
        .await
        .refused(409, "USER_ALREADY_EXISTS");
}

#[tokio::test]
async fn the_password_is_more_than_what_everybody_knows() {
    let app = TestApp::start().await;
    for (password, code) in [
        ("password1", "PASSWORD_TOO_WEAK"),
        ("PASSWORD1", "PASSWORD_TOO_WEAK"),
        ("short12", "INVALID_PASSWORD"),
        ("ADA@example.com", "PASSWORD_TOO_WEAK"),
        ("Ada Lovelace 123", "PASSWORD_TOO_WEAK"),
        ("accounts-acme1", "PASSWORD_TOO_WEAK"),
        ("e\u{301}e\u{301}e\u{301}e\u{301}", "INVALID_PASSWORD"),
        ("abcabcabcabc", "PASSWORD_TOO_WEAK"),
    ] {
        let mut body = sign_up("ada@example.com", "Acme");
        body["password"] = password.into();
        let answer = app.post("/api/accounts/signup", &body).await;
        assert_eq!(
            answer.mistakes(),
            [format!("/password {code}")],
            "{password}"
        );
    }
}

#[tokio::test]
async fn a_named_sign_up_is_repeated_to_the_byte_and_takes_place_once() {
    let app = TestApp::start().await;
    let send = |body: Value, key: &'static str| {
        let request = app.request(Method::POST, "/api/accounts/signup");
        request.json(&body).header("idempotency-key", key).send()
    };
    let body = sign_up("ada@example.com", "Acme");
    let copies = (0..8).map(|_| tokio::spawn(send(body.clone(), "one")));
    let mut answers = Vec::new();
    for copy in copies.collect::<Vec<_>>() {
        answers.push(copy.await.unwrap());
    }
    let first = &answers[0];
    first.expect(201);
    for answer in &answers {
        assert_eq!(answer.text, first.text);
        assert_eq!(answer.header("location"), first.header("location"));
    }
    let replayed =
        |answer: &&crate::support::Answer| answer.header("idempotent-replayed") == "true";
    assert_eq!(answers.iter().filter(replayed).count(), 7);
    // Another body is another caller's: it learns nothing of the first answer.
    let mut other = body.clone();
    other["password"] = "another good password".into();
    send(other, "one").await.refused(409, "USER_ALREADY_EXISTS");
    send(body.clone(), "two")
        .await
        .refused(409, "USER_ALREADY_EXISTS");
    app.stack.advance(24 * 60 * 60 - 5);
    send(body.clone(), "one").await.expect(201);
    app.stack.advance(10);
    send(body, "one").await.refused(409, "USER_ALREADY_EXISTS");
}

#[tokio::test]
async fn a_refused_sign_up_leaves_its_name_free() {
    let app = TestApp::start().await;
    app.try_sign_up("ada@example.com", "Acme").await.expect(201);
    let send = || {
        let request = app.request(Method::POST, "/api/accounts/signup");
        let body = sign_up("bob@example.com", "Acme");
        request.json(&body).header("idempotency-key", "k").send()
    };
    send().await.refused(409, "ACCOUNT_ALREADY_EXISTS");
    let ada = app.sign_in("ada@example.com", PASSWORD).await;
    let id = ada.get("/api/users/me").await.expect(200)["memberships"][0]["accountId"].clone();
    ada.delete(&format!("/api/accounts/{id}")).await.expect(200);
    let answer = send().await;
    answer.expect(201);
    assert_eq!(answer.header("idempotent-replayed"), "");
}

#[tokio::test]
async fn of_16_sign_ups_with_one_address_one_succeeds() {
    let app = TestApp::start().await;
    let attempts = (0..16).map(|n| {
        let app = app.clone();
        tokio::spawn(async move { app.try_sign_up("ada@example.com", &format!("A{n}")).await })
    });
    let mut created = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        let answer = attempt.await.unwrap();
        if answer.status == 201 {
            created += 1;
        } else {
            answer.refused(409, "USER_ALREADY_EXISTS");
        }
    }
    assert_eq!(created, 1);
}
