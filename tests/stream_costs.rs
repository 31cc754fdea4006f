//! What a change costs behind the request: the mailer's and the trail's request units, once both are done.

use local::Options;
use local::faults::{Units, units};
use serde_json::json;

use crate::support::{Account, Answer, PASSWORD, TestApp};

/// The most write request units that the mailer and the trail take.
#[derive(Clone, Copy)]
struct Limit {
    mailer: f64,
    trail: f64,
}

const fn limit(mailer: f64, trail: f64) -> Limit {
    Limit { mailer, trail }
}

struct Behind {
    app: TestApp,
    exceeded: Vec<String>,
}

impl Behind {
    async fn row(&mut self, operation: &str, limit: Limit, request: impl Future<Output = Answer>) {
        self.app.at_rest().await;
        let interceptor = self.app.stack.interceptor().unwrap();
        interceptor.clear();
        let answer = request.await;
        assert!(answer.status.is_success(), "{operation}: {answer:?}");
        self.app.at_rest().await;
        for (function, most) in [
            ("MailerFunction", limit.mailer),
            ("TrailFunction", limit.trail),
        ] {
            let mut calls = interceptor.calls_of(function);
            calls.retain(|call| call.service == "DynamoDB");
            let Units { read, write } = units(&calls);
            // The mailer reads the account, the cause and the recipient; the trail whether persons exist, and their names.
            if write > most || read > 3.5 || (most > 0.0 && write <= 0.0) {
                self.exceeded.push(format!(
                    "{operation}, {function}: {read} {write}, and {most} at the most"
                ));
            }
        }
    }
}

/// Renames the owner, and waits until the account shows it.
async fn rename(acme: &Account) -> Answer {
    let name = json!({ "firstName": "Augusta" });
    let answer = acme.owner.patch("/api/users/me", &name).await;
    let own = acme.user(acme.owner.id);
    while acme.owner.get(&own).await.expect(200)["firstName"] != "Augusta" {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    answer
}

#[tokio::test]
async fn what_follows_a_change_costs_a_few_units() {
    let app = TestApp::with(Options::memory().intercepted().without_schedules()).await;
    let mut behind = Behind {
        app: app.clone(),
        exceeded: Vec::new(),
    };
    let acme = app.owner_of("Acme").await;
    let (owner, path) = (&acme.owner, acme.path());
    let ada = "ada@example.com";
    let signing_up = app.try_sign_up(ada, "Globex");
    behind.row("sign up", limit(4.0, 7.0), signing_up).await;
    let signing_in = app.try_sign_in(ada, PASSWORD);
    behind.row("sign in", limit(0.0, 0.0), signing_in).await;
    let country = json!({ "country": "IE" });
    let update = owner.put(&path, &country);
    behind.row("update account", limit(0.0, 2.0), update).await;
    let grace = "grace@example.com";
    let invitation = acme.try_invite(grace, &["user"]);
    behind.row("invite new", limit(7.0, 5.0), invitation).await;
    let invitation = acme.try_invite(ada, &["user"]);
    behind
        .row("invite known", limit(7.0, 5.0), invitation)
        .await;
    let users = owner.get(&acme.users()).await.expect(200);
    let mut users = users["value"].as_array().unwrap().iter();
    let grace = users.find(|member| member["email"] == grace).unwrap();
    let grace = acme.user(grace["id"].as_u64().unwrap());
    let roles = json!({ "roles": ["viewer"] });
    let change = owner.put(&grace, &roles);
    behind.row("change roles", limit(0.0, 2.0), change).await;
    behind
        .row("remove", limit(0.0, 5.0), owner.delete(&grace))
        .await;
    behind
        .row("rename oneself", limit(0.0, 2.0), rename(&acme))
        .await;
    behind
        .row("delete account", limit(5.0, 7.0), owner.delete(&path))
        .await;
    let (restoration, nothing) = (format!("{path}/restore"), json!({}));
    let restore = owner.post(&restoration, &nothing);
    behind
        .row("restore account", limit(0.0, 4.0), restore)
        .await;
    assert!(behind.exceeded.is_empty(), "{:#?}", behind.exceeded);
}
