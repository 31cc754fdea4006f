//! Signing in, and being locked out.

use expect_test::expect;
use serde_json::json;

use crate::support::{PASSWORD, TestApp};

const WRONG: &str = "not the right password";

#[tokio::test]
async fn the_right_password_gets_a_pair_of_tokens() {
    let app = TestApp::start().await;
    app.try_sign_up("ada@example.com", "Acme").await.expect(201);
    let answer = app.try_sign_in("ADA@EXAMPLE.COM", PASSWORD).await;
    answer.check(&expect![[r#"
        200 OK
        {
          "accessToken": "<random>",
          "tokenType": "Bearer",
          "expiresIn": 900,
          "refreshToken": "<random>",
          "refreshExpiresIn": 2592000
        }
    "#]]);
}

#[tokio::test]
async fn blanks_around_the_address_are_no_part_of_it() {
    let app = TestApp::start().await;
    app.try_sign_up("\u{FEFF}ada@example.com ", "Acme")
        .await
        .expect(201);
    for blank in [" ", "\u{A0}", "\u{200B}", "\u{FEFF}", "\t", "\u{200E}"] {
        let email = format!("ada@example.com{blank}");
        let answer = app.try_sign_in(&email, PASSWORD).await;
        answer.expect(200);
        let email = format!("{blank}ada@example.com");
        app.try_sign_in(&email, PASSWORD).await.expect(200);
    }
    let within = app.try_sign_up("a\u{200B}da@example.com", "Globex").await;
    assert_eq!(within.mistakes(), ["/email INVALID_EMAIL"]);
    let detail = within.json()["errors"][0]["detail"].clone();
    assert!(detail.as_str().unwrap().contains("U+200B"), "{detail}");
    let forgot = json!({ "email": " ada@example.com\u{A0}" });
    app.post("/api/auth/password/forgot", &forgot)
        .await
        .expect(202);
    app.mail("ada@example.com", "Set a new password").await;
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_one_answer() {
    let app = TestApp::start().await;
    let acme = app.owner("ada@example.com", "Acme").await;
    acme.invite("invited@example.com", &["user"]).await;
    let mut bodies = Vec::new();
    for email in [
        "ada@example.com",
        "nobody@example.com",
        "invited@example.com",
        "no address",
    ] {
        let mut problem = app
            .try_sign_in(email, WRONG)
            .await
            .refused(401, "INVALID_CREDENTIALS");
        problem["requestId"] = json!(null);
        bodies.push(problem);
    }
    assert!(
        bodies.windows(2).all(|pair| pair[0] == pair[1]),
        "{bodies:#?}"
    );
}

#[tokio::test]
async fn ten_failures_in_a_quarter_of_an_hour_lock_the_address_out() {
    let app = TestApp::start().await;
    app.try_sign_up("ada@example.com", "Acme").await.expect(201);
    for email in ["ada@example.com", "nobody@example.com"] {
        for attempt in 0..10 {
            // Any spelling and any source: it is one address.
            let email = if attempt % 2 == 0 {
                email.to_uppercase()
            } else {
                email.to_owned()
            };
            let failed = app.try_sign_in(&email, WRONG).await;
            failed.refused(401, "INVALID_CREDENTIALS");
        }
        for password in [WRONG, PASSWORD] {
            let locked = app.try_sign_in(email, password).await;
            locked.refused(429, "TOO_MANY_REQUESTS");
            let seconds: i64 = locked.header("retry-after").parse().unwrap();
            assert!((880..=901).contains(&seconds), "{seconds}");
        }
    }
    // No other address is locked out.
    app.try_sign_up("bob@example.com", "Globex")
        .await
        .expect(201);
    app.sign_in("bob@example.com", PASSWORD).await;
}

#[tokio::test]
async fn the_lock_ends_when_it_said_it_would() {
    let app = TestApp::start().await;
    app.try_sign_up("ada@example.com", "Acme").await.expect(201);
    for _ in 0..10 {
        app.try_sign_in("ada@example.com", WRONG).await.expect(401);
    }
    let locked = app.try_sign_in("ada@example.com", PASSWORD).await;
    locked.refused(429, "TOO_MANY_REQUESTS");
    app.stack
        .advance(locked.header("retry-after").parse().unwrap());
    app.sign_in("ada@example.com", PASSWORD).await;
}

#[tokio::test]
async fn the_window_of_failures_slides() {
    let app = TestApp::start().await;
    app.try_sign_up("ada@example.com", "Acme").await.expect(201);
    let fail = async |times: usize| {
        for _ in 0..times {
            app.try_sign_in("ada@example.com", WRONG)
                .await
                .refused(401, "INVALID_CREDENTIALS");
        }
    };
    fail(5).await;
    app.stack.advance(10 * 60);
    fail(4).await;
    // A success between them clears no failures, and is still accepted.
    app.sign_in("ada@example.com", PASSWORD).await;
    fail(1).await;
    app.try_sign_in("ada@example.com", PASSWORD)
        .await
        .refused(429, "TOO_MANY_REQUESTS");
    // The first five are too old now.
    app.stack.advance(5 * 60 + 2);
    app.sign_in("ada@example.com", PASSWORD).await;
    fail(5).await;
    app.try_sign_in("ada@example.com", PASSWORD)
        .await
        .refused(429, "TOO_MANY_REQUESTS");
}

#[tokio::test]
async fn parallel_wrong_guesses_are_all_counted() {
    let app = TestApp::start().await;
    app.try_sign_up("ada@example.com", "Acme").await.expect(201);
    let guesses = (0..16).map(|_| {
        let app = app.clone();
        tokio::spawn(async move { app.try_sign_in("ada@example.com", WRONG).await })
    });
    let mut told = 0;
    for guess in guesses.collect::<Vec<_>>() {
        let answer = guess.await.unwrap();
        match answer.status.as_u16() {
            401 => told += 1,
            _ => drop(answer.refused(429, "TOO_MANY_REQUESTS")),
        }
    }
    assert_eq!(told, 10);
    app.try_sign_in("ada@example.com", PASSWORD)
        .await
        .refused(429, "TOO_MANY_REQUESTS");
}

#[tokio::test]
async fn others_guesses_do_not_keep_the_owner_out_for_good() {
    let app = TestApp::start().await;
    let ada = app.owner("ada@example.com", "Acme").await.owner;
    for _ in 0..10 {
        app.try_sign_in("ada@example.com", WRONG).await.expect(401);
    }
    app.try_sign_in("ada@example.com", PASSWORD)
        .await
        .expect(429);
    // With a live session the right password counts.
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "another good one" });
    ada.post("/api/auth/password", &change).await.expect(204);
    // With a mailed link, any password is accepted, and the lock is gone.
    let email = json!({ "email": "ada@example.com" });
    app.post("/api/auth/password/forgot", &email)
        .await
        .expect(202);
    let token = app
        .link_tokens("ada@example.com", "Set a new password", 1)
        .await
        .remove(0);
    let reset = json!({ "token": token, "password": PASSWORD });
    app.post("/api/auth/password/reset", &reset)
        .await
        .expect(204);
    app.sign_in("ada@example.com", PASSWORD).await;
}

#[tokio::test]
async fn an_attempt_longer_than_any_password_is_just_wrong() {
    let app = TestApp::start().await;
    app.try_sign_up("ada@example.com", "Acme").await.expect(201);
    let long = "x".repeat(30_000);
    app.try_sign_in("ada@example.com", &long)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    app.try_sign_in("ada@example.com", "")
        .await
        .refused(401, "INVALID_CREDENTIALS");
    let answer = app
        .post("/api/auth/login", &json!({ "email": "ada@example.com" }))
        .await;
    assert_eq!(answer.mistakes(), ["/password REQUIRED"]);
}
