//! Two releases at a time: what another release wrote beside ours stays, at every write.

use std::collections::BTreeMap;

use local::Options;
use reqwest::Method;
use serde_json::{Value, json};

use super::ADA;
use crate::support::{PASSKEY_LOGIN, PASSKEYS, PASSWORD, Passkey, TestApp, invitation};

/// The attribute of another release.
const ALIEN: &str = "ofAnotherRelease";

/// Adds the attribute to every item that does not have it, and to the sessions in them.
async fn mark(app: &TestApp) {
    let table = app.table();
    for mut item in table.items().await {
        if item.get(ALIEN).is_some() {
            continue;
        }
        item[ALIEN] = json!({ "S": "kept" });
        for map in ["sessions", "passkeys", "totp", "recovery"] {
            let inner = item.pointer_mut(&format!("/{map}/M"));
            let Some(inner) = inner.and_then(Value::as_object_mut) else {
                continue;
            };
            if ["sessions", "passkeys"].contains(&map) {
                for session in inner.values_mut() {
                    session["M"][ALIEN] = json!({ "S": "kept" });
                }
            } else {
                inner.insert(ALIEN.to_owned(), json!({ "S": "kept" }));
            }
        }
        table.put(item).await;
    }
}

fn key(item: &Value) -> (String, String) {
    let part = |name: &str| item[name]["S"].as_str().unwrap().to_owned();
    (part("pk"), part("sk"))
}

/// Items of people and accounts. Others are replaced as a whole by design: counters of guesses, saved answers, keys.
fn counts(item: &Value) -> bool {
    let entity = item["entity"]["S"].as_str().unwrap_or_default();
    ["user", "email", "account", "member", "name"].contains(&entity)
}

