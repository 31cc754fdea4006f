//! Conflicts that do not end, and a table that does not answer.

use local::tap::{Fault, Refusal, Rule};
use reqwest::Method;
use serde_json::json;

use super::Stage;
use crate::support::Request;

/// A request for each kind of write: alone, and together with others.
async fn writes(stage: &Stage) -> [Request; 4] {
    let owner = &stage.acme.owner;
    let member = stage.acme.invite(&stage.address(), &["user"]).await;
    let put = |path: &str| owner.request(Method::PUT, path);
    [
        put(&stage.acme.path()).json(&json!({ "description": "Changed" })),
        put(&stage.acme.path()).json(&json!({ "name": "Globex" })),
        put(&stage.acme.user(member)).json(&json!({ "roles": ["viewer"] })),
        owner
            .request(Method::PATCH, "/api/users/me")
            .json(&json!({ "firstName": "Grace" })),
    ]
}

#[tokio::test]
async fn a_conflict_that_does_not_end_is_told_with_when_to_ask_again() {
    let stage = Stage::new().await;
    let requests = writes(&stage).await;
    stage
        .tap()
        .add(Rule::new(Fault::Refuse(Refusal::conflict())).writes());
    for request in requests {
        let answer = request.send().await;
        answer.refused(409, "CONFLICT");
        assert_eq!(answer.header("retry-after"), "1");
    }
    stage.tap().clear();
    stage.world.check_invariants().await;
}

#[tokio::test]
async fn a_table_that_does_not_answer_is_told_with_when_to_ask_again() {
    let stage = Stage::new().await;
    let owner = &stage.acme.owner;
    let mut requests: Vec<Request> = writes(&stage).await.into();
    for path in [
        "/api/accounts",
        "/api/accounts/Acme",
        &stage.acme.path(),
        &stage.acme.users(),
        &stage.acme.user(owner.id),
        "/api/users/me",
        "/api/users/me/sessions",
    ] {
        requests.push(owner.request(Method::GET, path));
    }
    let refusal = Refusal::new(503, "ServiceUnavailable");
    stage
        .tap()
        .add(Rule::new(Fault::Refuse(refusal)).service("DynamoDB"));
    for request in requests {
        let answer = request.send().await;
        answer.refused(503, "UNAVAILABLE");
        assert_eq!(answer.header("retry-after"), "1");
    }
}
