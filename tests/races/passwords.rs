//! Passwords, guessed and changed at once.

use reqwest::Method;
use serde_json::json;

use super::{Rounds, Tally, ask, tell, worlds};
use crate::support::{CALLERS, PASSWORD, at_once, together};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_session_under_the_old_password_outlives_it() {
    for app in worlds().await {
        let email = app.owner_of("Acme").await.owner.email;
        let passwords = [PASSWORD, "another good password"];
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let (old, new) = (passwords[(round - 1) % 2], passwords[round % 2]);
            let ada = app.sign_in(&email, old).await;
            let change = json!({ "currentPassword": old, "newPassword": new });
            let mut requests = vec![ask(&ada, Method::POST, "/api/auth/password", &change)];
            // Fewer than the limit of failures, so that the address is not locked out.
            for _ in 0..8 {
                let body = json!({ "email": email, "password": old });
                requests.push(tell(&app, "/api/auth/login", &body));
            }
            let answers = at_once(requests).await;
            answers[0].expect(204);
            Tally::of(&answers[1..]).only(&["200", "401 INVALID_CREDENTIALS"]);
            for answer in answers[1..].iter().filter(|answer| answer.status == 200) {
                let token = answer.json()["accessToken"].as_str().unwrap().to_owned();
                let me = app.request(Method::GET, "/api/users/me").bearer(&token);
                me.send().await.refused(401, "UNAUTHENTICATED");
                let body = json!({ "refreshToken": answer.json()["refreshToken"] });
                app.post("/api/auth/refresh", &body).await.expect(401);
            }
            ada.get("/api/users/me").await.expect(200);
            app.check_invariants().await;
            // The failures of this round are forgotten before the next.
            app.stack.advance(16 * 60);
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_password_is_changed_by_one_of_many() {
    for app in worlds().await {
        let email = app.owner_of("Acme").await.owner.email;
        let mut password = PASSWORD.to_owned();
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let ada = app.sign_in(&email, &password).await;
            let new = |n: usize| format!("a good password {round} {n}");
            let requests = (0..8).map(|n| {
                let change = json!({ "currentPassword": password, "newPassword": new(n) });
                ask(&ada, Method::POST, "/api/auth/password", &change)
            });
            let answers = at_once(requests.collect()).await;
            Tally::of(&answers)
                .exactly(1, "204")
                .exactly(7, "401 INVALID_CREDENTIALS");
            let winner = answers.iter().position(|answer| answer.status == 204);
            password = new(winner.unwrap());
            app.check_invariants().await;
            app.stack.advance(16 * 60);
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_more_guesses_are_judged_than_the_limit_allows() {
    for app in worlds().await {
        let email = app.owner_of("Acme").await.owner.email;
        for address in [&email, "nobody@example.com"] {
            let body = |n: usize| json!({ "email": address, "password": format!("guess {n}") });
            let requests = (0..CALLERS).map(|n| tell(&app, "/api/auth/login", &body(n)));
            let answers = at_once(requests.collect()).await;
            Tally::of(&answers)
                .exactly(10, "401 INVALID_CREDENTIALS")
                .exactly(CALLERS - 10, "429 TOO_MANY_REQUESTS");
            let right = app.try_sign_in(address, PASSWORD).await;
            right.refused(429, "TOO_MANY_REQUESTS");
        }
        app.stack.advance(16 * 60);
        app.try_sign_in(&email, PASSWORD).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_right_password_among_many_guesses_is_one_of_the_first_or_none() {
    for app in worlds().await {
        let email = app.owner_of("Acme").await.owner.email;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            for callers in [CALLERS, 40] {
                let place = (round * 7) % callers;
                let body = |n: usize| {
                    let guess = format!("guess {round} {n}");
                    let password = if n == place { PASSWORD } else { &guess };
                    json!({ "email": email, "password": password })
                };
                let requests = (0..callers).map(|n| tell(&app, "/api/auth/login", &body(n)));
                let answers = at_once(requests.collect()).await;
                let tally = Tally::of(&answers);
                tally.only(&["200", "401 INVALID_CREDENTIALS", "429 TOO_MANY_REQUESTS"]);
                // A right guess gives its place back.
                tally.exactly(10, "401 INVALID_CREDENTIALS");
                assert!([200, 429].contains(&answers[place].status.as_u16()));
                let right = app.try_sign_in(&email, PASSWORD).await;
                right.refused(429, "TOO_MANY_REQUESTS");
                app.stack.advance(16 * 60);
            }
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_more_current_passwords_are_judged_than_the_limit_allows() {
    for app in worlds().await {
        let email = app.owner_of("Acme").await.owner.email;
        let mut rounds = Rounds::new();
        while rounds.another().is_some() {
            let ada = app.sign_in(&email, PASSWORD).await;
            let answers = together(|n| {
                let wrong = format!("guess {n}");
                let change = json!({ "currentPassword": wrong, "newPassword": "a good one" });
                match n % 2 {
                    0 => ask(&ada, Method::POST, "/api/auth/password", &change),
                    _ => ask(
                        &ada,
                        Method::DELETE,
                        "/api/users/me",
                        &json!({ "password": wrong }),
                    ),
                }
            });
            Tally::of(&answers.await)
                .exactly(10, "401 INVALID_CREDENTIALS")
                .exactly(CALLERS - 10, "429 TOO_MANY_REQUESTS");
            app.stack.advance(16 * 60);
        }
        app.check_table().await;
    }
}
