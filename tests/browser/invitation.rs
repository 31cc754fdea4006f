//! `/invitation`

use serde_json::json;

use super::{Browser, link};
use crate::support::{PASSWORD, TestApp};

const BOB: &str = "bob@example.com";

#[tokio::test]
async fn an_invitation_is_seen_then_accepted_and_then_the_password_works() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let acme = app.proven_owner_of("Acme").await;
    let bob = acme.invite(BOB, &["user", "viewer"]).await;
    browser.open(&link(&app, BOB, "invites you").await).await;
    browser.wait_for("[data-form=accept]").await;

    let text = browser.text().await;
    for part in ["Ada Lovelace invites you to join Acme.", "User", "Viewer"] {
        assert!(text.contains(part), "no {part:?}: {text}");
    }
    let own = "return document.querySelector('#username').value";
    assert_eq!(browser.run(own, &[]).await, BOB);
    // The token is out of the address bar, and nothing has happened yet.
    let address = browser.address().await;
    assert_eq!(address, format!("{}/invitation", app.stack.url()));
    let member = acme.owner.get(&acme.user(bob)).await.expect(200);
    assert_eq!(member["status"], "invited");

    // A password that is not good enough is refused beside its field, which gets the focus.
    browser.fill("#password", "password").await;
    browser.click("button[type=submit]").await;
    browser.wait_for("#password-mistake:not(:empty)").await;
    let script = "const e = document.activeElement; return [e.id, e.getAttribute('aria-invalid')]";
    let focused = browser.run(script, &[]).await;
    assert_eq!(focused, json!(["password", "true"]));
    assert!(browser.text().await.contains("easy to guess"));

    browser.fill("#first-name", "Robert").await;
    browser.fill("#password", PASSWORD).await;
    browser.click("button[type=submit]").await;
    browser.wait_for("[data-state=accepted]").await;
    let text = browser.text().await;
    assert!(text.contains("You are a member of Acme."), "{text}");

    let member = acme.owner.get(&acme.user(bob)).await.expect(200);
    assert_eq!(member["status"], "active");
    assert_eq!(member["firstName"], "Robert");
    assert_eq!(member["lastName"], "Hopper");
    app.sign_in(BOB, PASSWORD).await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test]
async fn whoever_has_a_password_accepts_with_one_press() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.member(BOB, &["user"]).await;
    let globex = app.owner_of("Globex").await;
    globex.invite(BOB, &["admin"]).await;
    browser.open(&link(&app, BOB, "Globex").await).await;
    browser.wait_for("[data-form=accept]").await;
    let fields =
        "return [...document.querySelectorAll('input')].filter((e) => e.checkVisibility()).length";
    assert_eq!(browser.run(fields, &[]).await, 0);
    browser.click("button[type=submit]").await;
    browser.wait_for("[data-state=accepted]").await;
    browser.close().await;
}

#[tokio::test]
async fn an_invitation_can_be_declined_and_its_link_is_dead_then() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.invite(BOB, &["user"]).await;
    let link = link(&app, BOB, "invites you").await;
    browser.open(&link).await;
    browser.click("[data-action=decline]").await;
    browser.wait_for("[data-state=declined]").await;
    let gone = acme.owner.get(&acme.user(bob)).await;
    gone.refused(404, "USER_NOT_FOUND");

    browser.open(&link).await;
    browser.wait_for("[data-state=failed]").await;
    let text = browser.text().await;
    assert!(text.contains("There is no such invitation."), "{text}");
    browser.close().await;
}

#[tokio::test]
async fn an_invitation_that_is_too_old_says_so() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.invite(BOB, &["user"]).await;
    let link = link(&app, BOB, "invites you").await;
    app.stack.advance(7 * 24 * 60 * 60);
    browser.open(&link).await;
    browser.wait_for("[data-state=failed]").await;
    let text = browser.text().await;
    assert!(text.contains("This invitation is too old."), "{text}");
    browser.keep_picture("expired").await;
    browser.close().await;
}

