//! `RequireVerifiedEmail`: nothing but the way to verify until the address is.

use local::Options;
use serde_json::json;

use crate::support::{Example, PASSWORD, Person, Route, TestApp};

async fn strict() -> TestApp {
    TestApp::with(Options::memory().parameter("RequireVerifiedEmail", "true")).await
}

async fn verify(app: &TestApp, person: &Person) {
    let token = app.link_tokens(&person.email, "Verify", 1).await.remove(0);
    app.post(
        "/api/auth/verify-email",
        &json!({ "token": token, "password": crate::support::PASSWORD }),
    )
    .await
    .expect(204);
}

#[tokio::test]
async fn an_unverified_owner_waits_until_the_address_is_verified() {
    let app = strict().await;
    let acme = app.owner_of("Acme").await;
    let example = Example {
        account: acme.id,
        // Leaving an account needs no verified address, so this is another user.
        member: 1,
        newcomer: 1,
        invited: 1,
        name: "Ada".into(),
    };
    for route in Route::guarded().filter(|route| route.waits) {
        let answer = route.request_by(&acme.owner, &example).send().await;
        answer.refused(403, "EMAIL_NOT_VERIFIED");
    }
    let by_name = acme.owner.get("/api/accounts/Acme").await;
    by_name.refused(403, "EMAIL_NOT_VERIFIED");
    // The same token, once the address is verified.
    verify(&app, &acme.owner).await;
    acme.owner.get(&acme.path()).await.expect(200);
    acme.invite("grace@example.com", &["user"]).await;
    assert_eq!(acme.owner.listed().await, [acme.id]);
    acme.owner.create("New").await;
}

#[tokio::test]
async fn an_unverified_person_can_still_see_to_themselves() {
    let app = strict().await;
    let ada = app.owner_of("Acme").await.owner;
    assert_eq!(
        ada.get("/api/users/me").await.expect(200)["emailVerified"],
        false
    );
    ada.patch("/api/users/me", &json!({ "country": "FR" }))
        .await
        .expect(200);
    ada.get("/api/users/me/sessions").await.expect(200);
    ada.post("/api/auth/verify-email/resend", &json!({}))
        .await
        .expect(202);
    let sign_out = json!({ "refreshToken": ada.refresh_token });
    app.post("/api/auth/logout", &sign_out).await.expect(204);
}

#[tokio::test]
async fn what_is_malformed_or_missing_is_told_in_the_same_order_as_ever() {
    let app = strict().await;
    let acme = app.owner_of("Acme").await;
    acme.owner
        .put(&acme.path(), &json!({}))
        .await
        .refused(400, "VALIDATION_FAILED");
    acme.owner
        .get("/api/accounts/1")
        .await
        .refused(404, "ACCOUNT_NOT_FOUND");
    acme.owner
        .get("/api/accounts/nobody")
        .await
        .refused(404, "ACCOUNT_NOT_FOUND");
}

#[tokio::test]
async fn whoever_accepts_an_invitation_has_verified_the_address() {
    let app = strict().await;
    let acme = app.owner_of("Acme").await;
    verify(&app, &acme.owner).await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    grace.get(&acme.path()).await.expect(200);
    assert_eq!(grace.listed().await, [acme.id]);
}

#[tokio::test]
async fn an_unverified_member_waits_too() {
    let app = strict().await;
    let acme = app.owner_of("Acme").await;
    verify(&app, &acme.owner).await;
    let bob = app.owner_of("Globex").await.owner;
    let roles = json!({ "roles": ["admin"] });
    let added = acme.owner.post(&acme.user(bob.id), &roles).await;
    assert_eq!(added.expect(200)["status"], "invited");
    bob.get(&acme.path())
        .await
        .refused(403, "EMAIL_NOT_VERIFIED");
    verify(&app, &bob).await;
    bob.get(&acme.path()).await.refused(403, "UNAUTHORIZED");
    let accept = format!("/api/users/me/invitations/{}/accept", acme.id);
    bob.post(&accept, &json!({})).await.expect(200);
    bob.get(&acme.path()).await.expect(200);
}

#[tokio::test]
async fn without_the_parameter_nobody_waits() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    assert_eq!(
        acme.owner.get("/api/users/me").await.expect(200)["emailVerified"],
        false
    );
    acme.invite("grace@example.com", &["user"]).await;
    app.sign_in(&acme.owner.email, PASSWORD).await;
}
