//! `/verify-email`

use serde_json::json;

use super::{Browser, link};
use crate::support::{PASSWORD, TestApp};

const OWNER: &str = "owner@acme.example";

#[tokio::test]
async fn an_address_is_verified_by_a_press_and_not_before() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let link = link(&app, OWNER, "Verify").await;
    browser.open(&link).await;
    browser.wait_for("button[type=submit]").await;
    let me = acme.owner.get("/api/users/me").await.expect(200);
    assert_eq!(me["emailVerified"], false);

    // By keyboard alone: one tab to the password, and enter.
    browser.keys("\u{E004}").await;
    let focused = browser.run("return document.activeElement.id", &[]).await;
    assert_eq!(focused, "current-password");
    browser.keys("not the password\u{E007}").await;
    browser.wait_for("[role=alert]:not(:empty)").await;
    let me = acme.owner.get("/api/users/me").await.expect(200);
    assert_eq!(me["emailVerified"], false);
    browser.fill("#current-password", PASSWORD).await;
    browser.keys("\u{E007}").await;
    browser.wait_for("[data-state=done]").await;
    let focused = browser
        .run("return document.activeElement.textContent", &[])
        .await;
    assert_eq!(focused, json!("Your address is verified"));
    let me = acme.owner.get("/api/users/me").await.expect(200);
    assert_eq!(me["emailVerified"], true);
    assert_eq!(browser.complaints().await, Vec::<String>::new());

    // The link once more does no harm.
    browser.open(&link).await;
    browser.fill("#current-password", PASSWORD).await;
    browser
        .click("[data-form=verify] button[type=submit]")
        .await;
    browser.wait_for("[data-state=done]").await;
    browser.close().await;
}

#[tokio::test]
async fn whoever_did_not_sign_up_says_so_and_sets_a_password() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let stranger = app.owner_of("Acme").await.owner;
    let link = link(&app, OWNER, "Verify").await;
    browser.open(&link).await;
    browser.click("[data-action=disown]").await;
    browser.wait_for("[data-state=disown]").await;
    browser.fill("#password", "short").await;
    browser
        .click("[data-form=disown] button[type=submit]")
        .await;
    browser.wait_for("[aria-invalid=true]").await;
    browser.fill("#password", "the holder chose this").await;
    browser
        .click("[data-form=disown] button[type=submit]")
        .await;
    browser.wait_for("[data-state=disowned]").await;
    stranger.get("/api/users/me").await.expect(401);
    let holder = app.sign_in(OWNER, "the holder chose this").await;
    let me = holder.get("/api/users/me").await.expect(200);
    assert_eq!(me["emailVerified"], true);

    browser.open(&link).await;
    browser
        .fill("#current-password", "the holder chose this")
        .await;
    browser
        .click("[data-form=verify] button[type=submit]")
        .await;
    browser.wait_for("[data-state=failed]").await;
    assert!(browser.text().await.contains("It was used already"));
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}
