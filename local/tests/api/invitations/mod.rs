//! Answering invitations: by the mailed link, or signed in.

mod accept;
mod decline;
mod hijack;
mod lookup;
mod own;
use serde_json::{Value, json};

use crate::support::{Account, Answer, World};

const BOB: &str = "bob@example.com";
const DAY: i64 = 24 * 60 * 60;

/// Acme, and the token of Bob's invitation to it.
async fn invited(world: &World) -> (Account, String) {
    let acme = world.owner_of("Acme").await;
    acme.invite(BOB, &["user", "viewer"]).await;
    let token = world.invitation(BOB).await;
    (acme, token)
}

/// What somebody does with a link, without signing in.
async fn answer(world: &World, verb: &str, body: &Value) -> Answer {
    world.post(&format!("/api/invitations/{verb}"), body).await
}

async fn accept(world: &World, token: &str, password: &str) -> Answer {
    answer(
        world,
        "accept",
        &json!({ "token": token, "password": password }),
    )
    .await
}

/// All three uses of a link are refused alike.
async fn refused_everywhere(world: &World, token: &str, status: u16, code: &str) {
    let body = json!({ "token": token });
    answer(world, "lookup", &body).await.refused(status, code);
    answer(world, "decline", &body).await.refused(status, code);
    let body = json!({ "token": token, "password": "a good enough password" });
    answer(world, "accept", &body).await.refused(status, code);
}

/// Invites `email`, who is known already, and waits for the mail after `count` earlier ones.
async fn invite_again(world: &World, account: &Account, email: &str, count: usize) -> String {
    account.invite(email, &["user"]).await;
    world
        .link_tokens(email, "invites you", count + 1)
        .await
        .remove(0)
}
