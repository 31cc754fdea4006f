//! One address, one user; one invitation an account.

use reqwest::Method;
use serde_json::json;

use super::{Rounds, Tally, ask, tell, worlds};
use crate::support::{CALLERS, at_once, invitation, sign_up};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_address_is_signed_up_once() {
    for app in worlds().await {
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let email = format!("ada{round}@example.com");
            let body = |n: usize| sign_up(&email, &format!("Acme {round} {n}"));
            let requests = (0..CALLERS).map(|n| tell(&app, "/api/accounts/signup", &body(n)));
            let answers = at_once(requests.collect()).await;
            Tally::of(&answers)
                .exactly(1, "201")
                .exactly(CALLERS - 1, "409 USER_ALREADY_EXISTS");
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_address_is_invited_to_an_account_once() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let body = invitation(&format!("grace{round}@example.com"), &["user"]);
            let requests =
                (0..CALLERS).map(|_| ask(&acme.owner, Method::POST, &acme.users(), &body));
            let answers = at_once(requests.collect()).await;
            Tally::of(&answers)
                .exactly(1, "201")
                .exactly(CALLERS - 1, "409 USER_ALREADY_IN_ACCOUNT");
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_address_is_one_user_wherever_it_is_invited() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let mut accounts = vec![acme.clone()];
        for n in 1..CALLERS {
            accounts.push(acme.owner.create(&format!("Acme {n}")).await);
        }
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let body = invitation(&format!("grace{round}@example.com"), &["user"]);
            let requests = accounts
                .iter()
                .map(|account| ask(&account.owner, Method::POST, &account.users(), &body));
            let answers = at_once(requests.collect()).await;
            let first = &answers[0].expect(201)["id"];
            for answer in &answers {
                assert_eq!(answer.expect(201)["id"], *first);
            }
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_invitation_and_a_sign_up_meet_in_one_user() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let email = format!("grace{round}@example.com");
            let mut requests = Vec::new();
            for n in 0..4 {
                let account = acme.owner.create(&format!("Acme {round} {n}")).await;
                let body = invitation(&email, &["user"]);
                requests.push(ask(&acme.owner, Method::POST, &account.users(), &body));
                let body = sign_up(&email, &format!("Grace {round} {n}"));
                requests.push(tell(&app, "/api/accounts/signup", &body));
            }
            let answers = at_once(requests).await;
            Tally::of(answers.iter().step_by(2)).exactly(4, "201");
            Tally::of(answers.iter().skip(1).step_by(2))
                .exactly(1, "201")
                .exactly(3, "409 USER_ALREADY_EXISTS");
            let made = answers.iter().filter(|answer| answer.status == 201);
            let ids: Vec<_> = made.map(|answer| answer.json()["id"].clone()).collect();
            assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_more_invitations_are_mailed_than_the_limit_allows() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let grace = acme
                .invite(&format!("grace{round}@example.com"), &["user"])
                .await;
            let path = format!("{}/invite", acme.user(grace));
            let requests = (0..CALLERS).map(|_| ask(&acme.owner, Method::PUT, &path, &json!(null)));
            let answers = at_once(requests.collect()).await;
            Tally::of(&answers)
                .exactly(4, "200")
                .exactly(CALLERS - 4, "429 TOO_MANY_REQUESTS");
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}
