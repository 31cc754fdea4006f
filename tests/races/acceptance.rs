//! One answer to an invitation.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Rounds, Tally, ask, tell, worlds};
use crate::support::{CALLERS, PASSWORD, at_once, invitation};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_invitation_is_accepted_once() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let email = format!("grace{round}@example.com");
            acme.invite(&email, &["user"]).await;
            let body = json!({ "token": app.invitation(&email).await, "password": PASSWORD });
            let requests = (0..CALLERS).map(|_| tell(&app, "/api/invitations/accept", &body));
            let answers = at_once(requests.collect()).await;
            Tally::of(&answers)
                .exactly(1, "200")
                .exactly(CALLERS - 1, "409 INVITATION_NOT_PENDING");
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_invitation_has_one_answer() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let email = format!("grace{round}@example.com");
            let path = acme.user(acme.invite(&email, &["user"]).await);
            let token = json!({ "token": app.invitation(&email).await });
            let accept = json!({ "token": token["token"], "password": PASSWORD });
            let resend = format!("{path}/invite");
            let mut requests = Vec::new();
            for _ in 0..5 {
                requests.push(tell(&app, "/api/invitations/accept", &accept));
                requests.push(tell(&app, "/api/invitations/decline", &token));
            }
            for _ in 0..2 {
                requests.push(ask(&acme.owner, Method::PUT, &resend, &Value::Null));
            }
            let answers = at_once(requests).await;
            let said = Tally::of(&answers[..10]);
            said.only(&[
                "200",
                "204",
                "404 INVITATION_NOT_FOUND",
                "409 INVITATION_NOT_PENDING",
            ]);
            let (accepted, declined) = (said.count("200"), said.count("204"));
            assert!(accepted + declined <= 1, "{said:?}");
            let links = Tally::of(&answers[10..]);
            links.only(&["200", "404 USER_NOT_FOUND", "409 INVITATION_NOT_PENDING"]);
            let member = acme.owner.get(&path).await;
            match (accepted, declined) {
                (1, _) => assert_eq!(member.expect(200)["status"], "active"),
                (_, 1) => drop(member.refused(404, "USER_NOT_FOUND")),
                _ => assert_eq!(member.expect(200)["status"], "invited"),
            }
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_member_who_is_removed_changed_resent_and_invited_at_once_is_one_or_none() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let email = format!("grace{round}@example.com");
            let id = acme.invite(&email, &["user"]).await;
            let path = acme.user(id);
            let mut requests = Vec::new();
            for _ in 0..4 {
                requests.push(ask(&acme.owner, Method::DELETE, &path, &Value::Null));
                let roles = json!({ "roles": ["manage", "viewer"] });
                requests.push(ask(&acme.owner, Method::PUT, &path, &roles));
                let resend = format!("{path}/invite");
                requests.push(ask(&acme.owner, Method::PUT, &resend, &Value::Null));
                let again = invitation(&email, &["viewer"]);
                requests.push(ask(&acme.owner, Method::POST, &acme.users(), &again));
            }
            let answers = at_once(requests).await;
            let tally = Tally::of(&answers);
            tally.only(&[
                "200",
                "201",
                "404 USER_NOT_FOUND",
                "409 USER_ALREADY_IN_ACCOUNT",
                "429 TOO_MANY_REQUESTS",
            ]);
            let count = |place: usize, outcome: &str| {
                Tally::of(answers.iter().skip(place).step_by(4)).count(outcome)
            };
            // There was one: each removal ends one, each invitation begins one.
            let left = 1 + count(3, "201") - count(0, "200");
            let member = acme.owner.get(&path).await;
            match left {
                0 => drop(member.refused(404, "USER_NOT_FOUND")),
                1 => assert_eq!(member.expect(200)["status"], "invited"),
                _ => panic!("{left} members: {tally:?}"),
            }
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}
