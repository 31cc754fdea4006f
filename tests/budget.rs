//! The design's budget: sequential round trips to DynamoDB, read and write request units with indexes, for small items.

use std::fmt::Write as _;
use std::future::Future;

use expect_test::expect;
use local::Options;
use local::faults::{Units, round_trips, units};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, Answer, Person, TestApp};
use crate::trail::settled;

/// What an operation may cost.
#[derive(Clone, Copy)]
struct Limit {
    trips: usize,
    read: f64,
    write: f64,
}

const fn limit(trips: usize, read: f64, write: f64) -> Limit {
    Limit { trips, read, write }
}

/// The costs as they are measured, row by row.
struct Measured {
    app: TestApp,
    table: String,
    exceeded: Vec<String>,
}

impl Measured {
    fn new(app: &TestApp) -> Self {
        let table = format!(
            "{:<28}{:>6}{:>6}{:>6}\n",
            "operation", "trips", "RRU", "WRU"
        );
        Self {
            app: app.clone(),
            table,
            exceeded: Vec::new(),
        }
    }

    /// Asks, and holds what that cost against the budget. The work of mailer and trail is not the request's.
    async fn row(
        &mut self,
        operation: &str,
        status: u16,
        limit: Limit,
        request: impl Future<Output = Answer>,
    ) -> Answer {
        let interceptor = self.app.stack.interceptor().unwrap();
        interceptor.clear();
        let answer = request.await;
        answer.expect(status);
        let mut calls = interceptor.calls();
        calls.retain(|call| !["MailerFunction", "TrailFunction"].contains(&call.function.as_str()));
        let (trips, Units { read, write }) = (round_trips(&calls), units(&calls));
        let row = format!("{operation:<28}{trips:>6}{read:>6}{write:>6}\n");
        if trips > limit.trips || read > limit.read || write > limit.write {
            let asked: Vec<_> = calls.iter().map(|call| &call.operation).collect();
            self.exceeded.push(format!(
                "{row}: at most {} {} {}, and this was {asked:?}",
                limit.trips, limit.read, limit.write
            ));
        }
        self.table.write_str(&row).unwrap();
        answer
    }

    #[track_caller]
    fn within(&self, expected: &expect_test::Expect) {
        assert!(self.exceeded.is_empty(), "{:#?}", self.exceeded);
        expected.assert_eq(&self.table);
    }
}

async fn intercepted() -> TestApp {
    TestApp::with(Options::memory().intercepted()).await
}

