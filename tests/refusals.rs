//! Where several refusals apply, the order is 401, 413 and 415, 400, 404 of the account, 403, 404 of the user, 412, 409.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp, invitation};

/// A request that may be wrong in every way at once.
struct Wrong<'a> {
    person: &'a Person,
    method: Method,
    path: String,
    body: String,
    kind: &'static str,
    tag: &'static str,
}

impl Wrong<'_> {
    async fn send(&self, token: &str) -> Answer {
        let request = self.person.request(self.method.clone(), &self.path);
        let mut request = request.body(&self.body, self.kind);
        if !self.tag.is_empty() {
            request = request.header("if-match", self.tag);
        }
        request.token(token).send().await
    }
}

fn too_large() -> String {
    format!("{{\"x\":\"{}\"}}", "x".repeat(65 * 1024))
}

#[tokio::test]
async fn a_change_of_an_account_is_refused_for_the_first_reason_that_applies() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let globex = app.owner_of("Globex").await;
    let stranger = &globex.owner;
    let mut wrong = Wrong {
        person: stranger,
        method: Method::PUT,
        path: "/api/accounts/1".into(),
        body: too_large(),
        kind: "text/plain",
        tag: "\"0\"",
    };
    wrong.send("nonsense").await.refused(401, "UNAUTHENTICATED");
    wrong
        .send(&stranger.token)
        .await
        .refused(413, "PAYLOAD_TOO_LARGE");
    wrong.body = json!({ "name": "" }).to_string();
    wrong
        .send(&stranger.token)
        .await
        .refused(415, "UNSUPPORTED_MEDIA_TYPE");
    wrong.kind = "application/json";
    wrong
        .send(&stranger.token)
        .await
        .refused(400, "VALIDATION_FAILED");
    wrong.body = json!({ "name": "Globex" }).to_string();
    wrong
        .send(&stranger.token)
        .await
        .refused(404, "ACCOUNT_NOT_FOUND");
    wrong.path = acme.path();
    wrong
        .send(&stranger.token)
        .await
        .refused(403, "UNAUTHORIZED");
    wrong
        .send(&acme.owner.token)
        .await
        .refused(412, "PRECONDITION_FAILED");
    wrong.tag = "*";
    wrong
        .send(&acme.owner.token)
        .await
        .refused(409, "ACCOUNT_ALREADY_EXISTS");
}

#[tokio::test]
async fn a_change_of_a_member_is_refused_for_the_first_reason_that_applies() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let stranger = app.owner_of("Globex").await.owner;
    let mut wrong = Wrong {
        person: &stranger,
        method: Method::PUT,
        path: "/api/accounts/1/users/x".into(),
        body: json!({ "status": "suspended" }).to_string(),
        kind: "text/plain",
        tag: "\"0\"",
    };
    wrong.send("nonsense").await.refused(401, "UNAUTHENTICATED");
    wrong
        .send(&stranger.token)
        .await
        .refused(415, "UNSUPPORTED_MEDIA_TYPE");
    wrong.kind = "application/json";
    wrong
        .send(&stranger.token)
        .await
        .refused(400, "VALIDATION_FAILED");
    wrong.path = "/api/accounts/1/users/1".into();
    wrong
        .send(&stranger.token)
        .await
        .refused(404, "ACCOUNT_NOT_FOUND");
    wrong.path = acme.user(1);
    wrong
        .send(&stranger.token)
        .await
        .refused(403, "UNAUTHORIZED");
    wrong
        .send(&acme.owner.token)
        .await
        .refused(404, "USER_NOT_FOUND");
    wrong.path = acme.user(acme.owner.id);
    wrong
        .send(&acme.owner.token)
        .await
        .refused(412, "PRECONDITION_FAILED");
    wrong.tag = "*";
    wrong
        .send(&acme.owner.token)
        .await
        .refused(409, "OWNER_REQUIRED");
}

