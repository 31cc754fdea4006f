//! Erasing oneself.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, Answer, PASSWORD, Person, TestApp, sign_up};

/// No row of the table holds any of `words`, but those whose sort key is one of `except`.
async fn nothing_is_left_of(app: &TestApp, words: &[&str], except: &[&str]) {
    for item in app.table().items().await {
        let kept = except.iter().any(|sk| item["sk"]["S"] == *sk);
        let text = item.to_string();
        for word in words {
            assert!(kept || !text.contains(word), "{word} in {text}");
        }
    }
}

async fn erase(person: &Person, password: &str) -> Answer {
    let request = person.request(Method::DELETE, "/api/users/me");
    request.json(&json!({ "password": password })).send().await
}

#[tokio::test]
async fn owners_hand_their_accounts_over_first() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@example.com", &["user"]).await;
    erase(&acme.owner, PASSWORD)
        .await
        .refused(409, "OWNER_REQUIRED");
    acme.owner.get(&acme.path()).await.expect(200);
    acme.try_offer(bob.id).await.expect(202);
    erase(&acme.owner, PASSWORD)
        .await
        .refused(409, "OWNER_REQUIRED");
    acme.hand_over(&bob).await;
    erase(&acme.owner, PASSWORD).await.expect(204);
    bob.get(&acme.path()).await.expect(200);
    bob.get(&acme.user(acme.owner.id))
        .await
        .refused(404, "USER_NOT_FOUND");
}

#[tokio::test]
async fn whoever_deleted_their_accounts_owns_none() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.owner.delete(&acme.path()).await.expect(200);
    erase(&acme.owner, PASSWORD).await.expect(204);
}

#[tokio::test]
async fn the_password_has_to_be_right() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@example.com", &["user"]).await;
    erase(&bob, "wrong")
        .await
        .refused(401, "INVALID_CREDENTIALS");
    let missing = bob
        .request(Method::DELETE, "/api/users/me")
        .json(&json!({}))
        .send()
        .await;
    assert_eq!(missing.mistakes(), ["/password REQUIRED"]);
    bob.get("/api/users/me").await.expect(200);
}

#[tokio::test]
async fn the_erased_are_gone_and_their_address_is_free() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@example.com", &["user"]).await;
    let elsewhere = app.sign_in("bob@example.com", PASSWORD).await;
    // Other people's guesses are deleted with the person.
    for _ in 0..10 {
        app.try_sign_in("bob@example.com", "wrong")
            .await
            .expect(401);
    }
    erase(&bob, PASSWORD).await.expect(204);
    for person in [&bob, &elsewhere] {
        person
            .get("/api/users/me")
            .await
            .refused(401, "UNAUTHENTICATED");
        let body = json!({ "refreshToken": person.refresh_token });
        app.post("/api/auth/refresh", &body)
            .await
            .refused(401, "UNAUTHENTICATED");
    }
    app.try_sign_in("bob@example.com", PASSWORD)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    acme.owner
        .get(&acme.user(bob.id))
        .await
        .refused(404, "USER_NOT_FOUND");
    let members = acme.owner.get(&acme.users()).await.expect(200);
    assert_eq!(members["count"], 1);
    // Another person may take the address, with another id.
    let created = app
        .try_sign_up("bob@example.com", "Globex")
        .await
        .expect(201);
    assert_ne!(created["id"], bob.id);
    acme.invite("bob@example.com", &["user"]).await;
}

#[tokio::test]
async fn nothing_but_the_id_is_left_once_the_rows_have_gone() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.invite("bob@elsewhere.example", &["user"]).await;
    let token = app.invitation("bob@elsewhere.example").await;
    let body =
        json!({ "token": token, "password": PASSWORD, "firstName": "Bobby", "lastName": "Tables" });
    app.post("/api/invitations/accept", &body).await.expect(200);
    let bob = app.sign_in("bob@elsewhere.example", PASSWORD).await;
    erase(&bob, PASSWORD).await.expect(204);
    for item in app.table().items().await {
        let text = item.to_string();
        for planted in ["elsewhere.example", "Bobby", "Tables"] {
            assert!(!text.contains(planted), "{planted} in {text}");
        }
    }
}

#[tokio::test]
async fn nothing_is_left_of_whoever_was_removed_before() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@elsewhere.example", &["user"]).await;
    bob.patch(
        "/api/users/me",
        &json!({ "firstName": "Bobby", "lastName": "Tables" }),
    )
    .await
    .expect(200);
    acme.remove(bob.id).await;
    erase(&bob, PASSWORD).await.expect(204);
    nothing_is_left_of(&app, &["elsewhere.example", "Bobby", "Tables"], &[]).await;
}

#[tokio::test]
async fn an_account_that_its_owner_deleted_knows_them_no_more() {
    let app = TestApp::start().await;
    let acme = app.owner("bob@elsewhere.example", "Acme").await;
    acme.owner.delete(&acme.path()).await.expect(200);
    erase(&acme.owner, PASSWORD).await.expect(204);
    nothing_is_left_of(&app, &["elsewhere.example", "Lovelace"], &[]).await;
    app.check_invariants().await;
}

const VICTIM: &str = "vic@elsewhere.example";
const STRANGERS: &str = "a stranger chose this";

