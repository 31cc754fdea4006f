//! `POST /api/users/me/email/confirm`

use reqwest::Method;
use serde_json::json;

use super::{ADA, DAY, NEW, ada, change, confirm, profile, request};
use crate::support::{Answer, Person, TestApp};
use crate::trail::settled;

/// The link's token with the session of `person`.
async fn confirm_by(person: &Person, token: &str) -> Answer {
    let request = person.request(Method::POST, "/api/users/me/email/confirm");
    request.json(&json!({ "token": token })).send().await
}

#[tokio::test]
async fn the_link_and_the_password_change_the_address_and_sessions_go_on() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let elsewhere = ada.again().await;
    let token = request(&ada, NEW).await;
    for _ in 0..2 {
        confirm(&app, &token).await.expect(204);
    }
    for person in [&ada, &elsewhere] {
        let profile = profile(person).await;
        assert_eq!(
            (&profile["email"], &profile["emailVerified"]),
            (&json!(NEW), &json!(true))
        );
        let refresh = json!({ "refreshToken": person.refresh_token });
        app.post("/api/auth/refresh", &refresh).await.expect(200);
    }
    app.sign_in(NEW, crate::support::PASSWORD).await;
    app.try_sign_in(ADA, crate::support::PASSWORD)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    app.check_invariants().await;
}

#[tokio::test]
async fn the_link_and_a_session_of_the_person_change_the_address() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let eve = app.owner("eve@example.com", "Evil").await.owner;
    let token = request(&ada, NEW).await;
    confirm_by(&eve, &token)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    for _ in 0..2 {
        confirm_by(&ada, &token).await.expect(204);
    }
    assert_eq!(profile(&ada).await["email"], NEW);
}

#[tokio::test]
async fn the_link_alone_changes_nothing() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let token = request(&ada, NEW).await;
    let path = "/api/users/me/email/confirm";
    for body in [
        json!({ "token": token }),
        json!({ "token": token, "password": null }),
        json!({ "token": token, "password": "wrong" }),
    ] {
        app.post(path, &body)
            .await
            .refused(401, "INVALID_CREDENTIALS");
    }
    for token in ["", "forged", &"A".repeat(98)] {
        confirm(&app, token).await.refused(400, "INVALID_TOKEN");
    }
    assert_eq!(profile(&ada).await["email"], ADA);
    app.stack.advance(DAY);
    confirm(&app, &token).await.refused(410, "TOKEN_EXPIRED");
}

#[tokio::test]
async fn a_link_of_another_kind_changes_nothing() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let verify = app.link_tokens(ADA, "Verify", 1).await.remove(0);
    let token = request(&ada, NEW).await;
    confirm(&app, &verify).await.refused(400, "INVALID_TOKEN");
    super::undo(&app, &token)
        .await
        .refused(400, "INVALID_TOKEN");
    let undo = app.link_tokens(ADA, "was requested", 1).await.remove(0);
    confirm(&app, &undo).await.refused(400, "INVALID_TOKEN");
    let body = json!({ "token": token, "password": crate::support::PASSWORD });
    app.post("/api/auth/verify-email", &body)
        .await
        .refused(400, "INVALID_TOKEN");
}

#[tokio::test]
async fn an_unproven_person_who_mistyped_their_address_changes_it() {
    let app = TestApp::start().await;
    let ada = app.owner("adda@example.com", "Acme").await.owner;
    change(&ada, ADA).await;
    let profile = profile(&ada).await;
    assert_eq!(
        (&profile["email"], &profile["emailVerified"]),
        (&json!(ADA), &json!(true))
    );
    // The link of the sign-up proves nothing now.
    let verify = app.link_tokens("adda@example.com", "Verify", 1).await;
    let body = json!({ "token": verify[0], "password": "a stranger chose this" });
    app.post("/api/auth/password/reset", &body)
        .await
        .refused(400, "INVALID_TOKEN");
    app.check_invariants().await;
}

#[tokio::test]
async fn memberships_show_the_new_address() {
    let app = TestApp::start().await;
    let acme = app.proven_owner(ADA, "Acme").await;
    let globex = app.owner_of("Globex").await;
    let roles = json!({ "roles": ["user"] });
    globex
        .owner
        .post(&globex.user(acme.owner.id), &roles)
        .await
        .expect(200);
    change(&acme.owner, NEW).await;
    settled(&app).await;
    for (account, person) in [(&acme, &acme.owner), (&globex, &globex.owner)] {
        for _ in 0..500 {
            let member = person.get(&account.user(acme.owner.id)).await.expect(200);
            if member["email"] == NEW {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        let member = person.get(&account.user(acme.owner.id)).await.expect(200);
        assert_eq!(
            (&member["email"], &member["emailVerified"]),
            (&json!(NEW), &json!(true))
        );
    }
}

#[tokio::test]
async fn platform_rights_follow_the_address() {
    let options = local::Options::memory().parameter(
        "PlatformAdminEmails",
        "ada@example.com, bob-new@example.com",
    );
    let app = TestApp::with(options).await;
    let ada = ada(&app).await;
    let bob = app.proven_owner("bob@example.com", "Globex").await.owner;
    let of_ada = format!("/api/users/{}", ada.id);
    ada.get(&of_ada).await.expect(200);
    bob.get(&of_ada).await.refused(403, "UNAUTHORIZED");
    change(&ada, NEW).await;
    ada.get(&of_ada).await.refused(403, "UNAUTHORIZED");
    change(&bob, "bob-new@example.com").await;
    bob.get(&of_ada).await.expect(200);
}

#[tokio::test]
async fn both_addresses_are_told() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    change(&ada, NEW).await;
    let old = app.mail(ADA, "was changed").await.text.unwrap();
    let new = app
        .mail(NEW, "This is your e-mail address")
        .await
        .text
        .unwrap();
    for text in [&old, &new] {
        assert!(text.contains("Network address: 127.0.0.1\n"), "{text}");
        assert!(text.contains("Device: "), "{text}");
    }
    assert!(old.contains("/change-email#token=") && !new.contains("#token="));
}

#[tokio::test]
async fn neither_trail_nor_feed_has_an_address() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    change(&ada, NEW).await;
    app.mail(ADA, "was changed").await;
    let mut events = String::new();
    for _ in 0..500 {
        events = app.get_unchecked("/_local/events").await.to_string();
        if events.contains("\"EmailChanged\"") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(events.contains("EmailChangeRequested") && events.contains("\"EmailChanged\""));
    assert!(!events.contains('@'), "{events}");
}
