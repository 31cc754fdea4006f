//! `/reset-password`

use super::{Browser, link};
use crate::support::{PASSWORD, World};

const OWNER: &str = "owner@acme.example";

#[tokio::test]
async fn a_forgotten_password_is_set_anew_from_the_page_that_asks_for_the_address() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let world = World::start().await;
    world.owner_of("Acme").await;
    browser
        .open(&format!("{}/reset-password", world.stack.url()))
        .await;
    browser.fill("#email", "owner").await;
    browser.keys("\u{E007}").await;
    browser.wait_for("#email-mistake:not(:empty)").await;
    browser.fill("#email", OWNER).await;
    browser.keys("\u{E007}").await;
    browser.wait_for("[data-state=asked]").await;

    let link = link(&world, OWNER, "new password").await;
    browser.open(&link).await;
    let new = "another good password";
    browser.fill("#password", new).await;
    browser.click("[data-reveals=password]").await;
    let kind = "return document.querySelector('#password').type";
    assert_eq!(browser.run(kind, &[]).await, "text");
    browser.keep_picture("reset").await;
    browser.click("button[type=submit]").await;
    browser.wait_for("[data-state=done]").await;
    world.sign_in(OWNER, new).await;
    let old = world.try_sign_in(OWNER, PASSWORD).await;
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
