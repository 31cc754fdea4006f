//! The answers of every route to every kind of caller, by the table of routes.

use std::collections::BTreeMap;

use local::Options;
use serde_json::json;

use crate::support::{Account, Answer, Example, Person, ROLES, ROUTES, Route, TestApp};

/// The callers with a session, and two users whom requests are about.
struct Callers {
    app: TestApp,
    owner: Person,
    expired: String,
    others: BTreeMap<&'static str, Person>,
    member: Person,
    newcomer: Person,
    /// An account without any of the callers.
    elsewhere: Account,
}

#[tokio::test]
async fn every_route_answers_every_caller_as_the_table_says() {
    let callers = Callers::new().await;
    let mut wrong = Vec::new();
    for route in &ROUTES {
        for (caller, expected) in ROLES.into_iter().zip(route.statuses) {
            let answer = callers.attack(route, caller).await;
            let problem = (!answer.status.is_success()).then(|| answer.json());
            let code = problem
                .as_ref()
                .and_then(|problem| problem["code"].as_str());
            let as_it_should = match (expected, code) {
                // A platform administrator without a second factor.
                (401, Some("REAUTHENTICATION_REQUIRED")) => route.is_of_platform(),
                (401, code) => code == Some("UNAUTHENTICATED"),
                (403, code) => code == Some("UNAUTHORIZED"),
                _ => true,
            };
            if answer.status != expected || !as_it_should {
                let status = answer.status.as_u16();
                wrong.push(format!(
                    "{} by {caller}: {expected} expected, {status} {code:?} answered",
                    route.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

impl Callers {
    async fn new() -> Self {
        let options =
            Options::memory().parameter("PlatformAdminEmails", "platform-admin@example.com");
        let options = options.parameter("AccountsPerOwner", "10000");
        let app = TestApp::with(options).await;
        let early = app
            .proven_owner("owner@example.com", "Of the owner")
            .await
            .owner;
        app.stack.advance(15 * 60 + 1);
        let mut others = BTreeMap::new();
        for role in ROLES
            .into_iter()
            .skip(3)
            .filter(|caller| *caller != "owner")
        {
            let email = format!("{}@example.com", role.replace(' ', "-"));
            let name = format!("Of the {role}");
            others.insert(role, app.proven_owner(&email, &name).await.owner);
        }
        Self {
            owner: early.again().await,
            expired: early.token,
            others,
            member: app
                .proven_owner("member@example.com", "Of the member")
                .await
                .owner,
            newcomer: app
                .owner("newcomer@example.com", "Of the newcomer")
                .await
                .owner,
            elsewhere: app.owner_of("Elsewhere").await,
            app,
        }
    }

    async fn attack(&self, route: &Route, caller: &str) -> Answer {
        let example = self.example(route, caller).await;
        let request = route.request(&self.app, &example);
        match caller {
            "no token" => request,
            "bad token" => request.bearer("eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl"),
            "expired" => request.bearer(&self.expired),
            "owner" => request.bearer(&self.owner.token),
            caller => request.bearer(&self.others[caller].token),
        }
        .send()
        .await
    }

    /// A new account, with the caller in their place if the route is about one.
    async fn example(&self, route: &Route, caller: &str) -> Example {
        let mut example = Example {
            account: self.elsewhere.id,
            member: self.member.id,
            newcomer: self.newcomer.id,
            invited: 0,
            name: caller.to_owned(),
        };
        if !route.has_account() {
            return example;
        }
        let name = format!("{} by {caller}", route.name).replace('/', " ");
        let acme = self.owner.create(&name).await;
        let add = async |person: &Person, role: &str| {
            let roles = json!({ "roles": [role] });
            self.owner
                .post(&acme.user(person.id), &roles)
                .await
                .expect(200);
        };
        add(&self.member, "user").await;
        example.account = acme.id;
        example.invited = acme.invite("invited-before@example.com", &["user"]).await;
        match (caller, self.others.get(caller)) {
            ("viewer" | "user" | "manage" | "admin", Some(person)) => add(person, caller).await,
            ("removed", Some(person)) => {
                add(person, "admin").await;
                acme.remove(person.id).await;
            }
            ("suspended", Some(person)) => {
                add(person, "admin").await;
                acme.set_member_status(person.id, "suspended").await;
            }
            ("invited", Some(person)) => {
                acme.invite(&person.email, &["admin"]).await;
            }
            _ => {}
        }
        example
    }
}
