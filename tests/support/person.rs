//! A signed-in person, and an account with its owner.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, Request, TestApp};
use crate::support::test_app::PASSWORD;

/// A person with a session.
#[derive(Clone)]
pub(crate) struct Person {
    app: TestApp,
    pub(crate) id: u64,
    pub(crate) email: String,
    pub(crate) token: String,
    pub(crate) refresh_token: String,
}

/// An account and its owner.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) owner: Person,
}

impl Person {
    pub(super) async fn new(app: &TestApp, email: &str, tokens: &Value) -> Self {
        let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
        let mut person = Self {
            app: app.clone(),
            id: 0,
            email: email.to_owned(),
            token: text("accessToken"),
            refresh_token: text("refreshToken"),
        };
        person.id = person.get("/api/users/me").await.expect(200)["id"]
            .as_u64()
            .unwrap();
        person
    }

    /// The same person with a new token, as after a while away.
    pub(crate) async fn again(&self) -> Self {
        self.app.sign_in(&self.email, PASSWORD).await
    }

    /// Proves their address with the link that sign-up mailed.
    pub(crate) async fn prove(&self) {
        let links = self.app.link_tokens(&self.email, "Verify", 1).await;
        let body = json!({ "token": links[0] });
        self.post("/api/auth/verify-email", &body).await.expect(204);
    }

    /// The ids of the accounts that they see listed.
    pub(crate) async fn listed(&self) -> Vec<u64> {
        let listed = self.get("/api/accounts").await.expect(200);
        let ids = listed["value"].as_array().unwrap().iter();
        ids.map(|account| account["id"].as_u64().unwrap()).collect()
    }

    /// The address of the service that they use.
    pub(crate) fn base_url(&self) -> &str {
        self.app.stack.url()
    }

    /// The stack that they use.
    pub(crate) fn app(&self) -> &TestApp {
        &self.app
    }

    /// A request of theirs.
    pub(crate) fn request(&self, method: Method, path: &str) -> Request {
        self.app.request(method, path).bearer(&self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path).send().await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.request(Method::POST, path).json(body).send().await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.request(Method::PUT, path).json(body).send().await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.request(Method::PATCH, path).json(body).send().await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.request(Method::DELETE, path).send().await
    }

    /// Creates an account of theirs.
    pub(crate) async fn create(&self, name: &str) -> Account {
        let created = self
            .post("/api/accounts", &json!({ "name": name }))
            .await
            .expect(201);
        Account {
            id: created["id"].as_u64().unwrap(),
            name: name.to_owned(),
            owner: self.clone(),
        }
    }
}

impl Account {
    /// Its address.
    pub(crate) fn path(&self) -> String {
        format!("/api/accounts/{}", self.id)
    }

    /// The same account, whose owner has a new token.
    pub(crate) async fn again(&self) -> Self {
        Self {
            owner: self.owner.again().await,
            ..self.clone()
        }
    }

    /// The address of its ownership.
    pub(crate) fn ownership(&self) -> String {
        format!("{}/owner", self.path())
    }

    /// The owner offers it to `nominee`.
    pub(crate) async fn try_offer(&self, nominee: u64) -> Answer {
        let body = json!({ "userId": nominee });
        self.owner.put(&self.ownership(), &body).await
    }

    /// The owner hands it over to `heir`, who accepts: the account as it is answered.
    pub(crate) async fn hand_over(&self, heir: &Person) -> Value {
        self.try_offer(heir.id).await.expect(202);
        let accept = format!("{}/accept", self.ownership());
        heir.post(&accept, &json!({})).await.expect(200)
    }

    /// The owner suspends or reactivates it.
    pub(crate) async fn set_status(&self, status: &str) {
        let change = json!({ "status": status });
        self.owner.put(&self.path(), &change).await.expect(200);
    }

    /// The owner suspends or reactivates a member.
    pub(crate) async fn set_member_status(&self, id: u64, status: &str) {
        let change = json!({ "status": status });
        self.owner.put(&self.user(id), &change).await.expect(200);
    }

    /// The owner gives a member these roles.
    pub(crate) async fn set_roles(&self, id: u64, roles: &[&str]) {
        let change = json!({ "roles": roles });
        self.owner.put(&self.user(id), &change).await.expect(200);
    }

    /// The owner removes a member.
    pub(crate) async fn remove(&self, id: u64) {
        self.owner.delete(&self.user(id)).await.expect(200);
    }

    /// The address of its members.
    pub(crate) fn users(&self) -> String {
        format!("{}/users", self.path())
    }

    /// The address of a member.
    pub(crate) fn user(&self, id: u64) -> String {
        format!("{}/users/{id}", self.path())
    }

    /// The owner invites `email`.
    pub(crate) async fn try_invite(&self, email: &str, roles: &[&str]) -> Answer {
        self.owner
            .post(&self.users(), &invitation(email, roles))
            .await
    }

    /// The owner invites `email`: the user's id.
    pub(crate) async fn invite(&self, email: &str, roles: &[&str]) -> u64 {
        self.try_invite(email, roles).await.expect(201)["id"]
            .as_u64()
            .unwrap()
    }

    /// `email`, invited by the owner, accepted with [`PASSWORD`] and signed in.
    pub(crate) async fn member(&self, email: &str, roles: &[&str]) -> Person {
        let app = &self.owner.app;
        self.invite(email, roles).await;
        let token = app.invitation(email).await;
        let accepted = json!({ "token": token, "password": PASSWORD });
        app.post("/api/invitations/accept", &accepted)
            .await
            .expect(200);
        app.sign_in(email, PASSWORD).await
    }
}

/// The body of an invitation.
pub(crate) fn invitation(email: &str, roles: &[&str]) -> Value {
    json!({ "email": email, "firstName": "Grace", "lastName": "Hopper", "roles": roles })
}
