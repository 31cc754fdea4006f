//! How the pages look, on a desktop and on a phone, by day and by night.

use serde_json::json;

use super::{Browser, link};
use crate::support::TestApp;

const BOB: &str = "bob@example.com";

#[tokio::test]
async fn a_page_fits_a_phone_and_the_night() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let name = "Rechtsschutzversicherungsgesellschaften und Söhne";
    let acme = app.owner("owner@acme.example", name).await;
    acme.invite(BOB, &["user", "viewer"]).await;
    let link = link(&app, BOB, "invites you").await;
    browser.open(&link).await;
    browser.wait_for("[data-form=accept]").await;
    browser.keep_picture("light").await;
    let background = "return getComputedStyle(document.body).backgroundColor";
    let day = browser.run(background, &[]).await;

    let dark = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
    browser.chromium("Emulation.setEmulatedMedia", dark).await;
    browser.keep_picture("dark").await;
    assert_ne!(browser.run(background, &[]).await, day);

    let phone = json!({ "width": 320, "height": 900, "deviceScaleFactor": 2, "mobile": true });
    browser
        .chromium("Emulation.setDeviceMetricsOverride", phone)
        .await;
    browser.fill("#password", "short").await;
    browser.click("button[type=submit]").await;
    browser.wait_for("#password-mistake:not(:empty)").await;
    browser.keep_picture("phone").await;
    // Nothing overflows, and every control is large enough (WCAG 2.2, *Target Size (Minimum)*: 24 by 24).
    let width = "return document.documentElement.scrollWidth";
    assert_eq!(browser.run(width, &[]).await, 320);
    let small = "return [...document.querySelectorAll('button, input:not([type=checkbox]), label.choice')] \
                 .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 24).length";
    assert_eq!(browser.run(small, &[]).await, 0);
    // Every field has a label.
    let unlabelled =
        "return [...document.querySelectorAll('input')].filter((e) => !e.labels.length).length";
    assert_eq!(browser.run(unlabelled, &[]).await, 0);
    browser.close().await;
}
