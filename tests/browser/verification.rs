//! `/verify-email`

use serde_json::json;

use super::{Browser, link};
use crate::support::TestApp;

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

    // By keyboard alone: one tab to the button.
    browser.keys("\u{E004}").await;
    let focused = browser.run("return document.activeElement.type", &[]).await;
    assert_eq!(focused, "submit");
    browser.keys("\u{E007}").await;
    browser.wait_for("[data-state=done]").await;
    let focused = browser
        .run("return document.activeElement.textContent", &[])
        .await;
    assert_eq!(focused, json!("Your address is verified"));
    let me = acme.owner.get("/api/users/me").await.expect(200);
    assert_eq!(me["emailVerified"], true);
    assert_eq!(browser.complaints().await, Vec::<String>::new());

    browser.open(&link).await;
    browser.click("button[type=submit]").await;
    browser.wait_for("[data-state=failed]").await;
    assert!(browser.text().await.contains("It was used already"));
    browser.close().await;
}