#[tokio::test]
async fn accounts_stay_within_the_budget() {
    let app = intercepted().await;
    let mut measured = Measured::new(&app);
    measured
        .row(
            "sign up",
            201,
            limit(1, 0.0, 12.0),
            app.try_sign_up("ada@example.com", "Acme"),
        )
        .await;
    let ada = app
        .sign_in("ada@example.com", "correct horse battery")
        .await;
    let acme = ada.create("Globex").await;
    measured
        .row(
            "create",
            201,
            limit(2, 1.0, 8.0),
            ada.post("/api/accounts", &json!({ "name": "Initech" })),
        )
        .await;
    measured
        .row("get by id", 200, limit(1, 3.0, 0.0), ada.get(&acme.path()))
        .await;
    measured
        .row(
            "get by name",
            200,
            limit(2, 4.0, 0.0),
            ada.get("/api/accounts/Globex"),
        )
        .await;
    measured
        .row(
            "update",
            200,
            limit(2, 3.0, 2.0),
            ada.put(&acme.path(), &json!({ "description": "A small one." })),
        )
        .await;
    measured
        .row(
            "suspend",
            200,
            limit(2, 3.0, 2.0),
            ada.put(&acme.path(), &json!({ "status": "suspended" })),
        )
        .await;
    measured
        .row(
            "rename",
            200,
            limit(2, 3.0, 7.0),
            ada.put(
                &acme.path(),
                &json!({ "name": "Hooli", "status": "active" }),
            ),
        )
        .await;
    measured
        .row("delete", 200, limit(2, 3.0, 6.0), ada.delete(&acme.path()))
        .await;
    let path = format!("{}/restore", acme.path());
    measured
        .row(
            "restore",
            200,
            limit(2, 3.0, 8.0),
            ada.request(Method::POST, &path).send(),
        )
        .await;
    measured.within(&expect![[r"
        operation                    trips   RRU   WRU
        sign up                          1     0    12
        create                           2     1     8
        get by id                        1     3     0
        get by name                      2     4     0
        update                           2     3     2
        suspend                          2     3     2
        rename                           2     3     7
        delete                           2     3     6
        restore                          2     3     8
    "]]);
}

#[tokio::test]
async fn lists_of_accounts_stay_within_the_budget() {
    let options = Options::memory().intercepted();
    let app = TestApp::with(options.parameter("PlatformAdminEmails", "root@example.com")).await;
    let mut measured = Measured::new(&app);
    let acme = app.owner_of("Acme").await;
    let guest = acme.member("guest@example.com", &["viewer"]).await;
    acme.owner.delete(&acme.user(guest.id)).await.expect(200);
    let list = |person: &Person| {
        let person = person.clone();
        async move { person.get("/api/accounts?$top=50").await }
    };
    measured
        .row("list own, none", 200, limit(2, 1.5, 0.0), list(&guest))
        .await;
    measured
        .row("list own, 1", 200, limit(2, 2.0, 0.0), list(&acme.owner))
        .await;
    for n in 2..=5 {
        acme.owner.create(&format!("Acme {n}")).await;
    }
    let answer = measured
        .row("list own, 5", 200, limit(2, 4.0, 0.0), list(&acme.owner))
        .await;
    assert_eq!(answer.json()["count"], 5);

    app.try_sign_up("root@example.com", "Root")
        .await
        .expect(201);
    let token = app
        .link_tokens("root@example.com", "Verify your", 1)
        .await
        .remove(0);
    let verified = json!({ "token": token });
    app.post("/api/auth/verify-email", &verified)
        .await
        .expect(204);
    let root = app
        .sign_in("root@example.com", "correct horse battery")
        .await;
    for n in 7..=50 {
        acme.owner.create(&format!("Acme {n}")).await;
    }
    let answer = measured
        .row("list all, 50 a page", 200, limit(1, 2.5, 0.0), list(&root))
        .await;
    assert_eq!(answer.json()["count"], 50);
    measured.within(&expect![[r"
        operation                    trips   RRU   WRU
        list own, none                   1   1.5     0
        list own, 1                      2     2     0
        list own, 5                      2     4     0
        list all, 50 a page              1     2     0
    "]]);
}

/// Whatever asks for an invitation's mail makes one write more than a change of a member does: it takes the mail from the
/// account's allowance for the day, before the change. Together with it, in a transaction, would cost more units, and
/// invitations of one account would be in each other's way.
#[tokio::test]
async fn members_stay_within_the_budget() {
    let app = intercepted().await;
    let mut measured = Measured::new(&app);
    let acme = app.owner_of("Acme").await;
    let globex = app.owner_of("Globex").await;
    let known = globex.owner.id;
    measured
        .row(
            "invite, new address",
            201,
            limit(3, 4.0, 8.0),
            acme.try_invite("new@example.com", &["user"]),
        )
        .await;
    let answer = measured
        .row(
            "invite, known address",
            201,
            limit(3, 4.0, 3.0),
            acme.try_invite(&globex.owner.email, &["user"]),
        )
        .await;
    assert_eq!(answer.json()["id"], known);
    measured
        .row(
            "resend",
            200,
            limit(3, 4.0, 2.0),
            acme.owner
                .request(Method::PUT, &format!("{}/invite", acme.user(known)))
                .send(),
        )
        .await;
    measured
        .row(
            "remove, invited",
            200,
            limit(2, 4.0, 2.0),
            acme.owner.delete(&acme.user(known)),
        )
        .await;
    let somebody = app.owner_of("Initech").await.owner.id;
    let roles = json!({ "roles": ["user"] });
    measured
        .row(
            "add existing user",
            200,
            limit(2, 4.0, 2.0),
            acme.owner.post(&acme.user(somebody), &roles),
        )
        .await;
    measured
        .row(
            "change roles",
            200,
            limit(2, 4.0, 2.0),
            acme.owner
                .put(&acme.user(somebody), &json!({ "roles": ["manage"] })),
        )
        .await;
    measured
        .row(
            "change status",
            200,
            limit(2, 4.0, 2.0),
            acme.owner
                .put(&acme.user(somebody), &json!({ "status": "suspended" })),
        )
        .await;
    measured
        .row(
            "remove",
            200,
            limit(2, 4.0, 2.0),
            acme.owner.delete(&acme.user(somebody)),
        )
        .await;
    measured
        .row(
            "get a member",
            200,
            limit(1, 4.0, 0.0),
            acme.owner.get(&acme.user(acme.owner.id)),
        )
        .await;
    measured.within(&expect![[r"
        operation                    trips   RRU   WRU
        invite, new address              3     4     8
        invite, known address            3     4     3
        resend                           3     4     2
        remove, invited                  2     4     2
        add existing user                2     4     2
        change roles                     2     4     2
        change status                    2     4     2
        remove                           2     4     2
        get a member                     1     3     0
    "]]);
}

#[tokio::test]
async fn a_list_of_members_stays_within_the_budget() {
    let app = intercepted().await;
    let mut measured = Measured::new(&app);
    let acme = app.owner_of("Acme").await;
    for n in 1..50 {
        acme.invite(&format!("member{n}@example.com"), &["user"])
            .await;
    }
    // Until the trail has seen to the members' names.
    settled(&app).await;
    let kilobytes = member_bytes(&app, &acme).await.div_ceil(4096);
    let pages = f64::from(u32::try_from(kilobytes).unwrap());
    let answer = measured
        .row(
            "list members, 50 a page",
            200,
            limit(1, 3.0 + 0.5 * pages, 0.0),
            acme.owner.get(&format!("{}?$top=50", acme.users())),
        )
        .await;
    assert_eq!(answer.json()["count"], 50);
    measured.within(&expect![[r"
        operation                    trips   RRU   WRU
        list members, 50 a page          1   7.5     0
    "]]);
}

#[tokio::test]
async fn an_audit_trail_stays_within_the_budget() {
    let app = intercepted().await;
    let mut measured = Measured::new(&app);
    let acme = app.owner_of("Acme").await;
    for n in 1..50 {
        let description = json!({ "description": format!("The {n}th") });
        acme.owner.put(&acme.path(), &description).await.expect(200);
    }
    settled(&app).await;
    let answer = measured
        .row(
            "audit trail, 50 a page",
            200,
            // The caller's standing, some 20 KB of events, and their one actor.
            limit(2, 3.0 + 3.0 + 0.5, 0.0),
            acme.owner.get(&format!("{}/events?$top=50", acme.path())),
        )
        .await;
    assert_eq!(answer.json()["value"].as_array().unwrap().len(), 50);
    measured.within(&expect![[r"
        operation                    trips   RRU   WRU
        audit trail, 50 a page           2   5.5     0
    "]]);
}

/// The bytes of the members' items, as DynamoDB counts them (developer guide, *Item sizes and formats*).
async fn member_bytes(app: &TestApp, account: &Account) -> usize {
    let table = app.rows().await;
    let members = table.members(&account.id.to_string());
    members.iter().map(|member| attributes(member)).sum()
}

fn attributes(item: &Value) -> usize {
    let attributes = item.as_object().unwrap().iter();
    attributes
        .map(|(name, value)| name.len() + bytes(value))
        .sum()
}

fn bytes(value: &Value) -> usize {
    let (kind, value) = value.as_object().unwrap().iter().next().unwrap();
    let text = value.as_str().map_or(0, str::len);
    match kind.as_str() {
        "S" => text,
        "N" => text.div_ceil(2) + 1,
        "B" => text / 4 * 3,
        "M" => 3 + value.as_object().unwrap().len() + attributes(value),
        "L" => {
            let elements = value.as_array().unwrap();
            3 + elements
                .iter()
                .map(|element| 1 + bytes(element))
                .sum::<usize>()
        }
        _ => 1,
    }
}

#[tokio::test]
async fn sign_in_and_invitations_stay_within_the_budget() {
    let app = intercepted().await;
    let mut measured = Measured::new(&app);
    let acme = app.owner_of("Acme").await;
    let globex = app.owner_of("Globex").await;
    let email = &acme.owner.email;
    let answer = measured
        .row(
            "sign in",
            200,
            limit(2, 1.5, 3.0),
            app.try_sign_in(email, "correct horse battery"),
        )
        .await;
    let token = json!({ "refreshToken": answer.json()["refreshToken"] });
    measured
        .row(
            "refresh",
            200,
            limit(1, 1.0, 1.0),
            app.post("/api/auth/refresh", &token),
        )
        .await;
    for (mails, account, name, limit) in [
        (1, &acme, "accept, new user", limit(2, 3.0, 7.0)),
        (2, &globex, "accept, known user", limit(2, 3.0, 2.0)),
    ] {
        account.invite("new@example.com", &["user"]).await;
        let tokens = app.link_tokens("new@example.com", "invites you", mails);
        let body = json!({ "token": tokens.await[0], "password": "correct horse battery" });
        measured
            .row(name, 200, limit, app.post("/api/invitations/accept", &body))
            .await;
    }
    measured.within(&expect![[r"
        operation                    trips   RRU   WRU
        sign in                          2   1.5     3
        refresh                          1     0     1
        accept, new user                 2     3     7
        accept, known user               2     3     2
    "]]);
}

#[tokio::test]
async fn an_authorizer_that_is_warm_asks_the_table_nothing() {
    let app = intercepted().await;
    let acme = app.owner_of("Acme").await;
    let interceptor = app.stack.interceptor().unwrap();
    interceptor.clear();
    // A new session has a new token, which API Gateway has no answer for yet.
    let again = app
        .sign_in(&acme.owner.email, "correct horse battery")
        .await;
    again.get(&acme.path()).await.expect(200);
    assert!(interceptor.calls_of("AuthorizerFunction").is_empty());
}
