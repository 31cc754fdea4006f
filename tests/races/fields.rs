//! Without `If-Match` the last writer wins, and no field that it did not send is lost.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Rounds, Tally, ask, worlds};
use crate::support::{CALLERS, at_once};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_of_different_fields_of_an_account_all_win() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let change = |n: usize| match n % 4 {
                0 => json!({ "name": format!("Acme {round} {n}") }),
                1 => json!({ "description": format!("Text {round} {n}") }),
                2 => json!({ "primaryContact": format!("c{round}.{n}@example.com") }),
                _ => json!({ "country": (["DE", "FR", "IT", "ES"][n / 4]) }),
            };
            let requests =
                (0..CALLERS).map(|n| ask(&acme.owner, Method::PUT, &acme.path(), &change(n)));
            let answers = at_once(requests.collect()).await;
            Tally::of(&answers).exactly(CALLERS, "200");
            let account = acme.owner.get(&acme.path()).await.expect(200);
            all_written(&account, (0..CALLERS).map(change));
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_of_different_fields_of_a_member_all_win() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let other = app.proven_owner_of("Globex").await.owner;
        let path = acme.user(other.id);
        acme.owner
            .post(&path, &json!({ "roles": ["user"] }))
            .await
            .expect(200);
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let change = |n: usize| match n % 2 {
                0 => json!({ "roles": ([["viewer"], ["user"]][round % 2]) }),
                _ => json!({ "status": (["suspended", "active"][round / 2 % 2]) }),
            };
            let requests = (0..CALLERS).map(|n| ask(&acme.owner, Method::PUT, &path, &change(n)));
            let answers = at_once(requests.collect()).await;
            Tally::of(&answers).exactly(CALLERS, "200");
            let member = acme.owner.get(&path).await.expect(200);
            all_written(&member, (0..CALLERS).map(change));
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_of_different_fields_of_a_profile_all_win() {
    for app in worlds().await {
        let ada = app.owner_of("Acme").await.owner;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let change = |n: usize| match n % 3 {
                0 => json!({ "firstName": format!("First {round} {n}") }),
                1 => json!({ "lastName": format!("Last {round} {n}") }),
                _ => json!({ "country": (["DE", "FR"][round % 2]) }),
            };
            let requests =
                (0..CALLERS).map(|n| ask(&ada, Method::PATCH, "/api/users/me", &change(n)));
            let answers = at_once(requests.collect()).await;
            Tally::of(&answers).exactly(CALLERS, "200");
            let profile = ada.get("/api/users/me").await.expect(200);
            all_written(&profile, (0..CALLERS).map(change));
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_writers_with_the_same_if_match_one_wins() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let etag = acme.owner.get(&acme.path()).await.header("etag").to_owned();
            let requests = (0..CALLERS).map(|n| {
                let body = json!({ "description": format!("{round} {n}") });
                let request = ask(&acme.owner, Method::PUT, &acme.path(), &body);
                request.header("if-match", &etag)
            });
            let answers = at_once(requests.collect()).await;
            Tally::of(&answers)
                .exactly(1, "200")
                .exactly(CALLERS - 1, "412 PRECONDITION_FAILED");
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

/// Each field that was written holds one of the values that it was given.
#[track_caller]
fn all_written(item: &Value, changes: impl Iterator<Item = Value>) {
    let changes: Vec<_> = changes.collect();
    for change in &changes {
        for field in change.as_object().unwrap().keys() {
            let given = changes
                .iter()
                .any(|change| change.get(field) == Some(&item[field]));
            assert!(given, "{field} is lost: {item}");
        }
    }
}
