//! Copies of one request with one `Idempotency-Key`: one effect, one answer.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Rounds, worlds};
use crate::support::{CALLERS, PASSWORD, Person, Request, TestApp, at_once, invitation, sign_up};

/// Copies of a request by `person`, or by anybody.
fn copies(
    app: &TestApp,
    person: Option<&Person>,
    path: &str,
    body: &Value,
    key: &str,
) -> Vec<Request> {
    let copy = |_| {
        let request = match person {
            Some(person) => person.request(Method::POST, path),
            None => app.request(Method::POST, path),
        };
        request.json(body).header("idempotency-key", key)
    };
    (0..CALLERS).map(copy).collect()
}

/// Fails unless all answers are the same success, and all but one of them say that they are repeated.
async fn one(requests: Vec<Request>) {
    let answers = at_once(requests).await;
    for answer in &answers {
        assert!(answer.status.is_success(), "{answer:#?}");
        assert_eq!(
            (answer.status, &answer.text),
            (answers[0].status, &answers[0].text)
        );
        assert_eq!(answer.header("location"), answers[0].header("location"));
        assert_eq!(answer.header("etag"), answers[0].header("etag"));
    }
    let replayed = answers
        .iter()
        .filter(|answer| answer.header("idempotent-replayed") == "true");
    assert_eq!(replayed.count(), CALLERS - 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn copies_of_a_creation_create_once() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let other = app.owner_of("Globex").await.owner;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let key = format!("key {round}");
            let owner = Some(&acme.owner);
            let body = json!({ "name": format!("Acme {round}") });
            one(copies(&app, owner, "/api/accounts", &body, &key)).await;
            let new = invitation(&format!("grace{round}@example.com"), &["user"]);
            one(copies(
                &app,
                owner,
                &acme.users(),
                &new,
                &format!("{key} new"),
            ))
            .await;

            let account = acme.owner.create(&format!("Globex {round}")).await;
            let known = invitation(&other.email, &["user"]);
            one(copies(
                &app,
                owner,
                &account.users(),
                &known,
                &format!("{key} known"),
            ))
            .await;
            let account = acme.owner.create(&format!("Initech {round}")).await;
            let roles = json!({ "roles": ["user"] });
            let path = account.user(other.id);
            one(copies(&app, owner, &path, &roles, &format!("{key} added"))).await;
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn copies_of_a_sign_up_and_of_an_acceptance_have_one_effect() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let body = sign_up(&format!("ada{round}@example.com"), &format!("Ada {round}"));
            one(copies(&app, None, "/api/accounts/signup", &body, "key")).await;
            let email = format!("grace{round}@example.com");
            acme.invite(&email, &["user"]).await;
            let body = json!({ "token": app.invitation(&email).await, "password": PASSWORD });
            one(copies(&app, None, "/api/invitations/accept", &body, "key")).await;
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}
