//! Answering invitations: by the mailed link, or signed in.

mod accept;
mod decline;
mod hijack;
mod inviters;
mod lookup;
mod own;
use serde_json::{Value, json};

use crate::support::{Account, Answer, TestApp};

const BOB: &str = "bob@example.com";
const DAY: i64 = 24 * 60 * 60;

/// Acme, and the token of Bob's invitation to it.
async fn invited(app: &TestApp) -> (Account, String) {
    let acme = app.proven_owner_of("Acme").await;
    acme.invite(BOB, &["user", "viewer"]).await;
    let token = app.invitation(BOB).await;
    (acme, token)
}

/// An answer by a link, without signing in.
async fn answer(app: &TestApp, verb: &str, body: &Value) -> Answer {
    app.post(&format!("/api/invitations/{verb}"), body).await
}

async fn accept(app: &TestApp, token: &str, password: &str) -> Answer {
    answer(
        app,
        "accept",
        &json!({ "token": token, "password": password }),
    )
    .await
}

/// All three uses of a link are refused alike.
async fn refused_everywhere(app: &TestApp, token: &str, status: u16, code: &str) {
    let body = json!({ "token": token });
    answer(app, "lookup", &body).await.refused(status, code);
    answer(app, "decline", &body).await.refused(status, code);
    let body = json!({ "token": token, "password": "a good enough password" });
    answer(app, "accept", &body).await.refused(status, code);
}

/// Invites `email`, who is known already, and waits for the mail after `count` earlier ones.
async fn invite_again(app: &TestApp, account: &Account, email: &str, count: usize) -> String {
    account.invite(email, &["user"]).await;
    app.link_tokens(email, "invites you", count + 1)
        .await
        .remove(0)
}
