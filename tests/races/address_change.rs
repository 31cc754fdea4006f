//! Changes of an address beside sign-ups, other changes, sign-ins, renames and erasure.

use reqwest::Method;
use serde_json::{Value, json};

use super::{KEPT, ME, Rounds, Tally, apart, ask, erase, tell, worlds};
use crate::support::{CALLERS, PASSWORD, Person, TestApp, at_once, sign_up};

const CONFIRM: &str = "/api/users/me/email/confirm";
const UNDO: &str = "/api/users/me/email/undo";

/// A person who owns nothing, with a proven address.
async fn member(app: &TestApp, email: &str) -> Person {
    let own = app.proven_owner(email, &format!("Of {email}")).await;
    own.owner.delete(&own.path()).await.expect(200);
    own.owner
}

/// `person` is the `count`th who asks for `email`: the body that confirms it, and the one that undoes it.
async fn asked(person: &Person, email: &str, count: usize) -> (Value, Value) {
    let body = json!({ "email": email, "password": PASSWORD });
    person.post("/api/users/me/email", &body).await.expect(202);
    let app = person.app();
    let link = app
        .link_tokens(email, "Confirm your new", count)
        .await
        .remove(0);
    let undo = app
        .link_tokens(&person.email, "was requested", 1)
        .await
        .remove(0);
    (
        json!({ "token": link, "password": PASSWORD }),
        json!({ "token": undo }),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_address_is_signed_up_with_or_changed_to() {
    for app in worlds().await {
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let (one, other) = (
                member(&app, &format!("one{round}@example.com")).await,
                member(&app, &format!("other{round}@example.com")).await,
            );
            let wanted = format!("wanted{round}@example.com");
            let (by_one, _) = asked(&one, &wanted, 1).await;
            let (by_other, _) = asked(&other, &wanted, 2).await;
            let mut requests = vec![tell(&app, CONFIRM, &by_one), tell(&app, CONFIRM, &by_other)];
            for n in 0..4 {
                let body = sign_up(&wanted, &format!("Wanted {round} {n}"));
                requests.push(tell(&app, "/api/accounts/signup", &body));
            }
            let answers = apart(round, requests).await;
            let tally = Tally::of(&answers);
            tally.only(&["204", "201", "409 USER_ALREADY_EXISTS"]);
            assert_eq!(tally.count("204") + tally.count("201"), 1, "{tally:?}");
            app.sign_in(&wanted, PASSWORD).await;
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_link_that_is_followed_many_times_changes_the_address_once() {
    for app in worlds().await {
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let email = format!("ada{round}@example.com");
            let ada = member(&app, &email).await;
            let wanted = format!("wanted{round}@example.com");
            let (confirm, undo) = asked(&ada, &wanted, 1).await;
            let login = json!({ "email": email, "password": PASSWORD });
            let names = json!({ "firstName": format!("Renamed {round}") });
            let mut requests: Vec<_> = (2..6).map(|_| tell(&app, CONFIRM, &confirm)).collect();
            requests.push(tell(&app, "/api/auth/login", &login));
            requests.push(ask(&ada, Method::PATCH, ME, &names));
            let answers = at_once(requests).await;
            Tally::of(&answers[..4]).exactly(4, "204");
            Tally::of(&answers[4..]).only(&["200", "401 INVALID_CREDENTIALS"]);
            answers[5].expect(200);
            app.check_invariants().await;
            let undone = at_once((0..CALLERS).map(|_| tell(&app, UNDO, &undo)).collect()).await;
            Tally::of(&undone).exactly(CALLERS, "204");
            ada.get(ME).await.refused(401, "UNAUTHENTICATED");
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_is_made_or_stopped_and_undone_in_any_order() {
    for app in worlds().await {
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let email = format!("ada{round}@example.com");
            let ada = member(&app, &email).await;
            let (confirm, undo) = asked(&ada, &format!("wanted{round}@example.com"), 1).await;
            let login = json!({ "email": email, "password": PASSWORD });
            let requests = vec![
                tell(&app, UNDO, &undo),
                tell(&app, CONFIRM, &confirm),
                tell(&app, UNDO, &undo),
                tell(&app, CONFIRM, &confirm),
                tell(&app, "/api/auth/login", &login),
                tell(&app, "/api/auth/login", &login),
            ];
            let answers = apart(round, requests).await;
            answers[0].expect(204);
            answers[2].expect(204);
            Tally::of([&answers[1], &answers[3]]).only(&[
                "204",
                "400 INVALID_TOKEN",
                "401 INVALID_CREDENTIALS",
            ]);
            // The password is void, and no session is left.
            ada.get(ME).await.refused(401, "UNAUTHENTICATED");
            for login in &answers[4..] {
                if login.status == 200 {
                    let token = login.json()["accessToken"].as_str().unwrap().to_owned();
                    let me = app.request(Method::GET, ME).bearer(&token);
                    me.send().await.refused(401, "UNAUTHENTICATED");
                }
            }
            let again = app.post("/api/auth/login", &login).await;
            again.refused(401, "INVALID_CREDENTIALS");
            let tokens = app.link_tokens(&email, "Set a new password", 1).await;
            let body = json!({ "token": tokens[0], "password": "ada chose this herself" });
            app.post("/api/auth/password/reset", &body)
                .await
                .expect(204);
            let back = app.sign_in(&email, "ada chose this herself").await;
            assert_eq!(back.id, ada.id);
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_outlives_an_erasure_beside_changes_of_the_address() {
    for app in worlds().await {
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let (first, second, third) = (
                format!("first{round}@example.com"),
                format!("second{round}@example.com"),
                format!("third{round}@example.com"),
            );
            let ada = member(&app, &first).await;
            let (confirm, undo) = asked(&ada, &second, 1).await;
            let body = json!({ "email": third, "password": PASSWORD });
            let requests = vec![
                erase(&ada),
                tell(&app, CONFIRM, &confirm),
                ask(&ada, Method::POST, "/api/users/me/email", &body),
                tell(&app, UNDO, &undo),
                tell(&app, CONFIRM, &confirm),
            ];
            let answers = apart(round, requests).await;
            Tally::of(&answers).only(&[
                "202",
                "204",
                "400 INVALID_TOKEN",
                "401 INVALID_CREDENTIALS",
                "401 UNAUTHENTICATED",
            ]);
            app.check_invariants().await;
            if answers[0].status != 204 {
                // The password or the session was void by then.
                continue;
            }
            let tells = |item: &Value| {
                let kept = KEPT.iter().any(|sk| item["sk"]["S"] == *sk);
                let text = item.to_string();
                let told = [&first, &second, &third];
                !kept && told.into_iter().any(|address| text.contains(address))
            };
            let table = app.at_rest().await;
            let left: Vec<_> = table
                .outside(&[])
                .into_iter()
                .filter(|item| tells(item))
                .collect();
            assert!(left.is_empty(), "{left:#?}");
        }
        app.check_table().await;
    }
}
