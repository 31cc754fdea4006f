//! Sessions, refreshed and ended at once.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Rounds, Tally, ask, tell, worlds};
use crate::support::{CALLERS, PASSWORD, at_once};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_refreshes_get_the_same_pair() {
    for app in worlds().await {
        let ada = app.owner_of("Acme").await.owner;
        let mut refresh_token = Value::from(ada.refresh_token);
        let mut rounds = Rounds::new();
        while rounds.another().is_some() {
            let body = json!({ "refreshToken": refresh_token });
            let requests = (0..CALLERS).map(|_| tell(&app, "/api/auth/refresh", &body));
            let answers = at_once(requests.collect()).await;
            let first = answers[0].expect(200);
            for answer in &answers {
                assert_eq!(answer.expect(200), first);
            }
            refresh_token = first["refreshToken"].clone();
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_that_is_ended_amid_refreshes_stays_ended() {
    for app in worlds().await {
        let email = app.owner_of("Acme").await.owner.email;
        let mut rounds = Rounds::new();
        while rounds.another().is_some() {
            let ada = app.sign_in(&email, PASSWORD).await;
            let body = json!({ "refreshToken": ada.refresh_token });
            let mut requests: Vec<_> = (1..CALLERS)
                .map(|_| tell(&app, "/api/auth/refresh", &body))
                .collect();
            requests.push(tell(&app, "/api/auth/logout", &body));
            let answers = at_once(requests).await;
            Tally::of(&answers)
                .exactly(1, "204")
                .only(&["200", "204", "401 UNAUTHENTICATED"]);
            ada.get("/api/users/me").await.expect(401);
            for answer in answers.iter().filter(|answer| answer.status == 200) {
                let body = json!({ "refreshToken": answer.json()["refreshToken"] });
                app.post("/api/auth/refresh", &body).await.expect(401);
            }
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_sign_in_is_lost_among_others_of_the_same_person() {
    for app in worlds().await {
        let email = app.owner_of("Acme").await.owner.email;
        let mut rounds = Rounds::new();
        while rounds.another().is_some() {
            let body = json!({ "email": email, "password": PASSWORD });
            let requests = (0..CALLERS).map(|_| tell(&app, "/api/auth/login", &body));
            let answers = at_once(requests.collect()).await;
            for answer in &answers {
                let token = answer.expect(200)["accessToken"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                let me = app.request(Method::GET, "/api/users/me").bearer(&token);
                me.send().await.expect(200);
            }
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_outlives_a_refresh_during_a_change_of_password() {
    for app in worlds().await {
        let email = app.owner_of("Acme").await.owner.email;
        let passwords = [PASSWORD, "another good password"];
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let (old, new) = (passwords[(round - 1) % 2], passwords[round % 2]);
            let ada = app.sign_in(&email, old).await;
            let change = json!({ "currentPassword": old, "newPassword": new });
            let refresh = json!({ "refreshToken": ada.refresh_token });
            let answers = at_once(vec![
                ask(&ada, Method::POST, "/api/auth/password", &change),
                tell(&app, "/api/auth/refresh", &refresh),
            ])
            .await;
            answers[0].expect(204);
            let refreshed = answers[1].expect(200);
            ada.get("/api/users/me").await.expect(200);
            let body = json!({ "refreshToken": refreshed["refreshToken"] });
            app.post("/api/auth/refresh", &body).await.expect(200);
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}