/// Fails if an item that was there, and still is, has lost the attribute.
async fn check(app: &TestApp, before: &BTreeMap<(String, String), Value>, what: &str) {
    for item in app.table().items().await {
        let old = before
            .get(&key(&item))
            .filter(|old| old.get(ALIEN).is_some());
        if old.is_none() || !counts(&item) {
            continue;
        }
        let old = old.unwrap();
        assert!(
            item.get(ALIEN).is_some(),
            "{what}: {:?} lost it",
            key(&item)
        );
        for map in ["totp", "recovery"] {
            let had = old[map]["M"].get(ALIEN).is_some();
            let same = old[map]["M"]["id"] == item[map]["M"]["id"];
            let lost = had && same && item[map]["M"].get(ALIEN).is_none();
            assert!(!lost, "{what}: {map} of {:?} lost it", key(&item));
        }
        for map in ["sessions", "passkeys"] {
            for (id, inner) in item[map]["M"].as_object().into_iter().flatten() {
                let had = old[map]["M"][id]["M"].get(ALIEN).is_some();
                let lost = had && inner["M"].get(ALIEN).is_none();
                assert!(
                    !lost,
                    "{what}: one of the {map} of {:?} lost it",
                    key(&item)
                );
            }
        }
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story of every operation")]
async fn what_another_release_wrote_survives_every_operation() {
    let options = Options::memory().parameter("PlatformAdminEmails", "root@example.com");
    let app = TestApp::with(options).await;
    let root = app.proven_owner("root@example.com", "Platform").await.owner;
    let mut acme = app.owner(ADA, "Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    let bob = acme.invite("bob@example.com", &["user"]).await;
    let next = "another good password";
    let step = async |what: &str, request: crate::support::Request, status: u16| {
        mark(&app).await;
        let items = app.table().items().await;
        let before = items.iter().map(|item| (key(item), item.clone())).collect();
        let answer = request.send().await;
        assert_eq!(answer.status, status, "{what}");
        crate::trail::settled(&app).await;
        check(&app, &before, what).await;
        answer
    };
    let by = |person: &crate::support::Person, method: Method, path: &str, body: &Value| {
        let request = person.request(method, path);
        if body.is_null() {
            request
        } else {
            request.json(body)
        }
    };
    let anybody = |path: &str, body: &Value| app.request(Method::POST, path).json(body);
    let (put, post, delete) = (Method::PUT, Method::POST, Method::DELETE);
    let ada = acme.owner.clone();
    let link = app.link_tokens(ADA, "Verify", 1).await.remove(0);
    let verify = json!({ "token": link, "password": PASSWORD });
    step("verify", anybody("/api/auth/verify-email", &verify), 204).await;
    let me = "/api/users/me";
    step(
        "profile",
        by(&ada, Method::PATCH, me, &json!({ "firstName": "Augusta" })),
        200,
    )
    .await;
    let login = json!({ "email": ADA, "password": PASSWORD });
    step("sign in", anybody("/api/auth/login", &login), 200).await;
    let again = json!({ "password": PASSWORD });
    step(
        "again",
        by(&ada, post.clone(), "/api/auth/reauthenticate", &again),
        200,
    )
    .await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": next });
    step(
        "password",
        by(&ada, post.clone(), "/api/auth/password", &change),
        204,
    )
    .await;
    let forgot = json!({ "email": ADA });
    step("forgot", anybody("/api/auth/password/forgot", &forgot), 202).await;
    let refresh = json!({ "refreshToken": ada.refresh_token });
    step("refresh", anybody("/api/auth/refresh", &refresh), 200).await;
    let path = acme.path();
    step(
        "change",
        by(&ada, put.clone(), &path, &json!({ "description": "x" })),
        200,
    )
    .await;
    step(
        "clear",
        by(&ada, put.clone(), &path, &json!({ "description": null })),
        200,
    )
    .await;
    step(
        "rename",
        by(&ada, put.clone(), &path, &json!({ "name": "Acme 2" })),
        200,
    )
    .await;
    step(
        "suspend",
        by(&ada, put.clone(), &path, &json!({ "status": "suspended" })),
        200,
    )
    .await;
    step(
        "activate",
        by(&ada, put.clone(), &path, &json!({ "status": "active" })),
        200,
    )
    .await;
    let member = acme.user(grace.id);
    step(
        "roles",
        by(&ada, put.clone(), &member, &json!({ "roles": ["manage"] })),
        200,
    )
    .await;
    step(
        "hold",
        by(
            &ada,
            put.clone(),
            &member,
            &json!({ "status": "suspended" }),
        ),
        200,
    )
    .await;
    step(
        "free",
        by(&ada, put.clone(), &member, &json!({ "status": "active" })),
        200,
    )
    .await;
    let resend = format!("{}/invite", acme.user(bob));
    step("resend", by(&ada, put.clone(), &resend, &json!({})), 200).await;
    let invited = invitation("hopper@example.com", &["user"]);
    step(
        "invite",
        by(&ada, post.clone(), &acme.users(), &invited),
        201,
    )
    .await;
    let added = acme.user(root.id);
    step(
        "add",
        by(&ada, post.clone(), &added, &json!({ "roles": ["user"] })),
        200,
    )
    .await;
    step(
        "remove",
        by(&ada, delete.clone(), &added, &Value::Null),
        200,
    )
    .await;
    let token = app.invitation("bob@example.com").await;
    let accept = json!({ "token": token, "password": PASSWORD, "firstName": "B", "lastName": "C" });
    step("accept", anybody("/api/invitations/accept", &accept), 200).await;
    let owner = acme.ownership();
    let offer = json!({ "userId": grace.id });
    step("offer", by(&ada, put.clone(), &owner, &offer), 202).await;
    step(
        "withdraw",
        by(&ada, delete.clone(), &owner, &Value::Null),
        204,
    )
    .await;
    step("offer again", by(&ada, put.clone(), &owner, &offer), 202).await;
    let accept = format!("{owner}/accept");
    step(
        "take over",
        by(&grace, post.clone(), &accept, &json!({})),
        200,
    )
    .await;
    acme.owner = grace.clone();
    step(
        "delete",
        by(&grace, delete.clone(), &path, &Value::Null),
        200,
    )
    .await;
    let restore = format!("{path}/restore");
    step(
        "restore",
        by(&grace, post.clone(), &restore, &json!({})),
        200,
    )
    .await;

    let (token, authenticator) = ada.begin_totp().await;
    let code = authenticator.code(&app, 0);
    let confirm = json!({ "enrolmentToken": token, "code": code });
    let path = "/api/users/me/factors/totp/confirm";
    let added = step("enrol", by(&ada, post.clone(), path, &confirm), 201).await;
    let recovery = added.json()["recoveryCodes"][0].clone();
    let token = app.login_token(ADA, next).await;
    let second = json!({ "loginToken": token, "code": authenticator.next_code(&app) });
    step(
        "second step",
        anybody("/api/auth/login/second-factor", &second),
        200,
    )
    .await;
    let again = json!({ "recoveryCode": recovery });
    step(
        "recovery code",
        by(&ada, post.clone(), "/api/auth/reauthenticate", &again),
        200,
    )
    .await;
    let codes = "/api/users/me/factors/recovery-codes";
    step("new codes", by(&ada, post.clone(), codes, &json!({})), 200).await;
    step(
        "remove app",
        by(&ada, delete.clone(), super::TOTP, &Value::Null),
        204,
    )
    .await;
    let mut passkey = Passkey::new(&app);
    let options = format!("{PASSKEYS}/options");
    let options = ada.post(&options, &json!({})).await.expect(200);
    let body = json!({ "name": "Laptop", "credential": passkey.created(&options) });
    let added = step("register", by(&ada, post.clone(), PASSKEYS, &body), 201).await;
    let one = format!("{PASSKEYS}/{}", added.json()["id"]);
    let body = json!({ "name": "Phone" });
    step("rename it", by(&ada, Method::PATCH, &one, &body), 200).await;
    let body = json!({ "credential": passkey.assertion(&app).await });
    step("by passkey", anybody(PASSKEY_LOGIN, &body), 200).await;
    let body = json!({ "credential": passkey.assertion(&app).await });
    let again = "/api/auth/reauthenticate";
    step("again by it", by(&ada, post.clone(), again, &body), 200).await;
    ada.enrol_passkey("Desk").await;
    step(
        "remove it",
        by(&ada, delete.clone(), &one, &Value::Null),
        204,
    )
    .await;
    let token = app
        .link_tokens(ADA, "Set a new password", 1)
        .await
        .remove(0);
    let reset = json!({ "token": token, "password": PASSWORD });
    let reset = step("reset", anybody("/api/auth/password/reset", &reset), 204).await;
    drop(reset);
}
