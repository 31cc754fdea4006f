//! A deleted account comes back once and whole, or not at all.

use local::Options;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Rounds, Tally, ask, tell, worlds};
use crate::support::{CALLERS, PASSWORD, TestApp, at_once, sign_up};

const DAY: i64 = 24 * 60 * 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_account_is_restored_once_however_often_it_is_asked_for() {
    for app in worlds().await {
        let owner = app.owner_of("Acme").await.owner;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let account = owner.create(&format!("Acme {round}")).await;
            owner.delete(&account.path()).await.expect(200);
            let path = format!("{}/restore", account.path());
            let requests = (0..CALLERS).map(|_| ask(&owner, Method::POST, &path, &Value::Null));
            let answers = at_once(requests.collect()).await;
            Tally::of(&answers).exactly(CALLERS, "200");
            // Created, deleted and restored: one change each.
            let same = |answer: &crate::support::Answer| {
                answer.header("etag") == answers[0].header("etag") && answer.text == answers[0].text
            };
            assert!(answers.iter().all(same), "{answers:#?}");
            let rows = app.rows().await;
            let row = rows.item(&format!("ACCOUNT#{}", account.id), "ACCOUNT");
            assert_eq!(row["version"]["N"], "3");
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_owner_lists_what_lives_whatever_was_deleted_and_restored_meanwhile() {
    for app in worlds().await {
        let owner = app.owner_of("Acme").await.owner;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let account = owner.create(&format!("Acme {round}")).await;
            let restore = format!("{}/restore", account.path());
            let mut requests = Vec::new();
            for _ in 0..CALLERS / 2 {
                requests.push(ask(&owner, Method::DELETE, &account.path(), &Value::Null));
                requests.push(ask(&owner, Method::POST, &restore, &Value::Null));
            }
            at_once(requests).await;
            app.at_rest().await;
            app.check_invariants().await;
            let rows = app.rows().await;
            let row = rows.item(&format!("ACCOUNT#{}", account.id), "ACCOUNT");
            let lives = row["deletedAt"].is_null();
            let listed = owner.get("/api/accounts?$top=1000").await.expect(200);
            let mut listed = listed["value"].as_array().unwrap().iter();
            assert_eq!(listed.any(|one| one["id"] == account.id), lives, "{row}");
            let member = format!("MEMBER#{:016}", owner.id);
            let member = rows.item(&format!("ACCOUNT#{}", account.id), &member);
            let place = if lives { "ACCOUNT#" } else { "DELETED#" };
            let found = member["gsi1sk"]["S"].as_str().unwrap();
            assert!(found.starts_with(place), "{row} {member}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_name_is_the_restored_account_s_or_a_new_one_s() {
    for app in worlds().await {
        let owner = app.owner_of("Acme").await.owner;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let name = format!("Acme {round}");
            let account = owner.create(&name).await;
            owner.delete(&account.path()).await.expect(200);
            let path = format!("{}/restore", account.path());
            let new = json!({ "name": name });
            let other = sign_up(&format!("other{round}@example.com"), &name);
            let mut requests = vec![tell(&app, "/api/accounts/signup", &other)];
            for _ in 0..5 {
                requests.push(ask(&owner, Method::POST, &path, &Value::Null));
                requests.push(ask(&owner, Method::POST, "/api/accounts", &new));
            }
            let answers = at_once(requests).await;
            let tally = Tally::of(&answers);
            tally.only(&["200", "201", "409 ACCOUNT_ALREADY_EXISTS"]);
            // All five restorations succeed, or one creation.
            let restored = tally.count("200") == 5 && tally.count("201") == 0;
            let created = tally.count("200") == 0 && tally.count("201") == 1;
            assert!(restored || created, "{tally:?}");
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_owner_who_is_erased_amid_restorations_owns_nothing() {
    for app in worlds().await {
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let email = format!("grace{round}@example.com");
            let account = app.owner(&email, &format!("Acme {round}")).await;
            let grace = &account.owner;
            let (path, none) = (account.path(), Value::Null);
            let restore = format!("{path}/restore");
            grace.delete(&path).await.expect(200);
            let password = json!({ "password": PASSWORD });
            let answers = at_once(vec![
                ask(grace, Method::DELETE, "/api/users/me", &password),
                ask(grace, Method::POST, &restore, &none),
                ask(grace, Method::POST, &restore, &none),
                ask(grace, Method::DELETE, &path, &none),
                ask(grace, Method::POST, &restore, &none),
            ])
            .await;
            Tally::of(&answers).only(&[
                "200",
                "204",
                "401 UNAUTHENTICATED",
                "404 ACCOUNT_NOT_FOUND",
                "409 OWNER_REQUIRED",
            ]);
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn at_the_end_of_its_time_an_account_is_restored_whole_or_cleared_whole() {
    let options = Options::memory().without_schedules().intercepted();
    let options = options.parameter("PurgeUnitsPerSecond", "1000000");
    let app = TestApp::with(options.parameter("RestoreDays", "1")).await;
    let owner = app.owner_of("Acme").await;
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let person = owner.again().await.owner;
        let account = person.create(&format!("Acme {round}")).await;
        account.invite("grace@example.com", &["user"]).await;
        person.delete(&account.path()).await.expect(200);
        app.stack.advance(DAY - 2);
        let person = person.again().await;
        let path = format!("{}/restore", account.path());
        let runs = (0..2).map(|_| {
            let app = app.clone();
            tokio::spawn(async move {
                app.stack.advance(1);
                app.stack.invoke("PurgeFunction", json!({})).await
            })
        });
        let runs: Vec<_> = runs.collect();
        let requests = (0..8).map(|_| ask(&person, Method::POST, &path, &Value::Null));
        let answers = at_once(requests.collect()).await;
        let mut cleared = 0;
        for run in runs {
            cleared += run.await.unwrap().unwrap()["accounts"].as_u64().unwrap();
        }
        let tally = Tally::of(&answers);
        tally.only(&["200", "404 ACCOUNT_NOT_FOUND"]);
        let rows = app.rows().await;
        let left = rows.partition(&format!("ACCOUNT#{}", account.id)).len();
        if tally.count("200") > 0 {
            assert_eq!((cleared, left), (0, 3), "{tally:?}");
            person.get(&account.path()).await.expect(200);
            person.delete(&account.path()).await.expect(200);
        } else {
            // Too late to be restored, and perhaps too early to be cleared.
            assert!(
                left == 3 && cleared == 0 || left == 0 && cleared > 0,
                "{left} {cleared}"
            );
        }
        app.check_invariants().await;
    }
    app.check_table().await;
}
