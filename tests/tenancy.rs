//! Every route before every kind of caller. The routes are those that the template serves: one without a row fails by name.

use std::collections::{BTreeMap, BTreeSet};

use local::Options;
use local::sam::Template;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, Answer, PASSWORD, Person, TestApp, invitation};

/// Who calls, in the order of the table's columns. The stranger owns an account of their own, and so does everybody else; the
/// expired token is the owner's.
const CALLERS: [&str; 13] = [
    "no token",
    "bad token",
    "expired",
    "stranger",
    "removed",
    "suspended",
    "invited",
    "viewer",
    "user",
    "manage",
    "admin",
    "owner",
    "platform admin",
];

/// The status of the answer to each caller. What is `401` is `UNAUTHENTICATED`, what is `403` is `UNAUTHORIZED`.
#[rustfmt::skip]
const TABLE: [(&str, [u16; 13]); 42] = [
    //                                                 none bad  exp. str. rem. sus. inv. view user man. adm. own. platform
    ("GET /api/accounts",                             [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("POST /api/accounts",                            [401, 401, 401, 201, 201, 201, 201, 201, 201, 201, 201, 201, 201]),
    ("GET /api/accounts/{id}",                        [401, 401, 401, 403, 403, 403, 403, 200, 200, 200, 200, 200, 200]),
    ("PUT /api/accounts/{id}",                        [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 200, 200, 403]),
    ("DELETE /api/accounts/{id}",                     [401, 401, 401, 403, 403, 403, 403, 403, 403, 403, 403, 200, 200]),
    ("PUT /api/accounts/{id}/owner",                  [401, 401, 401, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403]),
    ("GET /api/accounts/{id}/events",                 [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 200, 200, 200]),
    // An account that lives: to restore it changes nothing.
    ("POST /api/accounts/{id}/restore",               [401, 401, 401, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403]),
    ("GET /api/accounts/{id}/users",                  [401, 401, 401, 403, 403, 403, 403, 200, 200, 200, 200, 200, 200]),
    ("POST /api/accounts/{id}/users",                 [401, 401, 401, 403, 403, 403, 403, 403, 403, 201, 201, 201, 403]),
    ("GET /api/accounts/{id}/users/{userId}",         [401, 401, 401, 403, 403, 403, 403, 200, 200, 200, 200, 200, 200]),
    ("POST /api/accounts/{id}/users/{userId}",        [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 200, 200, 403]),
    ("PUT /api/accounts/{id}/users/{userId}",         [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 200, 200, 403]),
    ("DELETE /api/accounts/{id}/users/{userId}",      [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 200, 200, 403]),
    ("PUT /api/accounts/{id}/users/{userId}/invite",  [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 200, 200, 403]),
    ("GET /api/users/me",                             [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("PATCH /api/users/me",                           [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("DELETE /api/users/me",                          [401, 401, 401, 409, 409, 409, 409, 409, 409, 409, 409, 409, 409]),
    ("GET /api/users/me/sessions",                    [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("DELETE /api/users/me/sessions/{id}",            [401, 401, 401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404]),
    // To whoever is invited and has shown that the address is theirs.
    ("GET /api/users/me/invitations",                 [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("POST /api/users/me/invitations/{id}/accept",    [401, 401, 401, 404, 404, 404, 200, 404, 404, 404, 404, 404, 404]),
    ("POST /api/users/me/invitations/{id}/decline",   [401, 401, 401, 404, 404, 404, 204, 404, 404, 404, 404, 404, 404]),
    ("POST /api/auth/password",                       [401, 401, 401, 204, 204, 204, 204, 204, 204, 204, 204, 204, 204]),
    ("POST /api/auth/verify-email/resend",            [401, 401, 401, 202, 202, 202, 202, 202, 202, 202, 202, 202, 202]),
    // Public: nobody's token is looked at, and an empty body is what everybody is told of.
    ("POST /api/accounts/signup",                     [400; 13]),
    ("POST /api/auth/login",                          [400; 13]),
    ("POST /api/auth/refresh",                        [400; 13]),
    ("POST /api/auth/logout",                         [400; 13]),
    ("POST /api/auth/verify-email",                   [400; 13]),
    ("POST /api/auth/password/forgot",                [400; 13]),
    ("POST /api/auth/password/reset",                 [400; 13]),
    ("POST /api/invitations/lookup",                  [400; 13]),
    ("POST /api/invitations/accept",                  [400; 13]),
    ("POST /api/invitations/decline",                 [400; 13]),
    ("GET /.well-known/jwks.json",                    [200; 13]),
    ("GET /.well-known/openid-configuration",         [200; 13]),
    ("GET /invitation",                               [200; 13]),
    ("GET /verify-email",                             [200; 13]),
    ("GET /reset-password",                           [200; 13]),
    ("GET /pages/pages.js",                           [200; 13]),
    ("GET /pages/pages.css",                          [200; 13]),
];

/// Everybody with a session, and two to whom things are done.
struct Callers {
    app: TestApp,
    owner: Person,
    expired: String,
    others: BTreeMap<&'static str, Person>,
    member: Person,
    newcomer: Person,
    /// Of nobody who calls.
    elsewhere: Account,
}

/// An account made for one request, with the caller in their place.
struct Target {
    acme: Account,
    invited: u64,
}

#[tokio::test]
async fn every_route_answers_every_caller_as_the_table_says() {
    let callers = Callers::new().await;
    let mut wrong = Vec::new();
    for (route, row) in TABLE {
        for (caller, expected) in CALLERS.into_iter().zip(row) {
            let answer = callers.attack(route, caller).await;
            let problem = (!answer.status.is_success()).then(|| answer.json());
            let code = problem
                .as_ref()
                .and_then(|problem| problem["code"].as_str());
            let as_it_should = match (expected, code) {
                (401, code) => code == Some("UNAUTHENTICATED"),
                (403, code) => code == Some("UNAUTHORIZED"),
                _ => true,
            };
            if answer.status != expected || !as_it_should {
                let status = answer.status.as_u16();
                wrong.push(format!(
                    "{route} by {caller}: {expected} expected, {status} {code:?} answered"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_route_of_the_template_has_a_row() {
    let template = Template::embedded(&BTreeMap::new()).unwrap();
    let routes = template.api().unwrap().routes;
    let served: BTreeSet<_> = routes
        .iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let rows: BTreeSet<_> = TABLE.iter().map(|(route, _)| (*route).to_owned()).collect();
    let without: Vec<_> = served.difference(&rows).collect();
    assert!(without.is_empty(), "routes without a row: {without:#?}");
    let gone: Vec<_> = rows.difference(&served).collect();
    assert!(gone.is_empty(), "rows without a route: {gone:#?}");
    for route in routes {
        let name = format!("{} {}", route.method, route.path);
        let (_, row) = TABLE.iter().find(|(row, _)| **row == name).unwrap();
        assert_eq!(row[0] == 401, route.authorizer.is_some(), "{name}");
    }
}

impl Callers {
    async fn new() -> Self {
        let options =
            Options::memory().parameter("PlatformAdminEmails", "platform-admin@example.com");
        let app = TestApp::with(options).await;
        let early = app.owner("owner@example.com", "Of the owner").await.owner;
        app.stack.advance(15 * 60 + 1);
        let mut others = BTreeMap::new();
        for role in CALLERS
            .into_iter()
            .skip(3)
            .filter(|caller| *caller != "owner")
        {
            let email = format!("{}@example.com", role.replace(' ', "-"));
            let person = app.owner(&email, &format!("Of the {role}")).await.owner;
            others.insert(role, person);
        }
        for person in others.values() {
            let token = app.link_tokens(&person.email, "Verify", 1).await.remove(0);
            let verified = app
                .post("/api/auth/verify-email", &json!({ "token": token }))
                .await;
            verified.expect(204);
        }
        Self {
            owner: early.again().await,
            expired: early.token,
            others,
            member: app.owner("member@example.com", "Of the member").await.owner,
            newcomer: app
                .owner("newcomer@example.com", "Of the newcomer")
                .await
                .owner,
            elsewhere: app.owner_of("Elsewhere").await,
            app,
        }
    }

    async fn attack(&self, route: &str, caller: &str) -> Answer {
        let (method, path) = route.split_once(' ').unwrap();
        let target = self.target(route, caller).await;
        let (path, body) = self.request(method, path, &target, caller);
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.app.request(method.clone(), &path);
        if method != Method::GET {
            request = request.json(&body);
        }
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
    async fn target(&self, route: &str, caller: &str) -> Target {
        if !route.contains("{id}") || route.contains("sessions") {
            let acme = self.elsewhere.clone();
            return Target { acme, invited: 0 };
        }
        let name = format!("{route} by {caller}").replace('/', " ");
        let acme = self.owner.create(&name).await;
        let add = async |person: &Person, role: &str| {
            let roles = json!({ "roles": [role] });
            self.owner
                .post(&acme.user(person.id), &roles)
                .await
                .expect(200);
        };
        add(&self.member, "user").await;
        let invited = acme.invite("invited-before@example.com", &["user"]).await;
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
        Target { acme, invited }
    }

    /// The path and the body of a request that is right but for who sends it.
    fn request(&self, method: &str, path: &str, target: &Target, caller: &str) -> (String, Value) {
        let roles = json!({ "roles": ["viewer"] });
        let (user, body) = match (method, path) {
            ("POST", "/api/accounts") => (0, json!({ "name": format!("New of {caller}") })),
            ("PUT", "/api/accounts/{id}") => (0, json!({ "description": "mine" })),
            ("PUT", "/api/accounts/{id}/owner") => (0, json!({ "userId": self.member.id })),
            ("POST", "/api/accounts/{id}/users") => (0, invitation("new@example.com", &["viewer"])),
            ("POST", "/api/accounts/{id}/users/{userId}") => (self.newcomer.id, roles),
            ("PUT", "/api/accounts/{id}/users/{userId}/invite") => (target.invited, json!({})),
            ("PATCH", "/api/users/me") => (0, json!({ "country": "FR" })),
            ("DELETE", "/api/users/me") => (0, json!({ "password": PASSWORD })),
            ("POST", "/api/auth/password") => (
                0,
                json!({ "currentPassword": PASSWORD, "newPassword": PASSWORD }),
            ),
            (_, "/api/accounts/{id}/users/{userId}") => (self.member.id, roles),
            _ => (0, json!({})),
        };
        let id = if path.contains("sessions") {
            "AAAAAAAAAAAAAAAAAAAA".to_owned()
        } else {
            target.acme.id.to_string()
        };
        let path = path
            .replace("{id}", &id)
            .replace("{userId}", &user.to_string());
        (path, body)
    }
}
