//! One name, one account.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Rounds, Tally, ask, worlds};
use crate::support::{CALLERS, at_once};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_name_is_given_once() {
    for app in worlds().await {
        let ada = app.owner_of("Acme").await.owner;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let spellings = [
                "Globex Straße",
                "GLOBEX  STRASSE",
                "globex strasse",
                "Ｇlobex Straße",
            ];
            let requests = (0..CALLERS).map(|n| {
                let name = format!("{} {round}", spellings[n % spellings.len()]);
                ask(
                    &ada,
                    Method::POST,
                    "/api/accounts",
                    &json!({ "name": name }),
                )
            });
            let answers = at_once(requests.collect()).await;
            Tally::of(&answers)
                .exactly(1, "201")
                .exactly(CALLERS - 1, "409 ACCOUNT_ALREADY_EXISTS");
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_name_that_is_created_renamed_and_deleted_at_once_has_one_account_at_most() {
    for app in worlds().await {
        let ada = app.owner_of("Acme").await.owner;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let name = json!({ "name": format!("Globex {round}") });
            let present = ada.create(&format!("Globex {round}")).await;
            let mut requests = Vec::new();
            for n in 0..4 {
                let other = ada.create(&format!("Other {round} {n}")).await;
                requests.push(ask(&ada, Method::POST, "/api/accounts", &name));
                requests.push(ask(&ada, Method::PUT, &other.path(), &name));
                let elsewhere = json!({ "name": format!("Elsewhere {round} {n}") });
                requests.push(ask(&ada, Method::PUT, &present.path(), &elsewhere));
                requests.push(ask(&ada, Method::DELETE, &present.path(), &Value::Null));
            }
            let answers = at_once(requests).await;
            let tally = Tally::of(&answers);
            tally.only(&[
                "200",
                "201",
                "404 ACCOUNT_NOT_FOUND",
                "409 ACCOUNT_ALREADY_EXISTS",
            ]);
            let deletions = answers.iter().skip(3).step_by(4);
            Tally::of(deletions)
                .exactly(1, "200")
                .exactly(3, "404 ACCOUNT_NOT_FOUND");
            let takers = answers
                .iter()
                .enumerate()
                .filter(|(place, answer)| place % 4 < 2 && answer.status.is_success());
            assert!(takers.count() <= 1, "{tally:?}");
            ada.get(&present.path()).await.expect(404);
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_accounts_swap_their_names_or_do_not() {
    for app in worlds().await {
        let ada = app.owner_of("Acme").await.owner;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let names = [format!("Left {round}"), format!("Right {round}")];
            let left = ada.create(&names[0]).await;
            let right = ada.create(&names[1]).await;
            let requests = (0..CALLERS).map(|n| {
                let account = if n % 2 == 0 { &left } else { &right };
                let name = json!({ "name": names[n / 2 % 2] });
                ask(&ada, Method::PUT, &account.path(), &name)
            });
            let answers = at_once(requests.collect()).await;
            Tally::of(&answers).only(&["200", "409 ACCOUNT_ALREADY_EXISTS"]);
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}
