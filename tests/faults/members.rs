//! Failures under the operations on members.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Fixture, Operation};
use crate::support::{Account, Request, invitation};

const FUNCTION: &str = "MembersFunction";
const ADDS: Operation = Operation::new(FUNCTION, 201).already(409, "USER_ALREADY_IN_ACCOUNT");

fn post(account: &Account, path: String, body: Value) -> impl Fn() -> Request + use<> {
    let owner = account.owner.clone();
    move || owner.request(Method::POST, &path).json(&body)
}

#[tokio::test]
async fn an_unknown_address_is_invited_or_not() {
    let prepare = async |fixture: &Fixture| {
        let body = invitation(&fixture.address(), &["user"]);
        post(&fixture.acme, fixture.acme.users(), body)
    };
    ADDS.survives(prepare).await;
}

#[tokio::test]
async fn a_known_address_is_invited_or_not() {
    let prepare = async |fixture: &Fixture| {
        let account = fixture.account().await;
        let email = fixture.somebody().await.email;
        post(&account, account.users(), invitation(&email, &["user"]))
    };
    ADDS.survives(prepare).await;
}

#[tokio::test]
async fn an_invitation_with_a_key_is_repeated_with_success() {
    let prepare = async |fixture: &Fixture| {
        let body = invitation(&fixture.address(), &["user"]);
        let ask = post(&fixture.acme, fixture.acme.users(), body);
        let key = format!("key {}", fixture.fresh());
        move || ask().header("idempotency-key", &key)
    };
    Operation::new(FUNCTION, 201).survives(prepare).await;
}

#[tokio::test]
async fn a_proven_user_is_added_or_not() {
    let operation = Operation::new(FUNCTION, 200).already(409, "USER_ALREADY_IN_ACCOUNT");
    let prepare = async |fixture: &Fixture| {
        let account = fixture.account().await;
        let somebody = fixture.somebody().await;
        somebody.prove().await;
        post(
            &account,
            account.user(somebody.id),
            json!({ "roles": ["user"] }),
        )
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn an_unproven_user_is_invited_by_id_or_not() {
    let operation = Operation::new(FUNCTION, 200).already(409, "USER_ALREADY_IN_ACCOUNT");
    let prepare = async |fixture: &Fixture| {
        let account = fixture.account().await;
        let path = account.user(fixture.somebody().await.id);
        post(&account, path, json!({ "roles": ["user"] }))
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn a_user_is_added_with_a_key_and_again_with_success() {
    let prepare = async |fixture: &Fixture| {
        let account = fixture.account().await;
        let path = account.user(fixture.somebody().await.id);
        let ask = post(&account, path, json!({ "roles": ["user"] }));
        let key = format!("key {}", fixture.fresh());
        move || ask().header("idempotency-key", &key)
    };
    Operation::new(FUNCTION, 200).survives(prepare).await;
}

#[tokio::test]
async fn a_member_is_changed_or_not() {
    let prepare = async |fixture: &Fixture| {
        let path = fixture
            .acme
            .user(fixture.acme.invite(&fixture.address(), &["user"]).await);
        let owner = fixture.acme.owner.clone();
        move || {
            owner
                .request(Method::PUT, &path)
                .json(&json!({ "roles": ["viewer"] }))
        }
    };
    Operation::new(FUNCTION, 200).survives(prepare).await;
}

#[tokio::test]
async fn an_invitation_is_sent_again_or_not() {
    let prepare = async |fixture: &Fixture| {
        let path = fixture
            .acme
            .user(fixture.acme.invite(&fixture.address(), &["user"]).await);
        let owner = fixture.acme.owner.clone();
        move || owner.request(Method::PUT, &format!("{path}/invite"))
    };
    Operation::new(FUNCTION, 200).survives(prepare).await;
}

#[tokio::test]
async fn a_member_is_removed_or_not() {
    let operation = Operation::new(FUNCTION, 200).already(404, "USER_NOT_FOUND");
    let prepare = async |fixture: &Fixture| {
        let path = fixture
            .acme
            .user(fixture.acme.invite(&fixture.address(), &["user"]).await);
        let owner = fixture.acme.owner.clone();
        move || owner.request(Method::DELETE, &path)
    };
    operation.survives(prepare).await;
}
