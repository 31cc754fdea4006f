//! One owner.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Rounds, Tally, ask, worlds};
use crate::support::{Account, CALLERS, Person, at_once};

/// Makes `people` active members of `account`.
async fn add(account: &Account, people: &[Person]) {
    for person in people {
        let roles = json!({ "roles": ["admin"] });
        account
            .owner
            .post(&account.user(person.id), &roles)
            .await
            .expect(200);
    }
}

async fn people(acme: &Account) -> Vec<Person> {
    let mut people = Vec::new();
    for n in 0..4 {
        people.push(
            acme.member(&format!("heir{n}@example.com"), &["user"])
                .await,
        );
    }
    people
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_account_is_handed_over_once_however_often_it_is_offered() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let heirs = people(&acme).await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let account = acme.owner.create(&format!("Acme {round}")).await;
            add(&account, &heirs).await;
            account.try_offer(heirs[0].id).await.expect(202);
            let (path, accept) = (
                account.ownership(),
                format!("{}/accept", account.ownership()),
            );
            let requests = (0..CALLERS).map(|n| {
                let heir = &heirs[n / 4];
                if n % 2 == 0 {
                    ask(heir, Method::POST, &accept, &Value::Null)
                } else {
                    ask(
                        &acme.owner,
                        Method::PUT,
                        &path,
                        &json!({ "userId": heir.id }),
                    )
                }
            });
            let answers = at_once(requests.collect()).await;
            let tally = Tally::of(&answers);
            tally.only(&["200", "202", "403 UNAUTHORIZED", "404 TRANSFER_NOT_FOUND"]);
            assert!(tally.count("200") <= 1, "{tally:?}");
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_gets_an_account_is_active_in_it_whatever_happens_to_them_meanwhile() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let heirs = people(&acme).await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let account = acme.owner.create(&format!("Acme {round}")).await;
            add(&account, &heirs).await;
            let (heir, admin) = (&heirs[0], &heirs[1]);
            let heirs_path = account.user(heir.id);
            account.try_offer(heir.id).await.expect(202);
            let accept = format!("{}/accept", account.ownership());
            let mut requests = Vec::new();
            for _ in 0..4 {
                requests.push(ask(heir, Method::POST, &accept, &Value::Null));
                requests.push(match round % 3 {
                    0 => ask(admin, Method::DELETE, &heirs_path, &Value::Null),
                    1 => ask(heir, Method::DELETE, &heirs_path, &Value::Null),
                    _ => {
                        let suspended = json!({ "status": "suspended" });
                        ask(admin, Method::PUT, &heirs_path, &suspended)
                    }
                });
                let elsewhere = json!({ "userId": admin.id });
                requests.push(ask(
                    &acme.owner,
                    Method::PUT,
                    &account.ownership(),
                    &elsewhere,
                ));
            }
            let answers = at_once(requests).await;
            Tally::of(&answers).only(&[
                "200",
                "202",
                "403 UNAUTHORIZED",
                "404 TRANSFER_NOT_FOUND",
                "404 USER_NOT_FOUND",
                "409 OWNER_REQUIRED",
            ]);
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_account_is_handed_over_and_deleted_by_its_owner_alone() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let heirs = people(&acme).await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let account = acme.owner.create(&format!("Acme {round}")).await;
            add(&account, &heirs).await;
            account.try_offer(heirs[0].id).await.expect(202);
            let accept = format!("{}/accept", account.ownership());
            let mut requests = Vec::new();
            for heir in &heirs {
                requests.push(ask(heir, Method::POST, &accept, &Value::Null));
                requests.push(ask(heir, Method::DELETE, &account.path(), &Value::Null));
                let owner = &acme.owner;
                requests.push(ask(owner, Method::DELETE, &account.path(), &Value::Null));
            }
            let answers = at_once(requests).await;
            Tally::of(&answers).only(&[
                "200",
                "403 UNAUTHORIZED",
                "404 ACCOUNT_NOT_FOUND",
                "404 TRANSFER_NOT_FOUND",
            ]);
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}
