//! Changing one's address: asked for, confirmed at the new address, undone at the old one.

mod confirm;
mod hold;
mod invitations;
mod request;
mod undo;

use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Person, TestApp};

const ADA: &str = "ada@example.com";
const NEW: &str = "new@example.com";
const DAY: i64 = 24 * 60 * 60;

/// A person with an account of their own, who has proved their address.
async fn ada(app: &TestApp) -> Person {
    app.proven_owner(ADA, "Acme").await.owner
}

async fn try_request(person: &Person, email: &str) -> Answer {
    let body = json!({ "email": email, "password": PASSWORD });
    person.post("/api/users/me/email", &body).await
}

/// `person` asks for `email`: the token that the mail to it has.
async fn request(person: &Person, email: &str) -> String {
    try_request(person, email).await.expect(202);
    confirmation(person.app(), email).await
}

/// The token of the newest link to the new address `email`.
async fn confirmation(app: &TestApp, email: &str) -> String {
    app.link_tokens(email, "Confirm your new", 1)
        .await
        .remove(0)
}

/// The token of the newest notice to `email` about a change that was made.
async fn notice(app: &TestApp, email: &str) -> String {
    app.link_tokens(email, "was changed", 1).await.remove(0)
}

async fn confirm(app: &TestApp, token: &str) -> Answer {
    let body = json!({ "token": token, "password": PASSWORD });
    app.post("/api/users/me/email/confirm", &body).await
}

/// `person` at `email` instead.
async fn change(person: &Person, email: &str) {
    let token = request(person, email).await;
    confirm(person.app(), &token).await.expect(204);
}

async fn undo(app: &TestApp, token: &str) -> Answer {
    let body = json!({ "token": token });
    app.post("/api/users/me/email/undo", &body).await
}

/// Sets `password` by the link that an undoing mails to `email`.
async fn reset(app: &TestApp, email: &str, password: &str) -> Answer {
    let tokens = app.link_tokens(email, "Set a new password", 1).await;
    let body = json!({ "token": tokens[0], "password": password });
    app.post("/api/auth/password/reset", &body).await
}

async fn profile(person: &Person) -> Value {
    person.get("/api/users/me").await.expect(200)
}
