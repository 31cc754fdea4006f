//! A deleted account is gone, also under concurrent requests.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Rounds, Tally, ask, tell, worlds};
use crate::support::{PASSWORD, at_once, invitation};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_account_that_is_deleted_amid_everything_else_is_gone() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let other = app.owner_of("Globex").await.owner;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let account = acme.owner.create(&format!("Acme {round}")).await;
            let email = format!("grace{round}@example.com");
            let grace = account.invite(&email, &["user"]).await;
            let token = json!({ "token": app.invitation(&email).await, "password": PASSWORD });
            let (path, users) = (account.path(), account.users());
            let (owner, none) = (&acme.owner, Value::Null);
            let roles = json!({ "roles": ["viewer"] });
            let over = json!({ "userId": other.id });
            let answers = at_once(vec![
                ask(owner, Method::DELETE, &path, &none),
                ask(owner, Method::PUT, &path, &json!({ "description": "Gone" })),
                ask(
                    owner,
                    Method::PUT,
                    &path,
                    &json!({ "name": format!("Gone {round}") }),
                ),
                ask(owner, Method::PUT, &path, &json!({ "status": "suspended" })),
                ask(owner, Method::PUT, &format!("{path}/owner"), &over),
                ask(
                    owner,
                    Method::POST,
                    &users,
                    &invitation(&format!("late{round}@example.com"), &["user"]),
                ),
                ask(owner, Method::POST, &account.user(other.id), &roles),
                ask(owner, Method::PUT, &account.user(grace), &roles),
                ask(
                    owner,
                    Method::PUT,
                    &format!("{}/invite", account.user(grace)),
                    &none,
                ),
                ask(owner, Method::DELETE, &account.user(grace), &none),
                ask(owner, Method::GET, &path, &none),
                ask(owner, Method::GET, &users, &none),
                ask(owner, Method::DELETE, &path, &none),
                tell(&app, "/api/invitations/accept", &token),
                tell(
                    &app,
                    "/api/invitations/decline",
                    &json!({ "token": token["token"] }),
                ),
                ask(
                    owner,
                    Method::POST,
                    "/api/accounts",
                    &json!({ "name": account.name }),
                ),
            ])
            .await;
            Tally::of(&answers).only(&[
                "200",
                "201",
                "202",
                "204",
                "403 UNAUTHORIZED",
                "403 ACCOUNT_SUSPENDED",
                "404 ACCOUNT_NOT_FOUND",
                "404 INVITATION_NOT_FOUND",
                "404 USER_NOT_FOUND",
                "409 ACCOUNT_ALREADY_EXISTS",
                "409 INVITATION_NOT_PENDING",
                "409 MEMBER_NOT_ACTIVE",
            ]);
            let deleted = Tally::of([&answers[0], &answers[12]]).count("200");
            assert!(deleted <= 1, "{answers:#?}");
            if deleted == 1 {
                owner.get(&path).await.refused(404, "ACCOUNT_NOT_FOUND");
                owner.get(&users).await.refused(404, "ACCOUNT_NOT_FOUND");
            }
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_person_who_is_erased_owns_nothing_and_belongs_nowhere() {
    for app in worlds().await {
        let acme = app.owner_of("Acme").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let email = format!("grace{round}@example.com");
            let grace = acme.member(&email, &["user"]).await;
            let account = acme.owner.create(&format!("Acme {round}")).await;
            let path = account.user(grace.id);
            let roles = json!({ "roles": ["user"] });
            acme.owner.post(&path, &roles).await.expect(200);
            let third = acme.owner.create(&format!("Third {round}")).await;
            let owner = &acme.owner;
            account.try_offer(grace.id).await.expect(202);
            let answers = at_once(vec![
                ask(
                    &grace,
                    Method::DELETE,
                    "/api/users/me",
                    &json!({ "password": PASSWORD }),
                ),
                ask(
                    &grace,
                    Method::POST,
                    &format!("{}/accept", account.ownership()),
                    &Value::Null,
                ),
                ask(owner, Method::PUT, &path, &json!({ "roles": ["viewer"] })),
                ask(owner, Method::POST, &third.user(grace.id), &roles),
                ask(
                    &grace,
                    Method::PATCH,
                    "/api/users/me",
                    &json!({ "firstName": "Gone" }),
                ),
                ask(&grace, Method::DELETE, &acme.user(grace.id), &Value::Null),
            ])
            .await;
            Tally::of(&answers).only(&[
                "200",
                "204",
                "401 UNAUTHENTICATED",
                "403 UNAUTHORIZED",
                "404 TRANSFER_NOT_FOUND",
                "404 USER_NOT_FOUND",
                "409 MEMBER_NOT_ACTIVE",
                "409 OWNER_REQUIRED",
            ]);
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}
