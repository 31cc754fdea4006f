//! Failures under the answers to invitations.

use reqwest::Method;
use serde_json::json;

use super::{Fixture, Operation};
use crate::support::{PASSWORD, Request};

const FUNCTION: &str = "IdentityFunction";
const ACCEPTS: Operation = Operation::new(FUNCTION, 200).already(409, "INVITATION_NOT_PENDING");

/// An acceptance by a person with a new address.
async fn by_somebody_new(fixture: &Fixture) -> impl Fn() -> Request + use<> {
    let email = fixture.address();
    fixture.acme.invite(&email, &["user"]).await;
    let body = json!({ "token": fixture.app.invitation(&email).await, "password": PASSWORD });
    let app = fixture.app.clone();
    move || {
        app.request(Method::POST, "/api/invitations/accept")
            .json(&body)
    }
}

/// An acceptance by a person who has proved their address before.
async fn by_somebody_known(fixture: &Fixture) -> impl Fn() -> Request + use<> {
    let email = fixture.address();
    fixture.acme.member(&email, &["user"]).await;
    let account = fixture.account().await;
    account.invite(&email, &["user"]).await;
    let tokens = fixture.app.link_tokens(&email, "invites you", 2);
    let body = json!({ "token": tokens.await[0] });
    let app = fixture.app.clone();
    move || {
        app.request(Method::POST, "/api/invitations/accept")
            .json(&body)
    }
}

#[tokio::test]
async fn somebody_new_accepts_or_not() {
    ACCEPTS.survives(by_somebody_new).await;
}

#[tokio::test]
async fn somebody_known_accepts_or_not() {
    ACCEPTS.survives(by_somebody_known).await;
}

#[tokio::test]
async fn an_acceptance_with_a_key_is_repeated_with_success() {
    for known in [false, true] {
        let prepare = async |fixture: &Fixture| {
            let ask: Box<dyn Fn() -> Request> = if known {
                Box::new(by_somebody_known(fixture).await)
            } else {
                Box::new(by_somebody_new(fixture).await)
            };
            move || ask().header("idempotency-key", "key")
        };
        Operation::new(FUNCTION, 200).survives(prepare).await;
    }
}

#[tokio::test]
async fn somebody_leaves_by_the_link_of_a_notice_or_not() {
    let operation = Operation::new(FUNCTION, 204).already(404, "INVITATION_NOT_FOUND");
    let prepare = async |fixture: &Fixture| {
        let account = fixture.account().await;
        let somebody = fixture.somebody().await;
        somebody.prove().await;
        let (owner, roles) = (&account.owner, json!({ "roles": ["user"] }));
        let added = owner.post(&account.user(somebody.id), &roles).await;
        added.expect(200);
        let notices = fixture
            .app
            .link_tokens(&somebody.email, "You are a member", 1);
        let body = json!({ "token": notices.await[0] });
        let app = fixture.app.clone();
        move || {
            app.request(Method::POST, "/api/invitations/decline")
                .json(&body)
        }
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn somebody_declines_or_not() {
    let operation = Operation::new(FUNCTION, 204).already(404, "INVITATION_NOT_FOUND");
    let prepare = async |fixture: &Fixture| {
        let email = fixture.address();
        fixture.acme.invite(&email, &["user"]).await;
        let body = json!({ "token": fixture.app.invitation(&email).await });
        let app = fixture.app.clone();
        move || {
            app.request(Method::POST, "/api/invitations/decline")
                .json(&body)
        }
    };
    operation.survives(prepare).await;
}
