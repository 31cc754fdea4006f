//! `/_local/`, the console of the local stack.

use std::time::Duration;

use local::Options;
use serde_json::json;

use super::Browser;
use crate::support::TestApp;

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn the_console_shows_what_happens_and_moves_the_clock() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::with(Options::memory().recorded()).await;
    let console = format!("{}/_local/", app.stack.url());
    browser.open(&format!("{console}#/requests")).await;
    browser.wait_for(".empty").await;

    // Somebody signs up, and the request appears without a reload.
    app.try_sign_up(ADA, "Acme").await.expect(201);
    let request = "[data-route='POST /api/accounts/signup'] summary";
    browser.click(request).await;
    browser.wait_for("details[open] .condition").await;
    let text = browser.text().await;
    assert!(text.contains("EMAIL#ada@example.com"), "{text}");
    browser.keep_picture("console-requests").await;

    browser.click("nav a[href='#/mailbox']").await;
    browser.wait_for("article pre a[href*='#token=']").await;
    browser.click("[data-form=HTML]").await;
    browser.wait_for("article iframe[sandbox]").await;
    browser.keep_picture("console-mailbox").await;

    browser.click("nav a[href='#/directory']").await;
    browser.fill("main input", "acme").await;
    browser.wait_for("[data-key^=account]").await;
    browser.click("nav a[href='#/changes']").await;
    browser.wait_for("main li table").await;

    // The verification link expires at a press.
    let before = app.stack.clock().now();
    browser.click("#next-link").await;
    browser.wait_for("#clock [role=status]:not(:empty)").await;
    assert!(app.stack.clock().now() > before.plus_seconds(60 * 60));
    browser.click("[data-seconds='86400']").await;
    browser.click("[data-seconds='3600']").await;
    browser.click("nav a[href='#/mailbox']").await;
    browser.click("#clear").await;
    browser.wait_for(".empty").await;
    assert!(app.stack.mails().is_empty());
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test]
async fn the_console_fits_a_phone_and_the_night() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::with(Options::memory().recorded()).await;
    app.owner(ADA, "Rechtsschutzversicherungsgesellschaften und Söhne")
        .await;
    let dark = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
    browser.chromium("Emulation.setEmulatedMedia", dark).await;
    let phone = json!({ "width": 320, "height": 900, "deviceScaleFactor": 1, "mobile": true });
    let metrics = "Emulation.setDeviceMetricsOverride";
    browser.chromium(metrics, phone).await;
    for view in [
        "overview",
        "requests",
        "mailbox",
        "directory",
        "changes",
        "samples",
    ] {
        browser
            .open(&format!("{}/_local/#/{view}", app.stack.url()))
            .await;
        browser.wait_for("main .list li").await;
        browser.keep_picture(&format!("console-{view}-phone")).await;
        let width = "return document.documentElement.scrollWidth";
        assert_eq!(browser.run(width, &[]).await, 320, "{view}");
    }
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test]
async fn the_api_is_tried_as_anybody_by_one_press() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    browser
        .open(&format!("{}/_local/docs", app.stack.url()))
        .await;
    browser.wait_for("rapi-doc").await;
    // The options of a closed list are not visible, so the script looks for them.
    let choose = "document.querySelector('#person').value = arguments[0]; \
                  return document.querySelector('#person').value";
    let id = ada.id.to_string();
    for _ in 0..500 {
        if browser.run(choose, &[&id]).await == id.as_str() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    browser.click("#sign-in button").await;
    browser.wait_for("#signed-in[data-user]").await;
    let text = browser.text().await;
    assert!(text.contains("Signed in as ada@example.com"), "{text}");
    browser.keep_picture("console-reference").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}
