//! `/reset-password`

use super::{Browser, link};
use crate::support::{PASSWORD, TestApp};

const OWNER: &str = "owner@acme.example";

#[tokio::test]
async fn a_forgotten_password_is_set_anew_from_the_page_that_asks_for_the_address() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    app.owner_of("Acme").await;
    browser
        .open(&format!("{}/reset-password", app.stack.url()))
        .await;
    browser.fill("#email", "owner").await;
    browser.keys("\u{E007}").await;
    browser.wait_for("#email-mistake:not(:empty)").await;
    browser.fill("#email", OWNER).await;
    browser.keys("\u{E007}").await;
    browser.wait_for("[data-state=asked]").await;

    let link = link(&app, OWNER, "new password").await;
    browser.open(&link).await;
    let new = "another good password";
    browser.fill("#password", new).await;
    browser.click("[data-reveals=password]").await;
    let kind = "return document.querySelector('#password').type";
    assert_eq!(browser.run(kind, &[]).await, "text");
    browser.keep_picture("reset").await;
    browser.click("button[type=submit]").await;
    browser.wait_for("[data-state=done]").await;
    app.sign_in(OWNER, new).await;
    let old = app.try_sign_in(OWNER, PASSWORD).await;
    old.refused(401, "INVALID_CREDENTIALS");
    assert_eq!(browser.complaints().await, Vec::<String>::new());

    // A spent link leads to a new one.
    browser.open(&link).await;
    browser.fill("#password", "one more good password").await;
    browser.click("button[type=submit]").await;
    browser.wait_for("[data-state=failed]").await;
    browser.click("[data-action=ask]").await;
    browser.wait_for("#email").await;
    browser.close().await;
}
