//! Addresses that look like another's, or are it in another spelling.

use serde_json::json;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn look_alikes_are_refused_or_somebody_else() {
    let app = TestApp::start().await;
    let ada = app.owner("admin@example.com", "Acme").await.owner;
    for twin in [
        "\u{430}dmin@example.com",
        "ａdmin@example.com",
        "adm\u{131}n@example.com",
        "adm\u{130}n@example.com",
        "admin\u{200b}@example.com",
        "admin\u{202e}@example.com",
        "ad\u{301}min@example.com",
        "admin\u{0}@example.com",
        " admin@example.com\u{a0}x",
        "admin@example.com\r\nBcc: mallory@example.com",
        "admin@example.com,mallory@example.com",
        "\"admin\"@example.com",
        "admin@[127.0.0.1]",
        "admin@exam\u{200b}ple.com ",
    ] {
        let answer = app.try_sign_up(twin, "Evil").await;
        if answer.status == 400 {
            let mistakes = answer.mistakes();
            assert!(mistakes[0].starts_with("/email "), "{twin:?} {mistakes:?}");
        } else {
            // Another spelling of the same address, which is taken.
            answer.refused(409, "USER_ALREADY_EXISTS");
        }
    }
    // A domain of another script is another domain, and another person.
    for twin in ["admin@ex\u{430}mple.com", "admin@examp1e.com"] {
        let created = app.try_sign_up(twin, twin).await.expect(201);
        assert_ne!(created["id"], ada.id);
        let mallory = app.sign_in(twin, PASSWORD).await;
        assert_ne!(mallory.id, ada.id);
    }
}

#[tokio::test]
async fn a_reset_goes_to_the_address_that_signed_up_and_no_other() {
    let app = TestApp::start().await;
    app.try_sign_up("admin@example.com", "Acme")
        .await
        .expect(201);
    let twin = "admin@ex\u{430}mple.com";
    app.post("/api/auth/password/forgot", &json!({ "email": twin }))
        .await
        .expect(202);
    app.post(
        "/api/auth/password/forgot",
        &json!({ "email": "ADMIN@Example.COM" }),
    )
    .await
    .expect(202);
    let mail = app.mail("admin@example.com", "Set a new password").await;
    assert_eq!(mail.to, "admin@example.com");
    assert!(app.stack.mails_to(twin).is_empty());
    assert!(app.stack.mails_to("admin@xn--exmple-4nf.com").is_empty());
}

#[tokio::test]
async fn one_address_in_two_spellings_is_one() {
    let app = TestApp::start().await;
    app.try_sign_up("Ada@B\u{fc}cher.example", "Acme")
        .await
        .expect(201);
    for spelling in [
        "ada@xn--bcher-kva.example",
        "ADA@B\u{dc}CHER.EXAMPLE",
        "ada@bu\u{308}cher.example",
    ] {
        app.try_sign_up(spelling, "Other")
            .await
            .refused(409, "USER_ALREADY_EXISTS");
        app.sign_in(spelling, PASSWORD).await;
    }
}
