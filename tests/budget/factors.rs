//! Second factors.

use std::collections::BTreeSet;

use expect_test::expect;
use serde_json::json;

use super::{Measured, intercepted, limit};
use crate::support::{PASSKEYS, PASSWORD, Passkey, TestApp};

pub(super) async fn measure() -> BTreeSet<&'static str> {
    let app = intercepted().await;
    let mut measured = Measured::new(&app);
    let ada = app.proven_owner("ada@example.com", "Acme").await.owner;
    // The first use of an instance reads the secret.
    ada.begin_totp().await;
    measured
        .row(
            "begin an app",
            limit("begin totp"),
            200,
            ada.post("/api/users/me/factors/totp", &json!({})),
        )
        .await;
    let (token, authenticator) = ada.begin_totp().await;
    let code = authenticator.code(&app, 0);
    let added = measured
        .row(
            "confirm an app",
            limit("confirm totp"),
            201,
            ada.confirm_totp(&token, &code),
        )
        .await;
    assert_eq!(added.json()["recoveryCodes"].as_array().unwrap().len(), 10);
    measured
        .row(
            "list factors",
            limit("list factors"),
            200,
            ada.get("/api/users/me/factors"),
        )
        .await;
    let refused = measured
        .row(
            "sign in, factor needed",
            limit("factor needed"),
            401,
            app.try_sign_in(&ada.email, PASSWORD),
        )
        .await;
    let token = refused.json()["loginToken"].as_str().unwrap().to_owned();
    let code = authenticator.next_code(&app);
    measured
        .row(
            "second step",
            limit("second step"),
            200,
            app.second_factor(&token, ("code", &code)),
        )
        .await;
    passkeys(&app, &mut measured).await;
    measured.within(&expect![[r#"
        operation                    trips   RRU   WRU
        begin an app                     1     1     0
        confirm an app                   2     1     3
        list factors                     1     1     0
        sign in, factor needed           2   1.5     2
        second step                      2     1     3
        creation options                 1     1     0
        register a passkey               2     1     6
        passkey options                  0     0     0
        passkey sign-in                  2     1     2
        reauthenticate, passkey          2     1     2
        remove a passkey                 2     1     6
    "#]])
}

async fn passkeys(app: &TestApp, measured: &mut Measured) {
    let bob = app.proven_owner("bob@example.com", "Globex").await.owner;
    measured
        .row(
            "creation options",
            limit("creation options"),
            200,
            bob.post("/api/users/me/factors/passkeys/options", &json!({})),
        )
        .await;
    let options = format!("{PASSKEYS}/options");
    let options = bob.post(&options, &json!({})).await.expect(200);
    let mut passkey = Passkey::new(app);
    let body = json!({ "name": "Laptop", "credential": passkey.created(&options) });
    let added = measured
        .row(
            "register a passkey",
            limit("register passkey"),
            201,
            bob.post(PASSKEYS, &body),
        )
        .await;
    let id = added.json()["id"].clone();
    let options = measured
        .row(
            "passkey options",
            limit("passkey options"),
            200,
            app.passkey_options(&json!({})),
        )
        .await;
    let credential = passkey.used(&options.json());
    measured
        .row(
            "passkey sign-in",
            limit("passkey sign-in"),
            200,
            app.passkey_login(&credential),
        )
        .await;
    let credential = passkey.assertion(app).await;
    measured
        .row(
            "reauthenticate, passkey",
            limit("reauthenticate passkey"),
            200,
            bob.step_up(&json!({ "credential": credential })),
        )
        .await;
    measured
        .row(
            "remove a passkey",
            limit("remove passkey"),
            204,
            bob.delete(&format!("{PASSKEYS}/{id}")),
        )
        .await;
}
