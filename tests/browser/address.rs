//! `/change-email`

use serde_json::json;

use super::{Browser, link};
use crate::support::{PASSWORD, TestApp};

const OLD: &str = "owner@acme.example";
const NEW: &str = "new@acme.example";

#[tokio::test]
async fn an_address_is_confirmed_and_the_change_undone_by_a_press_each() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let owner = app.proven_owner_of("Acme").await.owner;
    let body = json!({ "email": NEW, "password": PASSWORD });
    owner.post("/api/users/me/email", &body).await.expect(202);
    let confirm = link(&app, NEW, "Confirm your new").await;
    browser.open(&confirm).await;
    browser
        .wait_for("[data-state=ready] button[type=submit]")
        .await;
    let me = owner.get("/api/users/me").await.expect(200);
    assert_eq!(me["email"], OLD);
    browser.fill("#current-password", "not the password").await;
    browser
        .click("[data-form=change] button[type=submit]")
        .await;
    browser.wait_for("[role=alert]:not(:empty)").await;
    browser.fill("#current-password", PASSWORD).await;
    browser
        .click("[data-form=change] button[type=submit]")
        .await;
    browser.wait_for("[data-state=done]").await;
    let me = owner.get("/api/users/me").await.expect(200);
    assert_eq!(me["email"], NEW);

    let undo = link(&app, OLD, "was changed").await;
    browser.open(&undo).await;
    browser
        .wait_for("[data-state=undo] button[type=submit]")
        .await;
    owner.get("/api/users/me").await.expect(200);
    browser.click("[data-form=undo] button[type=submit]").await;
    browser.wait_for("[data-state=undone]").await;
    let focused = browser
        .run("return document.activeElement.textContent", &[])
        .await;
    assert_eq!(focused, json!("The change is undone"));
    owner.get("/api/users/me").await.expect(401);
    app.mail(OLD, "Set a new password").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}
