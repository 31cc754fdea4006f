//! The 72 hours in which the old address is the person's still.

use serde_json::json;

use super::{ADA, DAY, NEW, ada, change, confirm, profile, request, try_request};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn nobody_else_takes_the_old_address_for_three_days() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let bob = app.proven_owner("bob@example.com", "Globex").await.owner;
    change(&ada, NEW).await;
    let taken = app.try_sign_up(ADA, "Again").await;
    taken.refused(409, "USER_ALREADY_EXISTS");
    let link = request(&bob, ADA).await;
    confirm(&app, &link)
        .await
        .refused(409, "USER_ALREADY_EXISTS");
    app.stack.advance(3 * DAY - 60);
    let taken = app.try_sign_up(ADA, "Again").await;
    taken.refused(409, "USER_ALREADY_EXISTS");
    app.stack.advance(61);
    let created = app.try_sign_up(ADA, "Again").await.expect(201);
    assert_ne!(created["id"], ada.id);
    app.sign_in(ADA, PASSWORD).await;
    app.check_invariants().await;
}

#[tokio::test]
async fn after_three_days_another_person_changes_to_it() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    change(&ada, NEW).await;
    app.stack.advance(3 * DAY + 1);
    let bob = app.proven_owner("bob@example.com", "Globex").await.owner;
    change(&bob, ADA).await;
    assert_eq!(profile(&bob).await["email"], ADA);
    app.check_invariants().await;
}

#[tokio::test]
async fn the_person_takes_it_back_by_another_change() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    change(&ada, NEW).await;
    change(&ada, ADA).await;
    assert_eq!(profile(&ada).await["email"], ADA);
    app.sign_in(ADA, PASSWORD).await;
    app.try_sign_in(NEW, PASSWORD)
        .await
        .refused(401, "INVALID_CREDENTIALS");
    app.check_invariants().await;
}

#[tokio::test]
async fn no_link_for_a_password_goes_to_the_old_address() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let forgot = json!({ "email": ADA });
    let path = "/api/auth/password/forgot";
    app.post(path, &forgot).await.expect(202);
    let before = app.link_tokens(ADA, "Set a new password", 1).await;
    change(&ada, NEW).await;
    let body = json!({ "token": before[0], "password": "another good password" });
    app.post("/api/auth/password/reset", &body)
        .await
        .refused(400, "INVALID_TOKEN");
    app.post(path, &forgot).await.expect(202);
    app.at_rest().await;
    let mails = app.stack.mails_to(ADA);
    let links = mails
        .iter()
        .filter(|mail| mail.subject.contains("Set a new password"));
    assert_eq!(links.count(), 1);
    app.post(path, &json!({ "email": NEW })).await.expect(202);
    app.link_tokens(NEW, "Set a new password", 1).await;
}

#[tokio::test]
async fn nobody_holds_more_than_five_former_addresses() {
    let app =
        TestApp::with(local::Options::memory().parameter("AccountMailsPerAddressAndHour", "100"))
            .await;
    let ada = ada(&app).await;
    for number in 0..5 {
        change(&ada, &format!("{number}@example.com")).await;
    }
    let refused = try_request(&ada, "more@example.com").await;
    refused.refused(429, "TOO_MANY_REQUESTS");
    app.check_invariants().await;
}

#[tokio::test]
async fn an_erased_person_leaves_neither_address() {
    let app = TestApp::start().await;
    let acme = app.proven_owner(ADA, "Acme").await;
    change(&acme.owner, NEW).await;
    change(&acme.owner, "third@example.com").await;
    acme.owner.delete(&acme.path()).await.expect(200);
    let erase = acme.owner.request(reqwest::Method::DELETE, "/api/users/me");
    let erase = erase.json(&json!({ "password": PASSWORD }));
    erase.send().await.expect(204);
    app.at_rest().await;
    for item in app.table().items().await {
        let kept = ["MAIL", "FAILURES"].iter().any(|sk| item["sk"]["S"] == *sk);
        for address in [ADA, NEW, "third@example.com"] {
            assert!(kept || !item.to_string().contains(address), "{item}");
        }
    }
    for (number, address) in [ADA, NEW, "third@example.com"].iter().enumerate() {
        let name = format!("Again {number}");
        app.try_sign_up(address, &name).await.expect(201);
    }
}

#[tokio::test]
async fn an_erasure_leaves_the_former_address_that_another_person_took() {
    let app = TestApp::start().await;
    let acme = app.proven_owner(ADA, "Acme").await;
    change(&acme.owner, NEW).await;
    acme.owner.delete(&acme.path()).await.expect(200);
    app.stack.advance(3 * DAY + 1);
    app.owner(ADA, "Again").await;
    let again = app.sign_in(NEW, PASSWORD).await;
    let erase = again.request(reqwest::Method::DELETE, "/api/users/me");
    let erase = erase.json(&json!({ "password": PASSWORD }));
    erase.send().await.expect(204);
    app.sign_in(ADA, PASSWORD).await;
    app.check_invariants().await;
}
