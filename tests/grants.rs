//! What the roles in `template.yaml` grant is what the functions need: behind the interceptor, a call without a grant is refused as IAM
//! would; here everything is done once, and no grant is left that was not needed.

use local::Options;
use local::faults::{Fault, Refusal, Rule};
use reqwest::Method;
use serde_json::{Value, json};

use crate::lists::rows::load_accounts;
use crate::support::{Account, PASSWORD, Person, TestApp, invitation, sign_up};
use crate::trail::records::records;
use crate::trail::settled;

const ROOT: &str = "root@example.com";

#[tokio::test]
async fn every_grant_is_needed() {
    let options = Options::memory().parameter("PlatformAdminEmails", ROOT);
    let options = options.without_schedules();
    let app = TestApp::with(options.intercepted()).await;
    app.get("/.well-known/jwks.json").await.expect(200);
    let acme = sign_in_and_out(&app).await;
    accounts(&app, &acme).await;
    members(&app, &acme).await;
    invited(&app).await;
    recover(&app).await;
    let factors = app.proven_owner("factors@example.com", "Factors").await;
    factors.owner.enrol_totp().await;
    waiting_mail(&app).await;
    let root = app.sign_in(ROOT, PASSWORD).await;
    let trail = format!("{}/events", acme.path());
    root.get(&trail).await.expect(200);
    settled(&app).await;
    purge(&app, &acme).await;
    // Last, since the search for expired rows would take long to come to the end of it.
    derived(&app).await;
    let unused = app.stack.interceptor().unwrap().unused_grants();
    assert!(unused.is_empty(), "granted in vain: {unused:#?}");
}

/// A request that may be repeated.
async fn once(person: &Person, path: &str, body: &Value) -> Value {
    let request = person.request(Method::POST, path).json(body);
    let answer = request.header("idempotency-key", path).send().await;
    answer.expect(201)
}

/// What follows from changes, and what is read of it.
async fn derived(app: &TestApp) {
    let root = app.sign_in(ROOT, PASSWORD).await;
    // A record that comes so late looks whether its account is cleared.
    let of_account = |record: &Value| {
        let pk = record["dynamodb"]["Keys"]["pk"]["S"].as_str();
        pk.is_some_and(|pk| pk.starts_with("ACCOUNT#"))
    };
    let late = records(app).await.into_iter().rfind(of_account);
    let late = json!({ "Records": [late] });
    app.stack.advance(62);
    app.stack.invoke("TrailFunction", late).await.unwrap();
    // Of a list that is too long to be counted, the counter is read.
    load_accounts(app, 0..10_001).await;
    root.get("/api/accounts?$top=1").await.expect(200);
    let rebuild = json!({ "rebuild": { "all": true } });
    app.stack.invoke("TrailFunction", rebuild).await.unwrap();
    let last = json!({ "createdAt": 9_999_999_999_998_i64, "id": 1 });
    let rebuild = json!({ "rebuild": { "all": true, "from": last } });
    app.stack.invoke("TrailFunction", rebuild).await.unwrap();
}

/// A mail that SES takes at the second try.
async fn waiting_mail(app: &TestApp) {
    let paused = Fault::Refuse(Refusal::new(400, "AccountSendingPausedException"));
    let rule = Rule::new(paused).service("SES").about("wait@example.com");
    app.stack.interceptor().unwrap().add(rule.nth(1));
    app.try_sign_up("wait@example.com", "Waiting")
        .await
        .expect(201);
    app.stack.streams_read().await;
    app.stack.advance(62);
    let run = json!({ "source": "aws.events" });
    app.stack.invoke("MailerFunction", run).await.unwrap();
    app.mail("wait@example.com", "Verify").await;
}

async fn sign_in_and_out(app: &TestApp) -> Account {
    let acme = app.owner_of("Acme").await;
    let refresh = json!({ "refreshToken": acme.owner.refresh_token });
    let tokens = app.post("/api/auth/refresh", &refresh).await.expect(200);
    let refresh = json!({ "refreshToken": tokens["refreshToken"] });
    app.post("/api/auth/logout", &refresh).await.expect(204);
    app.try_sign_in(&acme.owner.email, "wrong")
        .await
        .expect(401);
    let body = sign_up("once@example.com", "Once");
    let path = "/api/accounts/signup";
    let request = app.request(Method::POST, path).json(&body);
    request
        .header("idempotency-key", "once")
        .send()
        .await
        .expect(201);
    acme.again().await
}

