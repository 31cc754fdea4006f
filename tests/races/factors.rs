//! Second factors, used and changed at once.

use serde_json::{Value, json};

use super::{Rounds, Tally, ask, tell, worlds};
use crate::support::{
    CALLERS, PASSKEY_LOGIN, PASSKEYS, PASSWORD, Passkey, Person, TestApp, at_once,
};

const LOGIN: &str = "/api/auth/login";
const SECOND: &str = "/api/auth/login/second-factor";
const CONFIRM: &str = "/api/users/me/factors/totp/confirm";
const TOTP: &str = "/api/users/me/factors/totp";

async fn person(app: &TestApp, round: usize) -> Person {
    let email = format!("ada{round}@example.com");
    app.proven_owner(&email, &format!("Acme {round}"))
        .await
        .owner
}

async fn sessions(app: &TestApp, person: &Person) -> Vec<Value> {
    let key = json!({ "pk": { "S": format!("USER#{}", person.id) }, "sk": { "S": "USER" } });
    let item = app.table().item(&key).await;
    let sessions = item["sessions"]["M"].as_object().cloned();
    sessions
        .unwrap_or_default()
        .into_iter()
        .map(|(_, session)| session)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_code_begins_one_session() {
    for app in worlds().await {
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let ada = person(&app, round).await;
            let authenticator = ada.enrol_totp().await;
            let code = authenticator.next_code(&app);
            let mut requests = Vec::new();
            for _ in 0..CALLERS / 2 {
                let token = app.login_token(&ada.email, PASSWORD).await;
                requests.push(tell(
                    &app,
                    SECOND,
                    &json!({ "loginToken": token, "code": code }),
                ));
            }
            let answers = at_once(requests).await;
            Tally::of(&answers)
                .exactly(1, "200")
                .only(&["200", "401 INVALID_FACTOR"]);
            assert_eq!(sessions(&app, &ada).await.len(), 2);
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_login_token_and_one_recovery_code_begin_one_session() {
    for app in worlds().await {
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let ada = person(&app, round).await;
            let authenticator = ada.enrol_totp().await;
            let token = app.login_token(&ada.email, PASSWORD).await;
            let code = &authenticator.recovery_codes[0];
            let body = json!({ "loginToken": token, "recoveryCode": code });
            let requests = (0..CALLERS).map(|_| tell(&app, SECOND, &body));
            let answers = at_once(requests.collect()).await;
            Tally::of(&answers)
                .exactly(1, "200")
                .only(&["200", "400 INVALID_TOKEN"]);
            assert_eq!(sessions(&app, &ada).await.len(), 2);
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_enrolments_give_one_app() {
    for app in worlds().await {
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let ada = person(&app, round).await;
            let mut requests = Vec::new();
            for _ in 0..CALLERS / 2 {
                let (token, authenticator) = ada.begin_totp().await;
                let body = json!({ "enrolmentToken": token, "code": authenticator.code(&app, 0) });
                requests.push(ask(&ada, reqwest::Method::POST, CONFIRM, &body));
            }
            let answers = at_once(requests).await;
            Tally::of(&answers)
                .exactly(1, "201")
                .only(&["201", "409 FACTOR_ALREADY_EXISTS"]);
        }
        app.check_table().await;
    }
}

/// Sign-ins by the password alone, beside the enrolment of the first factor and the removal of the last.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_session_with_one_factor_outlives_the_first_factor() {
    for app in worlds().await {
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let ada = person(&app, round).await;
            let (token, authenticator) = ada.begin_totp().await;
            let login = json!({ "email": ada.email, "password": PASSWORD });
            let mut requests: Vec<_> = (0..4).map(|_| tell(&app, LOGIN, &login)).collect();
            let body = json!({ "enrolmentToken": token, "code": authenticator.code(&app, 0) });
            requests.push(ask(&ada, reqwest::Method::POST, CONFIRM, &body));
            let answers = at_once(requests).await;
            Tally::of(&answers).exactly(1, "201").only(&[
                "201",
                "200",
                "401 SECOND_FACTOR_REQUIRED",
            ]);
            let left = sessions(&app, &ada).await;
            assert_eq!(left.len(), 1);
            assert!(left[0]["M"]["factor"].is_object());

            let mut requests: Vec<_> = (0..4).map(|_| tell(&app, LOGIN, &login)).collect();
            requests.push(ask(&ada, reqwest::Method::DELETE, TOTP, &Value::Null));
            let answers = at_once(requests).await;
            Tally::of(&answers).exactly(1, "204").only(&[
                "204",
                "200",
                "401 SECOND_FACTOR_REQUIRED",
            ]);
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_assertion_begins_one_session() {
    for app in worlds().await {
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let ada = person(&app, round).await;
            let mut passkey = ada.enrol_passkey("Laptop").await;
            let body = json!({ "credential": passkey.assertion(&app).await });
            let mut requests: Vec<_> = (0..CALLERS - 2)
                .map(|_| tell(&app, PASSKEY_LOGIN, &body))
                .collect();
            let again = "/api/auth/reauthenticate";
            requests.extend((0..2).map(|_| ask(&ada, reqwest::Method::POST, again, &body)));
            let answers = at_once(requests).await;
            Tally::of(&answers)
                .exactly(1, "200")
                .only(&["200", "401 INVALID_FACTOR"]);
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_credential_has_one_holder() {
    for app in worlds().await {
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let mut passkey = Passkey::new(&app);
            let mut requests = Vec::new();
            for number in 0..4 {
                let email = format!("ada{round}-{number}@example.com");
                let name = format!("Acme {round} {number}");
                let ada = app.proven_owner(&email, &name).await.owner;
                for _ in 0..CALLERS / 4 {
                    let options = format!("{PASSKEYS}/options");
                    let options = ada.post(&options, &json!({})).await.expect(200);
                    let body = json!({ "name": "x", "credential": passkey.created(&options) });
                    requests.push(ask(&ada, reqwest::Method::POST, PASSKEYS, &body));
                }
            }
            let answers = at_once(requests).await;
            // The holder's first factor ends no session of theirs.
            Tally::of(&answers)
                .exactly(1, "201")
                .only(&["201", "409 PASSKEY_ALREADY_REGISTERED"]);
        }
        app.check_table().await;
    }
}

/// Whatever comes first: nothing of the person is left, or nothing was erased.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn erasure_beside_enrolment_leaves_nothing() {
    for app in worlds().await {
        let root = app.proven_owner("root@example.com", "Platform").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let email = format!("ada{round}@example.com");
            let ada = root.member(&email, &["user"]).await;
            let (token, authenticator) = ada.begin_totp().await;
            let totp = json!({ "enrolmentToken": token, "code": authenticator.code(&app, 0) });
            let mut requests = vec![ask(&ada, reqwest::Method::POST, CONFIRM, &totp)];
            for _ in 0..4 {
                let options = format!("{PASSKEYS}/options");
                let options = ada.post(&options, &json!({})).await.expect(200);
                let credential = Passkey::new(&app).created(&options);
                let body = json!({ "name": "x", "credential": credential });
                requests.push(ask(&ada, reqwest::Method::POST, PASSKEYS, &body));
            }
            let erase = json!({ "password": PASSWORD });
            requests.push(ask(&ada, reqwest::Method::DELETE, "/api/users/me", &erase));
            let answers = at_once(requests).await;
            let erased = answers.last().unwrap().status == 204;
            let items = app.table().items().await;
            let (id, user) = (ada.id.to_string(), format!("USER#{}", ada.id));
            let own = items.iter().filter(|item| {
                let text = |name: &str, kind: &str| item[name][kind].as_str().unwrap_or_default();
                let credential =
                    text("pk", "S").starts_with("PASSKEY#") && text("userId", "N") == id;
                credential || (text("pk", "S") == user && text("sk", "S") == "USER")
            });
            assert!(!erased || own.count() == 0, "{answers:?}");
        }
        app.check_table().await;
    }
}
