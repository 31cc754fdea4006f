//! Sessions that are ended all at once, and suspensions, beside sign-ins.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ME, Rounds, Tally, apart, ask, tell};
use crate::support::{PASSWORD, Person, TestApp};
use local::Options;
use local::faults::{Fault, Refusal, Rule};

const ROOT: &str = "root@example.com";

/// The worlds of other races, with a platform administrator.
async fn worlds() -> Vec<(TestApp, Person)> {
    let options = || Options::memory().parameter("PlatformAdminEmails", ROOT);
    let mut worlds = Vec::new();
    for options in [options(), options().intercepted()] {
        let app = TestApp::with(options).await;
        let root = app.proven_owner(ROOT, "Platform").await.owner;
        if let Some(interceptor) = app.stack.interceptor() {
            let conflict = Fault::Refuse(Refusal::conflict());
            interceptor.add(Rule::new(conflict).service("DynamoDB").writes().every(3));
        }
        worlds.push((app, root));
    }
    worlds
}

/// Whether the tokens in an answer to a sign-in are good for anything.
async fn lives(app: &TestApp, tokens: &Value) -> bool {
    let token = tokens["accessToken"].as_str().unwrap();
    let me = app.request(Method::GET, ME).bearer(token).send().await;
    let refresh = json!({ "refreshToken": tokens["refreshToken"] });
    let refreshed = app.post("/api/auth/refresh", &refresh).await;
    assert_eq!(me.status, refreshed.status, "{me:?} {refreshed:?}");
    me.status == 200
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_session_outlasts_a_suspension() {
    for (app, root) in worlds().await {
        let ada = app.owner_of("Acme").await.owner;
        let person = format!("/api/users/{}", ada.id);
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let login = json!({ "email": ada.email, "password": PASSWORD });
            let suspend = json!({ "status": "suspended" });
            let mut requests = vec![ask(&root, Method::PUT, &person, &suspend)];
            requests.extend((0..7).map(|_| tell(&app, "/api/auth/login", &login)));
            let answers = apart(round, requests).await;
            answers[0].expect(200);
            Tally::of(&answers[1..]).only(&["200", "403 USER_SUSPENDED"]);
            for answer in answers[1..].iter().filter(|answer| answer.status == 200) {
                assert!(!lives(&app, &answer.json()).await);
            }
            let refused = app.try_sign_in(&ada.email, PASSWORD).await;
            refused.refused(403, "USER_SUSPENDED");
            let activate = json!({ "status": "active" });
            root.put(&person, &activate).await.expect(200);
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_devices_that_sign_the_other_out_one_stays() {
    for (app, _) in worlds().await {
        let email = app.owner_of("Acme").await.owner.email;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let one = app.sign_in(&email, PASSWORD).await;
            let other = app.sign_in(&email, PASSWORD).await;
            let sessions = "/api/users/me/sessions";
            let requests =
                [&one, &other].map(|person| ask(person, Method::DELETE, sessions, &Value::Null));
            let answers = apart(round, requests.into()).await;
            Tally::of(&answers)
                .only(&["204", "401 UNAUTHENTICATED"])
                .exactly(1, "204");
            let mut left = 0;
            for person in [&one, &other] {
                left += usize::from(person.get(ME).await.status == 200);
            }
            assert_eq!(left, 1);
        }
        app.check_table().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_person_is_erased_once_by_the_platform_or_by_themselves() {
    for (app, root) in worlds().await {
        let acme = app.owner_of("Acme").await;
        let mut rounds = Rounds::new();
        while let Some(round) = rounds.another() {
            let email = format!("member{round}@example.com");
            let person = acme.member(&email, &["user"]).await;
            let path = format!("/api/users/{}", person.id);
            let suspend = json!({ "status": "suspended" });
            let login = json!({ "email": email, "password": PASSWORD });
            let requests = vec![
                ask(&root, Method::DELETE, &path, &Value::Null),
                ask(&root, Method::DELETE, &path, &Value::Null),
                super::erase(&person),
                ask(&root, Method::PUT, &path, &suspend),
                tell(&app, "/api/auth/login", &login),
            ];
            let answers = apart(round, requests).await;
            Tally::of(&answers[..3])
                .only(&[
                    "204",
                    "401 UNAUTHENTICATED",
                    "401 INVALID_CREDENTIALS",
                    "404 USER_NOT_FOUND",
                ])
                .exactly(1, "204");
            root.get(&path).await.refused(404, "USER_NOT_FOUND");
            let refused = app.try_sign_in(&email, PASSWORD).await;
            refused.refused(401, "INVALID_CREDENTIALS");
            app.check_invariants().await;
        }
        app.check_table().await;
    }
}
