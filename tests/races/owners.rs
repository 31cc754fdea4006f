//! Erasure beside everything that makes somebody an owner or lets them go: every owner exists.

use std::time::Duration;

use local::Options;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Tally, ask};
use crate::support::{Account, Answer, PASSWORD, Person, Request, TestApp};

/// Rounds, unless `ERASURE_ROUNDS` says otherwise.
const ROUNDS: usize = 200;
/// Rounds at the same time, each of other people and accounts: most of their time is waiting.
const TOGETHER: usize = 8;
/// The longest wait before a request leaves, in milliseconds.
const APART: u64 = 100;

fn rounds() -> usize {
    #[expect(
        clippy::disallowed_methods,
        reason = "a setting of the test run, not of the service"
    )]
    let rounds = std::env::var("ERASURE_ROUNDS");
    rounds.map_or(ROUNDS, |rounds| rounds.parse().unwrap())
}

/// The answers to requests that leave up to [`APART`] from now, in another order each round.
async fn apart(round: usize, requests: Vec<Request>) -> Vec<Answer> {
    let sent = requests.into_iter().enumerate().map(|(place, request)| {
        let mixed = (round as u64 + 1) * 0x9e37_79b9 + (place as u64 + 1) * 0x85eb_ca6b;
        let wait = (mixed ^ (mixed >> 15)) % (APART + 1);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            request.send().await
        })
    });
    let mut answers = Vec::new();
    for answer in sent.collect::<Vec<_>>() {
        answers.push(answer.await.unwrap());
    }
    answers
}

fn erase(person: &Person) -> Request {
    let body = json!({ "password": PASSWORD });
    ask(person, Method::DELETE, "/api/users/me", &body)
}

/// An account of `owner` in which `heir` is an active member to whom it is offered.
async fn offered(owner: &Person, heir: &Person, name: &str) -> Account {
    let account = owner.create(name).await;
    let roles = json!({ "roles": ["user"] });
    let added = owner.post(&account.user(heir.id), &roles).await;
    added.expect(200);
    account.try_offer(heir.id).await.expect(202);
    account
}

/// What leaves in `round` beside the erasure of `person`, an active member of `acme`.
async fn beside(acme: &Account, person: &Person, round: usize) -> Vec<Request> {
    let (owner, none) = (&acme.owner, Value::Null);
    let name = |n: usize| format!("Round {round} {n}");
    match round % 5 {
        0 => {
            let body = |n| json!({ "name": name(n) });
            let create = |n| ask(person, Method::POST, "/api/accounts", &body(n));
            vec![create(1), create(2), create(3)]
        }
        1 => {
            let account = person.create(&name(1)).await;
            person.delete(&account.path()).await.expect(200);
            let restore = format!("{}/restore", account.path());
            let renamed = json!({ "name": name(2) });
            vec![
                ask(person, Method::POST, &restore, &none),
                ask(person, Method::POST, &restore, &renamed),
            ]
        }
        2 => {
            let account = offered(owner, person, &name(1)).await;
            let accept = format!("{}/accept", account.ownership());
            let offer = json!({ "userId": person.id });
            vec![
                ask(person, Method::POST, &accept, &none),
                ask(owner, Method::PUT, &account.ownership(), &offer),
                ask(person, Method::POST, &accept, &none),
            ]
        }
        3 => {
            // The owner goes, by handing over or by deleting.
            let account = offered(person, owner, &name(1)).await;
            let accept = format!("{}/accept", account.ownership());
            vec![
                ask(owner, Method::POST, &accept, &none),
                ask(person, Method::DELETE, &account.path(), &none),
                erase(person),
            ]
        }
        _ => {
            let account = person.create(&name(1)).await;
            let renamed = json!({ "name": name(2) });
            vec![
                ask(person, Method::PUT, &account.path(), &renamed),
                ask(person, Method::DELETE, &account.path(), &none),
                ask(person, Method::PUT, &account.path(), &renamed),
                erase(person),
            ]
        }
    }
}

async fn play(acme: Account, round: usize) {
    let email = format!("person{round}@example.com");
    let person = acme.member(&email, &["user"]).await;
    let mut requests = beside(&acme, &person, round).await;
    requests.push(erase(&person));
    let answers = apart(round, requests).await;
    Tally::of(&answers).only(&[
        "200",
        "201",
        "202",
        "204",
        "401 UNAUTHENTICATED",
        // A copy of the erasure, after it.
        "401 INVALID_CREDENTIALS",
        "403 UNAUTHORIZED",
        "404 ACCOUNT_NOT_FOUND",
        "404 TRANSFER_NOT_FOUND",
        "404 USER_NOT_FOUND",
        "409 MEMBER_NOT_ACTIVE",
        "409 OWNER_REQUIRED",
    ]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_owner_exists_whatever_runs_beside_their_erasure() {
    let options = Options::memory().parameter("AccountsPerOwner", "1000000");
    let options = options.parameter("InvitationMailsPerAccountAndDay", "1000000");
    let app = TestApp::with(options).await;
    let acme = app.proven_owner_of("Acme").await;
    for first in (0..rounds()).step_by(TOGETHER) {
        let playing = (first..rounds().min(first + TOGETHER)).map(|round| {
            let acme = acme.clone();
            tokio::spawn(play(acme, round))
        });
        for round in playing.collect::<Vec<_>>() {
            round.await.unwrap();
        }
    }
    let rows = app.at_rest().await;
    assert_eq!(rows.check(), Vec::<String>::new());
    // As many accounts are counted as each person owns, so that everybody can still be erased.
    for (id, user) in rows.all("USER#", "USER") {
        let owned = rows.all("ACCOUNT#", "ACCOUNT").filter(|(_, account)| {
            account["deletedAt"].is_null() && account["ownerId"]["N"] == *id
        });
        let counted = user["owned"]["N"].as_str().unwrap_or("0");
        assert_eq!(counted, owned.count().to_string(), "{user}");
    }
}