#[tokio::test]
async fn names_are_shown_and_never_run() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let name = "<img src=x onerror=alert(1)>";
    let acme = app.proven_owner("eve@example.com", name).await;
    let first = "<script>alert(2)</script>";
    let renamed = json!({ "firstName": first, "lastName": "{{7*7}}\"'><svg onload=alert(3)>" });
    acme.owner
        .patch("/api/users/me", &renamed)
        .await
        .expect(200);
    acme.invite(BOB, &["user"]).await;
    browser.open(&link(&app, BOB, "invites you").await).await;
    browser.wait_for("[data-form=accept]").await;
    let text = browser.text().await;
    assert!(text.contains(name) && text.contains(first), "{text}");
    let elements = "return document.querySelectorAll('main img, main script, main svg').length";
    assert_eq!(browser.run(elements, &[]).await, 0);
    assert_eq!(browser.complaints().await, Vec::<String>::new());

    // What the policy is for: markup that got in by mistake would still not run.
    let script = "window.ran = false; const e = document.createElement('script'); e.append('window.ran = true'); \
                  document.body.append(e); return window.ran";
    let attempt = format!("try {{ {script} }} catch {{ return 'refused' }}");
    assert_ne!(browser.run(&attempt, &[]).await, json!(true));
    assert!(!browser.complaints().await.is_empty());
    browser.close().await;
}

#[tokio::test]
async fn whoever_was_added_leaves_with_one_press() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let acme = app.proven_owner_of("Acme").await;
    let bob = app.proven_owner(BOB, "Of Bob").await.owner;
    let roles = json!({ "roles": ["user"] });
    acme.owner
        .post(&acme.user(bob.id), &roles)
        .await
        .expect(200);
    browser
        .open(&link(&app, BOB, "You are a member").await)
        .await;
    browser.wait_for("[data-form=accept]").await;
    let text = browser.text().await;
    assert!(
        text.contains("Ada Lovelace has added you to Acme."),
        "{text}"
    );
    assert!(!text.contains("Accept"), "{text}");
    browser.click("[data-action=decline]").await;
    browser.wait_for("[data-state=left]").await;
    bob.get(&acme.path()).await.refused(403, "UNAUTHORIZED");
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test]
async fn without_its_token_a_page_asks_for_the_link() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    for page in ["invitation", "verify-email"] {
        browser.open(&format!("{}/{page}", app.stack.url())).await;
        browser.wait_for("[data-state=nothing]").await;
    }
    browser.close().await;
}

#[tokio::test]
async fn a_link_that_is_pasted_opens() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.invite(BOB, &["user"]).await;
    let link = link(&app, BOB, "invites you").await;
    browser
        .open(&format!("{}/invitation", app.stack.url()))
        .await;
    browser.wait_for("[data-state=nothing]").await;
    browser.fill("#link", "https://elsewhere.example/").await;
    browser.click("[data-paste] button").await;
    browser.wait_for("#link-mistake:not(:empty)").await;
    // A filter's own address around it, as it is copied.
    let pasted = link.replace('#', "%23");
    browser.fill("#link", &pasted).await;
    browser.click("[data-paste] button").await;
    browser.wait_for("[data-form=accept]").await;
    browser.close().await;
}

#[tokio::test]
async fn a_service_that_cannot_be_reached_can_be_tried_again() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.invite(BOB, &["user"]).await;
    let link = link(&app, BOB, "invites you").await;
    let blocked = json!({ "urls": ["*/api/*"] });
    browser.chromium("Network.enable", json!({})).await;
    browser.chromium("Network.setBlockedURLs", blocked).await;
    browser.open(&link).await;
    browser.wait_for("[data-state=failed]").await;
    assert!(browser.text().await.contains("cannot be reached"));
    browser
        .chromium("Network.setBlockedURLs", json!({ "urls": [] }))
        .await;
    browser.click("[data-action=retry]").await;
    browser.wait_for("[data-form=accept]").await;
    browser.close().await;
}
