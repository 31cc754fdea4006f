//! Failures under the operations on accounts.

use reqwest::Method;
use serde_json::json;

use super::Operation;

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
async fn an_account_is_handed_over_or_not() {
    // Who has handed it over is not its owner any more.
    let operation = Operation::new(FUNCTION, 200).already(403, "UNAUTHORIZED");
    let prepare = async |fixture: &super::Fixture| {
        let account = fixture.account().await;
        let heir = fixture.somebody().await;
        heir.prove().await;
        let heir = heir.id;
        let roles = json!({ "roles": ["user"] });
        account
            .owner
            .post(&account.user(heir), &roles)
            .await
            .expect(200);
        let path = format!("{}/owner", account.path());
        move || {
            account
                .owner
                .request(Method::PUT, &path)
                .json(&json!({ "userId": heir }))
        }
    };
    operation.survives(prepare).await;
}
