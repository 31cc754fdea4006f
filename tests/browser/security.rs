//! `/security`

use serde_json::json;

use super::Browser;
use super::driver::keep;
use crate::support::{Authenticator, PASSWORD, TestApp};

const ADA: &str = "owner@acme.example";

async fn sign_in(app: &TestApp, browser: &Browser) {
    browser.open(&format!("{}/security", app.stack.url())).await;
    browser.fill("#email", ADA).await;
    browser.fill("#current-password", PASSWORD).await;
    browser
        .click("[data-form=sign-in] button[type=submit]")
        .await;
}

/// The app of the person, who adds it on the page.
async fn enrol(app: &TestApp, browser: &Browser) -> Authenticator {
    browser.click("[data-action=enrol]").await;
    browser.wait_for("#qr svg path").await;
    let secret = "return document.querySelector('[data-fill=secret]').textContent";
    let secret = browser.run(secret, &[]).await;
    let authenticator = Authenticator::of(&secret.as_str().unwrap().replace(' ', ""));
    browser
        .fill("#enrol-code", &authenticator.code(app, 0))
        .await;
    browser.click("[data-form=enrol] button[type=submit]").await;
    browser.wait_for("[data-state=codes]").await;
    authenticator
}

#[tokio::test]
async fn an_app_is_added_and_asked_for_and_removed() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let acme = app.proven_owner_of("Acme").await;
    sign_in(&app, &browser).await;
    browser.wait_for("[data-state=overview]").await;
    let mut authenticator = enrol(&app, &browser).await;
    let codes =
        "return [...document.querySelectorAll('#codes li')].map((e) => e.textContent).join(' ')";
    let codes = browser.run(codes, &[]).await;
    let codes = codes.as_str().unwrap().split(' ').map(str::to_owned);
    authenticator.recovery_codes = codes.collect();
    assert_eq!(authenticator.recovery_codes.len(), 10);
    browser
        .click("[data-state=codes] [data-action=overview]")
        .await;
    browser.wait_for("[data-action=removeTotp]").await;
    // The first factor ended the session of the fixture.
    acme.owner
        .get("/api/users/me")
        .await
        .refused(401, "UNAUTHENTICATED");
    browser.click("[data-action=signOut]").await;
    browser.wait_for("[data-state=sign-in]").await;

    sign_in(&app, &browser).await;
    browser.wait_for("[data-state=second-factor]").await;
    let wrong = authenticator.wrong_code(&app);
    browser.fill("#login-code", &wrong).await;
    let go_on = "[data-form=second-factor] button[type=submit]";
    browser.click(go_on).await;
    browser
        .wait_for("[data-form=second-factor] [data-problem]:not(:empty)")
        .await;
    let code = authenticator.next_code(&app);
    browser.fill("#login-code", &code).await;
    browser.click(go_on).await;
    browser.wait_for("[data-state=overview]").await;

    // Eleven minutes later the change needs another sign-in, and goes on by itself.
    app.stack.advance(11 * 60);
    browser.click("[data-action=removeTotp]").await;
    browser.wait_for("[data-state=again]").await;
    let code = authenticator.next_code(&app);
    browser.fill("#again-code", &code).await;
    browser.click("[data-form=again] button[type=submit]").await;
    browser.wait_for("[data-action=enrol]").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

/// A browser whose device has a virtual authenticator with a user who is always verified.
async fn with_authenticator() -> Option<Browser> {
    let browser = Browser::start().await?;
    let device = json!({
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
        "hasUserVerification": true, "isUserVerified": true,
    });
    browser.virtual_authenticator(&device).await;
    Some(browser)
}

/// Keeps what the page asks the API and is answered.
const OVERHEARD: &str = "
    window.overheard = [];
    const ask = window.fetch;
    window.fetch = async (url, options) => {
        const response = await ask(url, options);
        const answer = await response.clone().text();
        window.overheard.push({ url: String(url), body: options.body ?? null, answer });
        return response;
    };
";

