//! Failures under the operations on accounts.

use reqwest::Method;
use serde_json::json;

use super::Operation;
use crate::support::{Account, Person};

const FUNCTION: &str = "AccountsFunction";

#[tokio::test]
async fn an_account_is_created_once_or_not_at_all() {
    let operation = Operation::new(FUNCTION, 201).already(409, "ACCOUNT_ALREADY_EXISTS");
    let prepare = async |fixture: &super::Fixture| {
        let body = json!({ "name": format!("Globex {}", fixture.fresh()) });
        let owner = fixture.acme.owner.clone();
        move || owner.request(Method::POST, "/api/accounts").json(&body)
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn a_creation_with_a_key_is_repeated_with_success() {
    let prepare = async |fixture: &super::Fixture| {
        let key = format!("key {}", fixture.fresh());
        let body = json!({ "name": format!("Globex {}", fixture.fresh()) });
        let owner = fixture.acme.owner.clone();
        move || {
            let request = owner.request(Method::POST, "/api/accounts").json(&body);
            request.header("idempotency-key", &key)
        }
    };
    Operation::new(FUNCTION, 201).survives(prepare).await;
}

#[tokio::test]
async fn an_account_is_changed_or_not() {
    let prepare = async |fixture: &super::Fixture| {
        let account = fixture.account().await;
        move || {
            let request = account.owner.request(Method::PUT, &account.path());
            request.json(&json!({ "description": "Changed" }))
        }
    };
    Operation::new(FUNCTION, 200).survives(prepare).await;
}

#[tokio::test]
async fn an_account_is_renamed_or_not() {
    let prepare = async |fixture: &super::Fixture| {
        let account = fixture.account().await;
        let body = json!({ "name": format!("Globex {}", fixture.fresh()) });
        move || {
            account
                .owner
                .request(Method::PUT, &account.path())
                .json(&body)
        }
    };
    Operation::new(FUNCTION, 200).survives(prepare).await;
}

#[tokio::test]
async fn an_account_is_deleted_or_not() {
    let operation = Operation::new(FUNCTION, 200).already(404, "ACCOUNT_NOT_FOUND");
    let prepare = async |fixture: &super::Fixture| {
        let account = fixture.account().await;
        move || account.owner.request(Method::DELETE, &account.path())
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn an_account_is_restored_or_not() {
    let prepare = async |fixture: &super::Fixture| {
        let account = fixture.account().await;
        let owner = account.owner.clone();
        owner.delete(&account.path()).await.expect(200);
        let path = format!("{}/restore", account.path());
        move || owner.request(Method::POST, &path)
    };
    Operation::new(FUNCTION, 200).survives(prepare).await;
}

#[tokio::test]
async fn an_account_is_restored_under_another_name_or_not() {
    let prepare = async |fixture: &super::Fixture| {
        let account = fixture.account().await;
        let owner = account.owner.clone();
        owner.delete(&account.path()).await.expect(200);
        let path = format!("{}/restore", account.path());
        let body = json!({ "name": format!("Globex {}", fixture.fresh()) });
        move || owner.request(Method::POST, &path).json(&body)
    };
    Operation::new(FUNCTION, 200).survives(prepare).await;
}

/// A new account, and a member of it whose address is proven.
async fn offered(fixture: &super::Fixture) -> (Account, Person) {
    let account = fixture.account().await;
    let heir = fixture.heir().await;
    let roles = json!({ "roles": ["user"] });
    let added = account.owner.post(&account.user(heir.id), &roles).await;
    added.expect(200);
    (account, heir)
}

#[tokio::test]
async fn an_account_is_offered_or_not() {
    let prepare = async |fixture: &super::Fixture| {
        let (account, heir) = offered(fixture).await;
        move || {
            let offer = account.owner.request(Method::PUT, &account.ownership());
            offer.json(&json!({ "userId": heir.id }))
        }
    };
    Operation::new(FUNCTION, 202).survives(prepare).await;
}

#[tokio::test]
async fn an_offer_is_withdrawn_or_not() {
    let operation = Operation::new(FUNCTION, 204).already(404, "TRANSFER_NOT_FOUND");
    let prepare = async |fixture: &super::Fixture| {
        let (account, heir) = offered(fixture).await;
        account.try_offer(heir.id).await.expect(202);
        move || account.owner.request(Method::DELETE, &account.ownership())
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn an_offer_is_declined_or_not() {
    let operation = Operation::new(FUNCTION, 204).already(404, "TRANSFER_NOT_FOUND");
    let prepare = async |fixture: &super::Fixture| {
        let (account, heir) = offered(fixture).await;
        account.try_offer(heir.id).await.expect(202);
        let path = format!("{}/decline", account.ownership());
        move || heir.request(Method::POST, &path)
    };
    operation.survives(prepare).await;
}

#[tokio::test]
async fn an_account_is_handed_over_or_not() {
    // Once it is accepted, nothing is offered any more.
    let operation = Operation::new(FUNCTION, 200).already(404, "TRANSFER_NOT_FOUND");
    let prepare = async |fixture: &super::Fixture| {
        let (account, heir) = offered(fixture).await;
        account.try_offer(heir.id).await.expect(202);
        let path = format!("{}/accept", account.ownership());
        move || heir.request(Method::POST, &path)
    };
    operation.survives(prepare).await;
}