async fn accounts(app: &TestApp, acme: &Account) {
    let owner = &acme.owner;
    once(owner, "/api/accounts", &json!({ "name": "Globex" })).await;
    let globex = owner.get("/api/accounts/Globex").await.expect(200);
    let path = format!("/api/accounts/{}", globex["id"]);
    owner
        .put(&path, &json!({ "name": "Initech" }))
        .await
        .expect(200);
    owner
        .put(&path, &json!({ "country": "GB" }))
        .await
        .expect(200);
    owner.get("/api/accounts").await.expect(200);
    owner.delete(&path).await.expect(200);
    let heir = acme.member("heir@example.com", &["admin"]).await;
    owner.prove().await;
    acme.hand_over(&heir).await;
    let back = Account {
        owner: heir,
        ..acme.clone()
    };
    back.hand_over(owner).await;
    let root = app.owner(ROOT, "Platform").await.owner;
    let token = app.link_tokens(ROOT, "Verify", 1).await.remove(0);
    let verify = json!({ "token": token, "password": crate::support::PASSWORD });
    app.post("/api/auth/verify-email", &verify)
        .await
        .expect(204);
    root.get("/api/accounts").await.expect(200);
}

async fn members(app: &TestApp, acme: &Account) {
    let owner = &acme.owner;
    once(
        owner,
        &acme.users(),
        &invitation("grace@example.com", &["user"]),
    )
    .await;
    let alan = app.owner("alan@example.com", "Bletchley").await.owner;
    let roles = json!({ "roles": ["user"] });
    alan.prove().await;
    owner.post(&acme.user(alan.id), &roles).await.expect(200);
    owner.get(&acme.users()).await.expect(200);
    owner.get(&acme.user(alan.id)).await.expect(200);
    acme.set_roles(alan.id, &["viewer"]).await;
    acme.remove(alan.id).await;
    let joan = acme.invite("joan@example.com", &["user"]).await;
    let again = format!("{}/invite", acme.user(joan));
    owner.put(&again, &json!({})).await.expect(200);
}

async fn invited(app: &TestApp) {
    let token = json!({ "token": app.link_tokens("joan@example.com", "invites you", 2).await[0] });
    app.post("/api/invitations/lookup", &token)
        .await
        .expect(200);
    app.post("/api/invitations/decline", &token)
        .await
        .expect(204);
    let accepted =
        json!({ "token": app.invitation("grace@example.com").await, "password": PASSWORD });
    app.post("/api/invitations/accept", &accepted)
        .await
        .expect(200);
    let grace = app.sign_in("grace@example.com", PASSWORD).await;
    let globex = app.owner_of("Umbrella").await;
    globex.invite("grace@example.com", &["user"]).await;
    let accept = format!("/api/users/me/invitations/{}/accept", globex.id);
    grace.get("/api/users/me/invitations").await.expect(200);
    grace.post(&accept, &json!({})).await.expect(200);
    let password = json!({ "password": PASSWORD });
    let erase = grace.request(Method::DELETE, "/api/users/me");
    erase.json(&password).send().await.expect(204);
}

async fn recover(app: &TestApp) {
    let email = "owner@acme.example";
    let ada = app.sign_in(email, PASSWORD).await;
    ada.post("/api/auth/verify-email/resend", &json!({}))
        .await
        .expect(202);
    ada.patch("/api/users/me", &json!({ "firstName": "Augusta" }))
        .await
        .expect(200);
    let changed = json!({ "currentPassword": PASSWORD, "newPassword": "another long password" });
    ada.post("/api/auth/password", &changed).await.expect(204);
    app.post("/api/auth/password/forgot", &json!({ "email": email }))
        .await
        .expect(202);
    let token = app.link_tokens(email, "Set a new", 1).await.remove(0);
    let reset = json!({ "token": token, "password": PASSWORD });
    app.post("/api/auth/password/reset", &reset)
        .await
        .expect(204);
    let sessions = ada.again().await.get("/api/users/me/sessions").await;
    assert_eq!(sessions.expect(200)["value"].as_array().unwrap().len(), 1);
}

/// Another deleted account, a guess that counts no more, and a run that finds both.
async fn purge(app: &TestApp, acme: &Account) {
    let acme = acme.again().await;
    let path = acme.owner.create("Hooli").await.path();
    acme.owner.delete(&path).await.expect(200);
    let guessed = app.try_sign_in("nobody@example.com", "wrong").await;
    guessed.expect(401);
    app.stack.advance(31 * 24 * 60 * 60);
    let run = app.stack.invoke("PurgeFunction", json!({})).await;
    assert!(run.unwrap()["expired"].as_u64().unwrap() > 0);
}