/// A stranger signs up with the victim's address, deletes the account that came with it, and is ready to be erased.
async fn squatter(app: &TestApp) -> Person {
    let mut body = sign_up(VICTIM, "Squat");
    body["password"] = STRANGERS.into();
    body["firstName"] = "Mallory".into();
    body["lastName"] = "Malloryson".into();
    let created = app.post("/api/accounts/signup", &body).await.expect(201);
    let squatter = app.sign_in(VICTIM, STRANGERS).await;
    let account = format!("/api/accounts/{}", created["accountId"]);
    squatter.delete(&account).await.expect(200);
    squatter
}

async fn accept(app: &TestApp, token: &str) -> Value {
    let body = json!({ "token": token, "password": PASSWORD });
    app.post("/api/invitations/accept", &body).await.expect(200)
}

async fn names_of(account: &Account, id: u64) -> Value {
    let member = account.owner.get(&account.user(id)).await.expect(200);
    json!([member["firstName"], member["lastName"], member["status"]])
}

#[tokio::test]
async fn the_invitations_to_an_address_outlive_a_stranger_who_signed_up_with_it() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.owner_of("Acme").await, app.owner_of("Globex").await);
    let id = acme.invite(VICTIM, &["user"]).await;
    let before = app.invitation(VICTIM).await;
    let squatter = squatter(&app).await;
    assert_eq!(squatter.id, id);
    globex.invite(VICTIM, &["viewer"]).await;
    let after = app.link_tokens(VICTIM, "invites you", 2).await.remove(0);
    erase(&squatter, STRANGERS).await.expect(204);

    squatter
        .get("/api/users/me")
        .await
        .refused(401, "UNAUTHENTICATED");
    app.try_sign_in(VICTIM, STRANGERS)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    // Except for undelivered records and saved answers, nothing names the stranger.
    nothing_is_left_of(&app, &["Mallory", "Malloryson"], &[]).await;
    app.check_invariants().await;

    // The holder of the address accepts both: with a new password, and under the names of the invitation.
    accept(&app, &before).await;
    assert_eq!(
        names_of(&acme, id).await,
        json!(["Grace", "Hopper", "active"])
    );
    accept(&app, &after).await;
    let victim = app.sign_in(VICTIM, PASSWORD).await;
    assert_eq!(victim.id, id);
    let profile = victim.get("/api/users/me").await.expect(200);
    assert_eq!(profile["firstName"], "Grace");
    assert_eq!(profile["country"], Value::Null);
    assert_eq!(profile["memberships"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_address_may_be_signed_up_with_again_after_a_stranger_left() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let id = acme.invite(VICTIM, &["user"]).await;
    for _ in 0..3 {
        let squatter = squatter(&app).await;
        assert_eq!(squatter.id, id);
        erase(&squatter, STRANGERS).await.expect(204);
        app.check_invariants().await;
    }
    let globex = app.owner(VICTIM, "Globex").await;
    assert_eq!(globex.owner.id, id);
    let token = app.invitation(VICTIM).await;
    accept(&app, &token).await;
    // What was there before is void, the sign-up's password too; the account is theirs.
    let victim = app.sign_in(VICTIM, PASSWORD).await;
    victim.get(&globex.path()).await.expect(200);
    erase(&victim, PASSWORD)
        .await
        .refused(409, "OWNER_REQUIRED");
    victim.delete(&globex.path()).await.expect(200);
    erase(&victim, PASSWORD).await.expect(204);
    nothing_is_left_of(&app, &["elsewhere.example"], &[]).await;
}

#[tokio::test]
async fn an_unproven_person_whom_nobody_invited_is_gone_altogether() {
    let app = TestApp::start().await;
    let squatter = squatter(&app).await;
    erase(&squatter, STRANGERS).await.expect(204);
    nothing_is_left_of(&app, &["elsewhere.example", "Mallory"], &[]).await;
    app.check_invariants().await;
}

#[tokio::test]
async fn a_proven_persons_invitations_are_theirs_to_lose() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.owner_of("Acme").await, app.owner_of("Globex").await);
    let bob = acme.member("bob@elsewhere.example", &["user"]).await;
    globex.invite("bob@elsewhere.example", &["user"]).await;
    let token = app
        .link_tokens("bob@elsewhere.example", "invites you", 2)
        .await
        .remove(0);
    erase(&bob, PASSWORD).await.expect(204);
    let body = json!({ "token": token });
    app.post("/api/invitations/lookup", &body)
        .await
        .refused(404, "INVITATION_NOT_FOUND");
    nothing_is_left_of(&app, &["elsewhere.example"], &[]).await;
}

#[tokio::test]
async fn many_memberships_end_in_one_go() {
    let app = TestApp::start().await;
    let acme = app.proven_owner_of("Acme").await;
    let bob = acme.member("bob@elsewhere.example", &["user"]).await;
    for n in 0..15 {
        let account = acme.owner.create(&format!("Acme {n}")).await;
        let body = json!({ "roles": ["user"] });
        account
            .owner
            .post(&account.user(bob.id), &body)
            .await
            .expect(200);
    }
    erase(&bob, PASSWORD).await.expect(204);
    nothing_is_left_of(&app, &["elsewhere.example"], &[]).await;
    app.check_invariants().await;
}
