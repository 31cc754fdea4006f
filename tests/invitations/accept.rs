//! Accepting by the mailed link.

use reqwest::Method;
use serde_json::{Value, json};

use super::{BOB, accept, answer, invite_again, invited, refused_everywhere};
use crate::support::{PASSWORD, TestApp};

const NEXT: &str = "a password to come";

#[tokio::test]
async fn the_new_choose_a_password_and_their_names() {
    let app = TestApp::start().await;
    let (acme, token) = invited(&app).await;
    let body =
        json!({ "token": token, "password": PASSWORD, "firstName": "Bob", "lastName": "Babbage" });
    let accepted = answer(&app, "accept", &body).await.expect(200);
    let bob = app.sign_in(BOB, PASSWORD).await;
    let expected = json!({
        "accountId": acme.id, "accountName": "Acme", "userId": bob.id, "roles": ["user", "viewer"],
    });
    assert_eq!(accepted, expected);
    let profile = bob.get("/api/users/me").await.expect(200);
    assert_eq!(profile["firstName"], "Bob");
    assert_eq!(profile["emailVerified"], true);
    let member = bob.get(&acme.user(bob.id)).await.expect(200);
    assert_eq!(member["status"], "active");
    assert_eq!(member["lastName"], "Babbage");
}

#[tokio::test]
async fn the_names_in_the_invitation_stand_until_others_are_given() {
    let app = TestApp::start().await;
    let (_, token) = invited(&app).await;
    accept(&app, &token, PASSWORD).await.expect(200);
    let bob = app.sign_in(BOB, PASSWORD).await;
    assert_eq!(
        bob.get("/api/users/me").await.expect(200)["firstName"],
        "Grace"
    );
}

#[tokio::test]
async fn the_unverified_need_a_good_password() {
    let app = TestApp::start().await;
    let (_, token) = invited(&app).await;
    let mistakes = |body: Value| {
        let app = app.clone();
        async move { answer(&app, "accept", &body).await.mistakes() }
    };
    assert_eq!(
        mistakes(json!({ "token": token })).await,
        ["/password REQUIRED"]
    );
    for password in ["short", "password1", BOB] {
        let told = mistakes(json!({ "token": token, "password": password })).await;
        assert!(told[0].starts_with("/password "), "{told:?}");
    }
    let told =
        mistakes(json!({ "token": token, "password": "short", "firstName": "", "x": 1 })).await;
    assert_eq!(told.len(), 3, "{told:?}");
    accept(&app, &token, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn the_verified_keep_password_and_names() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.member(BOB, &["user"]).await;
    let globex = app.owner_of("Globex").await;
    let token = invite_again(&app, &globex, BOB, 1).await;
    let body = json!({ "token": token, "password": NEXT, "firstName": "Robert" });
    answer(&app, "accept", &body).await.expect(200);
    // The session lives on, and the given password is ignored.
    assert_eq!(
        bob.get("/api/users/me").await.expect(200)["firstName"],
        "Grace"
    );
    bob.get(&globex.path()).await.expect(200);
    app.try_sign_in(BOB, NEXT)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    app.sign_in(BOB, PASSWORD).await;
}

#[tokio::test]
async fn an_accepted_link_is_spent() {
    let app = TestApp::start().await;
    let (_, token) = invited(&app).await;
    accept(&app, &token, PASSWORD).await.expect(200);
    refused_everywhere(&app, &token, 409, "INVITATION_NOT_PENDING").await;
    app.sign_in(BOB, PASSWORD).await;
}

#[tokio::test]
async fn nobody_joins_a_suspended_account() {
    let app = TestApp::start().await;
    let (acme, token) = invited(&app).await;
    let suspend = |status: &'static str| {
        let acme = acme.clone();
        async move {
            acme.owner
                .put(&acme.path(), &json!({ "status": status }))
                .await
                .expect(200)
        }
    };
    suspend("suspended").await;
    accept(&app, &token, PASSWORD)
        .await
        .refused(403, "ACCOUNT_SUSPENDED");
    suspend("active").await;
    accept(&app, &token, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn of_16_parallel_acceptances_one_takes_place() {
    let app = TestApp::start().await;
    let (acme, token) = invited(&app).await;
    let attempts = (0..16).map(|n| {
        let (app, token) = (app.clone(), token.clone());
        tokio::spawn(async move { accept(&app, &token, &format!("{NEXT} {n}")).await })
    });
    let mut winner = None;
    for (n, attempt) in attempts.collect::<Vec<_>>().into_iter().enumerate() {
        let answer = attempt.await.unwrap();
        if answer.status == 200 {
            assert_eq!(winner.replace(n), None, "accepted twice");
        } else {
            answer.refused(409, "INVITATION_NOT_PENDING");
        }
    }
    let bob = app
        .sign_in(BOB, &format!("{NEXT} {}", winner.unwrap()))
        .await;
    let members = acme.owner.get(&acme.users()).await.expect(200);
    assert_eq!(members["count"], 2);
    bob.get(&acme.path()).await.expect(200);
}

#[tokio::test]
async fn a_named_acceptance_is_repeated_to_the_byte() {
    let app = TestApp::start().await;
    let (_, token) = invited(&app).await;
    let send = |password: &str, key: &str| {
        let request = app.request(Method::POST, "/api/invitations/accept");
        let body = json!({ "token": token, "password": password });
        request.json(&body).header("idempotency-key", key).send()
    };
    let first = send(PASSWORD, "one").await;
    first.expect(200);
    let again = send(PASSWORD, "one").await;
    assert_eq!(again.expect(200), first.json());
    assert_eq!(again.text, first.text);
    assert_eq!(again.header("idempotent-replayed"), "true");
    send(NEXT, "one")
        .await
        .refused(409, "INVITATION_NOT_PENDING");
    send(PASSWORD, "two")
        .await
        .refused(409, "INVITATION_NOT_PENDING");
}
