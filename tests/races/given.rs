//! What a person is given during their erasure: a member who does not exist is gone within seconds.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Rounds, Tally, apart, ask, erase, tell, worlds};
use crate::support::{Account, Person, TestApp, invitation};

/// The member `id` of `account` is gone within seconds.
async fn is_taken_away(account: &Account, id: u64) {
    for _ in 0..1000 {
        let answer = account.owner.get(&account.user(id)).await;
        if answer.status == 404 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:#?}", account.owner.get(&account.user(id)).await);
}

/// A person with nothing but a proven address.
async fn proven(app: &TestApp, email: &str) -> Person {
    let account = app.proven_owner(email, &format!("Of {email}")).await;
    let owner = &account.owner;
    owner.delete(&account.path()).await.expect(200);
    account.owner
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_is_added_and_invited_beside_their_erasure_is_no_member_for_long() {
    for app in worlds().await {
        let acme = app.proven_owner_of("Acme").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let email = format!("erased{round}@example.com");
            let person = proven(&app, &email).await;
            let owner = &acme.owner;
            let mut accounts = Vec::new();
            for n in 0..4 {
                accounts.push(owner.create(&format!("Acme {round} {n}")).await);
            }
            let mut requests = vec![erase(&person)];
            for account in &accounts {
                let roles = json!({ "roles": ["admin"] });
                let (member, users) = (account.user(person.id), account.users());
                requests.push(ask(owner, Method::POST, &member, &roles));
                let body = invitation(&email, &["user"]);
                requests.push(ask(owner, Method::POST, &users, &body));
                requests.push(ask(owner, Method::DELETE, &member, &Value::Null));
            }
            let answers = apart(round, requests).await;
            answers[0].expect(204);
            Tally::of(&answers[1..]).only(&[
                "200",
                "201",
                "404 USER_NOT_FOUND",
                "409 USER_ALREADY_IN_ACCOUNT",
            ]);
            for account in &accounts {
                is_taken_away(account, person.id).await;
                let listed = account.owner.get(&account.users()).await.expect(200);
                let members = listed["value"].as_array().unwrap();
                // An invitation after the erasure is that of a new user.
                let others = members.iter().filter(|member| member["owner"] == false);
                for member in others {
                    assert_ne!(member["id"], person.id);
                    assert_eq!(member["status"], "invited", "{member}");
                }
            }
            app.at_rest().await;
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_accepts_resends_and_removes_beside_an_erasure_leaves_no_member() {
    for app in worlds().await {
        let acme = app.proven_owner_of("Acme").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let email = format!("erased{round}@example.com");
            let person = proven(&app, &email).await;
            let account = acme.owner.create(&format!("Acme {round}")).await;
            account.invite(&email, &["user"]).await;
            let token = app.invitation(&email).await;
            let member = account.user(person.id);
            let accept = format!("/api/users/me/invitations/{}/accept", account.id);
            let (owner, none) = (&acme.owner, Value::Null);
            let by_mail = json!({ "token": token });
            let roles = json!({ "roles": ["viewer"] });
            let answers = apart(
                round,
                vec![
                    erase(&person),
                    ask(&person, Method::POST, &accept, &json!({})),
                    tell(&app, "/api/invitations/accept", &by_mail),
                    tell(&app, "/api/invitations/decline", &by_mail),
                    ask(owner, Method::PUT, &format!("{member}/invite"), &none),
                    ask(owner, Method::PUT, &member, &roles),
                    ask(owner, Method::DELETE, &member, &none),
                    ask(owner, Method::POST, &member, &roles),
                ],
            )
            .await;
            answers[0].expect(204);
            Tally::of(&answers).only(&[
                "200",
                "204",
                "401 UNAUTHENTICATED",
                "404 INVITATION_NOT_FOUND",
                "404 USER_NOT_FOUND",
                "409 INVITATION_NOT_PENDING",
                "409 USER_ALREADY_IN_ACCOUNT",
            ]);
            is_taken_away(&account, person.id).await;
            app.at_rest().await;
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_user_is_added_or_invited_once() {
    for app in worlds().await {
        let acme = app.proven_owner_of("Acme").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            for is_proven in [false, true] {
                let name = format!("{round} {is_proven}");
                let email = format!("grace{round}-{is_proven}@example.com");
                let person = app.owner(&email, &format!("Of {name}")).await.owner;
                if is_proven {
                    person.prove().await;
                }
                let account = acme.owner.create(&format!("Acme {name}")).await;
                let mut requests = Vec::new();
                for _ in 0..8 {
                    let roles = json!({ "roles": ["user"] });
                    let (member, users) = (account.user(person.id), account.users());
                    requests.push(ask(&acme.owner, Method::POST, &member, &roles));
                    let body = invitation(&email, &["user"]);
                    requests.push(ask(&acme.owner, Method::POST, &users, &body));
                }
                let tally = Tally::of(&apart(round, requests).await);
                tally.exactly(15, "409 USER_ALREADY_IN_ACCOUNT");
                assert_eq!(tally.count("200") + tally.count("201"), 1, "{tally:?}");
                let member = account.owner.get(&account.user(person.id)).await;
                let added = tally.count("200") == 1 && is_proven;
                let status = if added { "active" } else { "invited" };
                assert_eq!(member.expect(200)["status"], status);
            }
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

/// Of many concurrent notices, no more than the limits allow.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_unproven_person_asks_for_no_more_mails_than_the_limit_allows() {
    let options = local::Options::memory().parameter("InvitationMailsPerUnprovenPersonAndDay", "5");
    let app = TestApp::with(options).await;
    let acme = app.owner_of("Acme").await;
    let mut accounts = Vec::new();
    for n in 0..4 {
        accounts.push(acme.owner.create(&format!("Acme {n}")).await);
    }
    let requests = (0..16).map(|n| {
        let body = invitation(&format!("guest{n}@example.com"), &["user"]);
        ask(&acme.owner, Method::POST, &accounts[n % 4].users(), &body)
    });
    let answers = apart(0, requests.collect()).await;
    Tally::of(&answers)
        .exactly(5, "201")
        .exactly(11, "429 TOO_MANY_REQUESTS");
    acme.owner.prove().await;
    acme.invite("another@example.com", &["user"]).await;
    app.check_invariants().await;
}