#[tokio::test]
async fn what_is_malformed_is_told_all_together() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let answer = acme
        .owner
        .request(Method::PUT, "/api/accounts/acme/users/ada")
        .header("if-match", "1")
        .json(&json!({ "roles": [] }))
        .send()
        .await;
    answer.refused(400, "VALIDATION_FAILED");
    let mistakes = [
        "id INVALID_ID",
        "userId INVALID_ID",
        "/roles INVALID_ROLES",
        "If-Match INVALID_HEADER",
    ];
    assert_eq!(answer.mistakes(), mistakes);
}

#[tokio::test]
async fn a_removal_is_refused_for_the_first_reason_that_applies() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let stranger = app.owner_of("Globex").await.owner;
    let delete = async |person: &Person, path: &str, tag: &str| {
        let request = person.request(Method::DELETE, path);
        request.header("if-match", tag).send().await
    };
    let mine = acme.user(acme.owner.id);
    delete(&stranger, "/api/accounts/1/users/1", "\"0\"")
        .await
        .refused(404, "ACCOUNT_NOT_FOUND");
    delete(&stranger, &acme.user(1), "\"0\"")
        .await
        .refused(403, "UNAUTHORIZED");
    delete(&acme.owner, &acme.user(1), "\"0\"")
        .await
        .refused(404, "USER_NOT_FOUND");
    delete(&acme.owner, &mine, "\"0\"")
        .await
        .refused(412, "PRECONDITION_FAILED");
    delete(&acme.owner, &mine, "*")
        .await
        .refused(409, "OWNER_REQUIRED");
}

#[tokio::test]
async fn a_hand_over_is_refused_for_the_first_reason_that_applies() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let invited = acme.invite("grace@example.com", &["user"]).await;
    let stranger = app.owner_of("Globex").await.owner;
    let path = format!("{}/owner", acme.path());
    let put = async |person: &Person, path: &str, id: u64, tag: &str| {
        let request = person.request(Method::PUT, path).header("if-match", tag);
        request.json(&json!({ "userId": id })).send().await
    };
    put(&stranger, "/api/accounts/1/owner", 0, "\"0\"")
        .await
        .refused(400, "VALIDATION_FAILED");
    put(&stranger, "/api/accounts/1/owner", 1, "\"0\"")
        .await
        .refused(404, "ACCOUNT_NOT_FOUND");
    put(&stranger, &path, 1, "\"0\"")
        .await
        .refused(403, "UNAUTHORIZED");
    put(&acme.owner, &path, 1, "\"0\"")
        .await
        .refused(404, "USER_NOT_FOUND");
    put(&acme.owner, &path, invited, "\"0\"")
        .await
        .refused(412, "PRECONDITION_FAILED");
    put(&acme.owner, &path, invited, "*")
        .await
        .refused(409, "MEMBER_NOT_ACTIVE");
}

#[tokio::test]
async fn a_suspended_account_refuses_before_it_looks_for_a_member() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    acme.set_status("suspended").await;
    let roles = json!({ "roles": ["user"] });
    for id in [1, grace.id] {
        acme.owner
            .put(&acme.user(id), &roles)
            .await
            .refused(403, "ACCOUNT_SUSPENDED");
        grace
            .put(&acme.user(id), &roles)
            .await
            .refused(403, "UNAUTHORIZED");
    }
}

#[tokio::test]
async fn a_session_that_ended_is_told_before_anything_else() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let signed_out = json!({ "refreshToken": acme.owner.refresh_token });
    app.post("/api/auth/logout", &signed_out).await.expect(204);
    let owner = &acme.owner;
    let requests: [(Method, &str, Value); 6] = [
        (Method::POST, "/api/accounts", json!({ "name": "" })),
        (Method::GET, "/api/accounts/nobody", Value::Null),
        (Method::PUT, "/api/accounts/1", json!({})),
        (Method::POST, "/api/accounts/1/users", invitation("x", &[])),
        (Method::DELETE, "/api/accounts/1/users/x", Value::Null),
        (Method::GET, "/api/accounts?$top=x", Value::Null),
    ];
    for (method, path, body) in requests {
        let answer = owner.request(method, path).json(&body).send().await;
        answer.refused(401, "UNAUTHENTICATED");
    }
}
