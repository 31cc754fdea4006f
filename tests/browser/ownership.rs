//! `/ownership`

use serde_json::json;

use super::Browser;
use crate::support::{Account, PASSWORD, Person, TestApp};

const BOB: &str = "bob@example.com";

/// Acme, which is offered to Bob.
async fn offered(app: &TestApp) -> (Account, Person) {
    let acme = app.proven_owner_of("Acme").await;
    let bob = acme.member(BOB, &["user"]).await;
    let path = format!("{}/owner", acme.path());
    let offer = json!({ "userId": bob.id });
    acme.owner.put(&path, &offer).await.expect(202);
    (acme, bob)
}

fn page(app: &TestApp, acme: &Account) -> String {
    format!("{}/ownership#account={}", app.stack.url(), acme.id)
}

async fn sign_in(browser: &Browser, email: &str, password: &str) {
    browser.fill("#email", email).await;
    browser.fill("#current-password", password).await;
    browser
        .click("[data-form=sign-in] button[type=submit]")
        .await;
}

#[tokio::test]
async fn an_offer_is_seen_after_signing_in_and_then_accepted() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let (acme, bob) = offered(&app).await;
    browser.open(&page(&app, &acme)).await;
    sign_in(&browser, BOB, "not the password").await;
    browser.wait_for("[role=alert]:not(:empty)").await;
    sign_in(&browser, BOB, PASSWORD).await;
    browser.wait_for("[data-state=offer]").await;
    assert!(browser.text().await.contains("Acme"));
    browser.click("[data-form=offer] button[type=submit]").await;
    browser.wait_for("[data-state=accepted]").await;
    let account = bob.get(&acme.path()).await.expect(200);
    assert_eq!(account["ownerId"], bob.id);
    // The page has signed out again: the session of the fixture is left.
    let sessions = bob.get("/api/users/me/sessions").await.expect(200);
    assert_eq!(sessions["value"].as_array().unwrap().len(), 1);
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test]
async fn an_offer_is_declined_once() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let (acme, _) = offered(&app).await;
    for state in ["declined", "failed"] {
        browser.open(&page(&app, &acme)).await;
        sign_in(&browser, BOB, PASSWORD).await;
        browser.click("[data-action=declineOffer]").await;
        browser.wait_for(&format!("[data-state={state}]")).await;
    }
    assert!(browser.text().await.contains("There is no such offer"));
    let account = acme.owner.get(&acme.path()).await.expect(200);
    assert_eq!(account["ownerId"], acme.owner.id);
    browser.close().await;
}

#[tokio::test]
async fn a_link_that_lost_its_account_is_pasted() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let (acme, _) = offered(&app).await;
    browser
        .open(&format!("{}/ownership", app.stack.url()))
        .await;
    browser.fill("#link", &page(&app, &acme)).await;
    browser.click("[data-paste] button[type=submit]").await;
    browser.wait_for("[data-state=sign-in]").await;
    sign_in(&browser, BOB, PASSWORD).await;
    browser.wait_for("[data-state=offer]").await;
    browser.close().await;
}
