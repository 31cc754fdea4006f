//! Erasure concurrent with everything that gives a person something or takes it away, with an index that lags: every owner and
//! every member exists, and no row names the erased person.

use std::collections::HashSet;
use std::ops::Range;
use std::time::Duration;

use local::Options;
use local::faults::{Fault, Rule};
use reqwest::Method;
use serde_json::{Value, json};

use super::{KEPT, ME, Tally, apart, ask, erase};
use crate::support::{Account, Person, Request, TestApp, invitation};

/// Rounds of each of [`KINDS`], unless `ERASURE_ROUNDS` says otherwise: `.ci/run` makes 50.
const ROUNDS: usize = 25;
/// Kinds of requests beside an erasure.
const KINDS: usize = 8;
/// How old the answer of a lagging index is, in milliseconds.
const LAG: u64 = 60;
/// Rounds at the same time, each of other people and accounts: most of their time is waiting.
const TOGETHER: usize = 8;
fn rounds() -> usize {
    #[expect(
        clippy::disallowed_methods,
        reason = "a setting of the test run, not of the service"
    )]
    let rounds = std::env::var("ERASURE_ROUNDS");
    KINDS * rounds.map_or(ROUNDS, |rounds| rounds.parse().unwrap())
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

/// The requests in `round` that are concurrent with the erasure of `person`, an active member of `acme`.
async fn beside(acme: &Account, person: &Person, round: usize) -> Vec<Request> {
    let (owner, none) = (&acme.owner, Value::Null);
    let name = |n: usize| format!("Round {round} {n}");
    match round % KINDS {
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
        4 => {
            let account = owner.create(&name(1)).await;
            let roles = json!({ "roles": ["admin"] });
            let names = json!({ "firstName": name(2) });
            vec![
                ask(owner, Method::POST, &account.user(person.id), &roles),
                ask(person, Method::PATCH, ME, &names),
                ask(owner, Method::DELETE, &account.user(person.id), &none),
                ask(owner, Method::POST, &account.user(person.id), &roles),
            ]
        }
        5 => {
            let account = owner.create(&name(1)).await;
            let invite = invitation(&person.email, &["user"]);
            let accept = format!("/api/users/me/invitations/{}/accept", account.id);
            vec![
                ask(owner, Method::POST, &account.users(), &invite),
                ask(person, Method::POST, &accept, &json!({})),
                ask(owner, Method::POST, &account.users(), &invite),
            ]
        }
        6 => {
            let account = owner.create(&name(1)).await;
            let roles = json!({ "roles": ["user"] });
            owner
                .post(&account.user(person.id), &roles)
                .await
                .expect(200);
            let restore = format!("{}/restore", account.path());
            vec![
                ask(owner, Method::DELETE, &account.path(), &none),
                ask(owner, Method::POST, &restore, &none),
                ask(owner, Method::DELETE, &account.user(person.id), &none),
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

/// Plays `round`. Answers the person's address, once they are erased.
async fn play(acme: Account, round: usize) -> Option<String> {
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
        "404 INVITATION_NOT_FOUND",
        "409 OWNER_REQUIRED",
        "409 USER_ALREADY_IN_ACCOUNT",
    ]);
    let erased = answers
        .iter()
        .any(|answer| answer.path == ME && answer.status == 204);
    erased.then_some(person.email)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_owner_and_member_exists_beside_erasures() {
    // A table of their own for each few rounds: the checks read all of it.
    for first in (0..rounds()).step_by(KINDS * ROUNDS) {
        play_all(first..rounds().min(first + KINDS * ROUNDS)).await;
    }
}

/// Plays `rounds` in one app, and checks what is left.
async fn play_all(rounds: Range<usize>) {
    let options = Options::memory().parameter("AccountsPerOwner", "1000000");
    let options = options.parameter("InvitationMailsPerAccountAndDay", "1000000");
    let app = TestApp::with(options.intercepted()).await;
    let lag = Fault::DelayAfterwards(Duration::from_millis(LAG));
    for function in ["AccountsFunction", "MembersFunction", "IdentityFunction"] {
        let lag = Rule::new(lag.clone()).function(function).operation("Query");
        app.stack.interceptor().unwrap().add(lag.every(2));
    }
    let acme = app.proven_owner_of("Acme").await;
    let mut erased = HashSet::new();
    for first in rounds.clone().step_by(TOGETHER) {
        let playing = (first..rounds.end.min(first + TOGETHER)).map(|round| {
            let acme = acme.clone();
            tokio::spawn(play(acme, round))
        });
        for round in playing.collect::<Vec<_>>() {
            erased.extend(round.await.unwrap());
        }
    }
    let rows = app.at_rest().await;
    app.check_table().await;
    // Half of the kinds let the erasure win at least now and then.
    assert!(erased.len() > rounds.len() / 4, "{}", erased.len());
    // An invitation after the erasure makes a new user of the address.
    let invited: HashSet<_> = rows
        .all("USER#", "USER")
        .map(|(_, user)| user["email"].to_string())
        .collect();
    erased.retain(|email| !invited.contains(&json!({ "S": email }).to_string()));
    for row in rows.outside(&[]) {
        let kept = KEPT.iter().any(|sk| row["sk"]["S"] == *sk);
        let text = if kept { String::new() } else { row.to_string() };
        let named = text.split('"').find(|part| erased.contains(*part));
        assert_eq!(named, None, "{text}");
    }
    // Each person's count equals the accounts they own, so that every person can still be erased.
    for (id, user) in rows.all("USER#", "USER") {
        let owned = rows.all("ACCOUNT#", "ACCOUNT").filter(|(_, account)| {
            account["deletedAt"].is_null() && account["ownerId"]["N"] == *id
        });
        let counted = user["owned"]["N"].as_str().unwrap_or("0");
        assert_eq!(counted, owned.count().to_string(), "{user}");
    }
}
