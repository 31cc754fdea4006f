//! Erasure concurrent with requests that give the person something, at once and a moment apart.

use reqwest::Method;
use serde_json::{Value, json};

use super::{KEPT, ME, Rounds, Tally, apart, ask, erase, tell, worlds};
use crate::support::{Account, PASSWORD, Person, TestApp, sign_up};

/// A member of `acme` who owns nothing.
async fn member(acme: &Account, round: usize) -> Person {
    let app = acme.owner.app();
    let email = format!("member{round}@example.com");
    let person = acme.member(&email, &["user"]).await;
    app.sign_in(&person.email, PASSWORD).await
}

/// The person is gone, and so is everything of theirs.
async fn is_gone(app: &TestApp, person: &Person) {
    person.get(ME).await.refused(401, "UNAUTHENTICATED");
    let body = json!({ "refreshToken": person.refresh_token });
    app.post("/api/auth/refresh", &body).await.expect(401);
    let tells = |item: &Value| {
        let kept = KEPT.iter().any(|sk| item["sk"]["S"] == *sk);
        !kept && item.to_string().contains(&person.email)
    };
    // The stream's consumer removes what the erasure missed.
    for _ in 0..100 {
        if !app.at_rest().await.outside(&[]).into_iter().any(tells) {
            return;
        }
    }
    let table = app.at_rest().await;
    let left: Vec<_> = table
        .outside(&[])
        .into_iter()
        .filter(|item| tells(item))
        .collect();
    panic!("{left:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_person_creates_an_account_or_is_erased() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let person = member(&acme, round).await;
            let mut requests = vec![erase(&person)];
            for n in 0..4 {
                let body = json!({ "name": format!("Theirs {round} {n}") });
                requests.push(ask(&person, Method::POST, "/api/accounts", &body));
            }
            let answers = apart(round, requests).await;
            let created = Tally::of(&answers[1..]);
            created.only(&["201", "401 UNAUTHENTICATED"]);
            Tally::of(&answers[..1]).only(&["204", "409 OWNER_REQUIRED"]);
            if answers[0].status == 204 {
                created.exactly(4, "401 UNAUTHENTICATED");
                is_gone(&app, &person).await;
            } else {
                assert!(created.count("201") > 0, "{created:?}");
                person.get(&acme.path()).await.expect(200);
            }
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_outlives_an_erasure_beside_acceptances_sign_ins_and_refreshes() {
    for app in worlds().await {
        let (acme, globex) = (app.owner_of("Acme").await, app.owner_of("Globex").await);
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let person = member(&acme, round).await;
            globex.invite(&person.email, &["user"]).await;
            let tokens = app.link_tokens(&person.email, "invites you", 2).await;
            let accept = format!("/api/users/me/invitations/{}/accept", globex.id);
            let login = json!({ "email": person.email, "password": PASSWORD });
            let refresh = json!({ "refreshToken": person.refresh_token });
            let by_mail = json!({ "token": tokens[0] });
            let names = json!({ "firstName": format!("Renamed {round}") });
            let requests = vec![
                erase(&person),
                ask(&person, Method::POST, &accept, &json!({})),
                tell(&app, "/api/invitations/accept", &by_mail),
                tell(&app, "/api/auth/login", &login),
                tell(&app, "/api/auth/refresh", &refresh),
                ask(&person, Method::PATCH, ME, &names),
            ];
            let answers = apart(round, requests).await;
            Tally::of(&answers).only(&[
                "200",
                "204",
                "401 INVALID_CREDENTIALS",
                "401 UNAUTHENTICATED",
                "404 INVITATION_NOT_FOUND",
                "409 INVITATION_NOT_PENDING",
            ]);
            answers[0].expect(204);
            is_gone(&app, &person).await;
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_address_is_signed_up_with_or_invited_after_its_unproven_holder_is_erased() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let email = format!("unproven{round}@example.com");
            acme.invite(&email, &["user"]).await;
            let own = app.owner(&email, &format!("Own {round}")).await;
            own.owner.delete(&own.path()).await.expect(200);
            let mut requests = vec![erase(&own.owner)];
            for n in 0..3 {
                let body = sign_up(&email, &format!("Again {round} {n}"));
                requests.push(tell(&app, "/api/accounts/signup", &body));
            }
            let answers = apart(round, requests).await;
            answers[0].expect(204);
            let again = Tally::of(&answers[1..]);
            again.only(&["201", "409 USER_ALREADY_EXISTS"]);
            assert!(again.count("201") <= 1, "{again:?}");
            // The invitation stays pending for the address, for any holder.
            let member = acme.owner.get(&acme.user(own.owner.id)).await.expect(200);
            assert_eq!(member["status"], "invited");
            let token = app.invitation(&email).await;
            let accept = json!({ "token": token, "password": "the holder chose this" });
            app.post("/api/invitations/accept", &accept)
                .await
                .expect(200);
            app.sign_in(&email, "the holder chose this").await;
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_link_verifies_the_address_or_sets_a_password_and_never_both_for_the_stranger() {
    for app in worlds().await {
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let email = format!("either{round}@example.com");
            let stranger = app.owner(&email, &format!("Either {round}")).await.owner;
            let token = Value::from(app.link_tokens(&email, "Verify", 1).await.remove(0));
            let verify = json!({ "token": token, "password": PASSWORD });
            let own = json!({ "token": token, "password": "the holder chose this" });
            let mut requests = Vec::new();
            for _ in 0..4 {
                requests.push(tell(&app, "/api/auth/password/reset", &own));
                requests.push(tell(&app, "/api/auth/verify-email", &verify));
            }
            let answers = apart(round, requests).await;
            let (set, verified): (Vec<_>, Vec<_>) = answers
                .iter()
                .partition(|answer| answer.path.ends_with("reset"));
            let set = Tally::of(set);
            set.only(&["204", "400 INVALID_TOKEN"]);
            let verified = Tally::of(verified);
            verified.only(&["204", "400 INVALID_TOKEN", "401 INVALID_CREDENTIALS"]);
            // One of the two takes effect: the stranger's session lives on beside a proof only if the stranger knew the password.
            let lives = stranger.get(ME).await.status == 200;
            assert_eq!(lives, set.count("204") == 0, "{set:?} {verified:?}");
            if lives {
                app.sign_in(&email, PASSWORD).await;
            } else {
                set.exactly(1, "204");
                verified.exactly(0, "204");
                app.sign_in(&email, "the holder chose this").await;
            }
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}
