//! How the pages look, on a desktop and on a phone, by day and by night.

use serde_json::json;

use super::{Browser, link};
use crate::support::{PASSWORD, TestApp};

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

    night(&browser).await;
    browser.keep_picture("dark").await;
    assert_ne!(browser.run(background, &[]).await, day);

    phone(&browser).await;
    browser.fill("#password", "short").await;
    browser.click("button[type=submit]").await;
    browser.wait_for("#password-mistake:not(:empty)").await;
    browser.keep_picture("phone").await;
    fits(&browser).await;
    browser.close().await;
}

#[tokio::test]
async fn the_security_page_fits_them_too() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let ada = app.proven_owner_of("Acme").await.owner;
    let authenticator = ada.enrol_totp().await;
    ada.enrol_passkey("Fingerabdruckleser am Schreibtischrechner")
        .await;
    browser.open(&format!("{}/security", app.stack.url())).await;
    browser.fill("#email", "owner@acme.example").await;
    browser.fill("#current-password", PASSWORD).await;
    browser
        .click("[data-form=sign-in] button[type=submit]")
        .await;
    browser.wait_for("[data-state=second-factor]").await;
    browser.keep_picture("security-second-factor").await;
    browser
        .click("[data-form=second-factor] [data-choose=totp]")
        .await;
    let code = authenticator.next_code(&app);
    browser.fill("#login-code", &code).await;
    // By the keyboard alone.
    browser.keys("\u{e007}").await;
    browser.wait_for("#passkeys li").await;
    browser.keep_picture("security-light").await;
    night(&browser).await;
    phone(&browser).await;
    browser.keep_picture("security-phone-dark").await;
    fits(&browser).await;
    // What a screen reader says of each button of a row names the row.
    let unnamed = "return [...document.querySelectorAll('#passkeys button, #sessions button')] \
                   .filter((e) => !e.getAttribute('aria-label')?.includes(': ')).length";
    assert_eq!(browser.run(unnamed, &[]).await, 0);
    browser.close().await;
}

async fn night(browser: &Browser) {
    let dark = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
    browser.chromium("Emulation.setEmulatedMedia", dark).await;
}

async fn phone(browser: &Browser) {
    let phone = json!({ "width": 320, "height": 900, "deviceScaleFactor": 2, "mobile": true });
    browser
        .chromium("Emulation.setDeviceMetricsOverride", phone)
        .await;
}

async fn fits(browser: &Browser) {
    // Nothing overflows, and every control is large enough (WCAG 2.2, *Target Size (Minimum)*: 24 by 24).
    let width = "return document.documentElement.scrollWidth";
    assert_eq!(browser.run(width, &[]).await, 320);
    let small = "return [...document.querySelectorAll('button, input:not([type=checkbox]), label.choice')] \
                 .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 24).length";
    assert_eq!(browser.run(small, &[]).await, 0);
    // Every field has a label.
    let unlabelled = "return [...document.querySelectorAll('input')].filter((e) => e.checkVisibility() && !e.labels.length).length";
    assert_eq!(browser.run(unlabelled, &[]).await, 0);
}