/// The requests of the page, in the file `CEREMONIES` where that is set: for another library to judge.
async fn keep_ceremonies(browser: &Browser) {
    let requests = browser.run("return window.overheard", &[]).await;
    let origin = browser.run("return location.origin", &[]).await;
    let kept = json!({ "origin": origin, "requests": requests });
    keep("CEREMONIES", &kept);
}

#[tokio::test]
async fn a_passkey_is_added_signs_in_and_is_removed() {
    let Some(browser) = with_authenticator().await else {
        return;
    };
    let app = TestApp::start().await;
    let acme = app.proven_owner_of("Acme").await;
    let page = app.stack.url().replace("127.0.0.1", "localhost") + "/security";
    browser.open(&page).await;
    browser.run(OVERHEARD, &[]).await;
    browser.fill("#email", ADA).await;
    browser.fill("#current-password", PASSWORD).await;
    browser
        .click("[data-form=sign-in] button[type=submit]")
        .await;
    browser.click("[data-action=namePasskey]").await;
    browser.fill("#passkey-name", "Laptop").await;
    browser
        .click("[data-form=passkey] button[type=submit]")
        .await;
    browser.wait_for("[data-state=codes]").await;
    browser
        .click("[data-state=codes] [data-action=overview]")
        .await;
    browser.wait_for("#passkeys li").await;
    browser.keep_picture("security-passkey").await;
    acme.owner
        .get("/api/users/me")
        .await
        .refused(401, "UNAUTHENTICATED");

    // By the passkey alone.
    browser.click("[data-action=signOut]").await;
    browser.click("[data-action=passkeySignIn]").await;
    browser.wait_for("#passkeys li").await;

    // As the second step after the password.
    browser.click("[data-action=signOut]").await;
    browser.fill("#email", ADA).await;
    browser.fill("#current-password", PASSWORD).await;
    browser
        .click("[data-form=sign-in] button[type=submit]")
        .await;
    browser.wait_for("[data-state=second-factor]").await;
    browser
        .click("[data-form=second-factor] button[type=submit]")
        .await;
    browser.wait_for("#passkeys li").await;

    browser.click("[data-row=rename]").await;
    browser.fill("#passkey-name", "Desk").await;
    browser
        .click("[data-form=passkey] button[type=submit]")
        .await;
    browser.wait_for("[data-state=overview]").await;
    assert!(browser.text().await.contains("Desk"));

    // Eleven minutes later its removal needs it once more.
    app.stack.advance(11 * 60);
    browser.click("[data-row=remove]").await;
    browser.wait_for("[data-state=again]").await;
    browser.click("[data-form=again] button[type=submit]").await;
    browser.wait_for("[data-shown=noFactor]").await;
    keep_ceremonies(&browser).await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test]
async fn a_recovery_code_signs_in_once() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let acme = app.proven_owner_of("Acme").await;
    let authenticator = acme.owner.enrol_totp().await;
    for state in ["[data-state=overview]", "[data-problem]:not(:empty)"] {
        sign_in(&app, &browser).await;
        browser.click("[data-choose=recovery_code]").await;
        let code = &authenticator.recovery_codes[0];
        browser.fill("#login-recovery-code", code).await;
        browser
            .click("[data-form=second-factor] button[type=submit]")
            .await;
        browser.wait_for(state).await;
    }
    browser.close().await;
}

#[tokio::test]
async fn other_devices_are_signed_out_and_the_page_signs_out_when_it_is_left() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let app = TestApp::start().await;
    let acme = app.proven_owner_of("Acme").await;
    sign_in(&app, &browser).await;
    browser.click("[data-action=endOthers]").await;
    let rows = "return document.querySelectorAll('#sessions li').length";
    for _ in 0..500 {
        if browser.run(rows, &[]).await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(browser.run(rows, &[]).await, 1);
    acme.owner
        .get("/api/users/me")
        .await
        .refused(401, "UNAUTHENTICATED");
    browser.open("about:blank").await;
    let again = app.sign_in(ADA, PASSWORD).await;
    for _ in 0..500 {
        let sessions = again.get("/api/users/me/sessions").await.expect(200);
        if sessions["count"] == 1 {
            browser.close().await;
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the page left its session behind");
}
