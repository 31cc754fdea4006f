//! Registering, listing, renaming and removing passkeys.

use local::Options;
use serde_json::{Value, json};

use super::{ADA, FACTORS, ada};
use crate::support::{PASSKEY_LOGIN, PASSKEY_OPTIONS, PASSKEYS, PASSWORD, Passkey, TestApp};

async fn options(person: &crate::support::Person) -> crate::support::Answer {
    person
        .post(&format!("{PASSKEYS}/options"), &json!({}))
        .await
}

#[tokio::test]
async fn the_first_passkey_brings_codes_and_ends_other_sessions() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let other = ada.again().await;
    let mut passkey = Passkey::new(&app);
    let added = ada.register(&mut passkey, " Laptop ").await;
    let location = added.headers["location"].to_str().unwrap().to_owned();
    let added = added.expect(201);
    let id = added["id"].as_u64().unwrap();
    assert!(
        location.ends_with(&format!("{PASSKEYS}/{id}")),
        "{location}"
    );
    assert_eq!(added["recoveryCodes"].as_array().unwrap().len(), 10);
    assert_eq!(added["name"], "Laptop");
    other
        .get("/api/users/me")
        .await
        .refused(401, "UNAUTHENTICATED");
    let listed = ada.get(FACTORS).await.expect(200);
    assert_eq!(listed["passkeys"][0]["id"], id);
    assert_eq!(listed["passkeys"][0]["lastUsedAt"], Value::Null);
    assert_eq!(listed["recoveryCodesLeft"], 10);
    app.mail(ADA, "second factor was added").await;
    let sessions = ada.get("/api/users/me/sessions").await.expect(200);
    assert_eq!(
        sessions["value"][0]["methods"],
        json!(["password", "passkey"])
    );
}

#[tokio::test]
async fn creation_options_name_the_person_and_their_passkeys() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let passkey = ada.enrol_passkey("Laptop").await;
    let options = options(&ada).await.expect(200);
    assert_eq!(
        options["rp"],
        json!({ "id": "localhost", "name": "Accounts" })
    );
    assert_eq!(options["user"]["name"], ADA);
    assert_eq!(options["user"]["id"], tokens::encode(&ada.id.to_be_bytes()));
    let known = tokens::encode(&passkey.device.id);
    assert_eq!(
        options["excludeCredentials"],
        json!([{ "type": "public-key", "id": known }])
    );
    let algorithms: Vec<_> = options["pubKeyCredParams"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    assert_eq!(algorithms.len(), 3);
}

#[tokio::test]
async fn a_passkey_is_renamed_without_step_up_and_removed_with_it() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let mut passkey = ada.enrol_passkey("Laptop").await;
    let path = format!("{PASSKEYS}/{}", passkey.id);
    app.stack.advance(601);
    let renamed = ada
        .patch(&path, &json!({ "name": "Phone" }))
        .await
        .expect(200);
    assert_eq!(renamed["name"], "Phone");
    for name in ["", " ", "a\nb", &"x".repeat(101)] {
        let refused = ada.patch(&path, &json!({ "name": name })).await;
        refused.refused(400, "VALIDATION_FAILED");
    }
    ada.delete(&path)
        .await
        .refused(401, "REAUTHENTICATION_REQUIRED");
    let assertion = passkey.assertion(&app).await;
    ada.step_up(&json!({ "credential": assertion }))
        .await
        .expect(200);
    ada.delete(&path).await.expect(204);
    let none = json!({ "totp": null, "passkeys": [], "recoveryCodesLeft": 0 });
    assert_eq!(ada.get(FACTORS).await.expect(200), none);
    for id in [
        path.as_str(),
        &format!("{PASSKEYS}/x"),
        &format!("{PASSKEYS}/01"),
    ] {
        ada.delete(id).await.refused(404, "NOT_FOUND");
        let renamed = ada.patch(id, &json!({ "name": "Phone" })).await;
        renamed.refused(404, "NOT_FOUND");
    }
    app.mail(ADA, "second factor was removed").await;
    app.try_sign_in(ADA, PASSWORD).await.expect(200);
    let assertion = passkey.assertion(&app).await;
    app.passkey_login(&assertion)
        .await
        .refused(401, "INVALID_FACTOR");
}

#[tokio::test]
async fn a_credential_has_one_holder_until_it_is_removed() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let bob = app.proven_owner("bob@example.com", "Globex").await.owner;
    let mut passkey = ada.enrol_passkey("Laptop").await;
    for person in [&bob, &ada] {
        let again = person.register(&mut passkey, "Mine").await;
        again.refused(409, "PASSKEY_ALREADY_REGISTERED");
    }
    let none = json!({ "totp": null, "passkeys": [], "recoveryCodesLeft": 0 });
    assert_eq!(bob.get(FACTORS).await.expect(200), none);
    let path = format!("{PASSKEYS}/{}", passkey.id);
    ada.delete(&path).await.expect(204);
    bob.register(&mut passkey, "Mine").await.expect(201);
}

#[tokio::test]
async fn a_person_has_ten_passkeys_at_most() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    for number in 0..9 {
        ada.enrol_passkey(&number.to_string()).await;
    }
    let open = options(&ada).await.expect(200);
    ada.enrol_passkey("ten").await;
    options(&ada).await.refused(409, "FACTOR_LIMIT");
    let credential = Passkey::new(&app).created(&open);
    let body = json!({ "name": "eleven", "credential": credential });
    ada.post(PASSKEYS, &body).await.refused(409, "FACTOR_LIMIT");
    let listed = ada.get(FACTORS).await.expect(200);
    let names: Vec<_> = listed["passkeys"].as_array().unwrap().iter().collect();
    assert_eq!(names.len(), 10);
    assert_eq!(
        (&names[0]["name"], &names[9]["name"]),
        (&json!("0"), &json!("ten"))
    );
}

#[tokio::test]
async fn an_unproven_person_and_an_old_session_get_no_options() {
    let app = TestApp::start().await;
    let bob = app.owner("bob@example.com", "Globex").await.owner;
    options(&bob).await.refused(403, "EMAIL_NOT_VERIFIED");
    let ada = ada(&app).await;
    app.stack.advance(601);
    options(&ada)
        .await
        .refused(401, "REAUTHENTICATION_REQUIRED");
}

#[tokio::test]
async fn without_a_domain_there_are_no_passkeys() {
    let app = TestApp::with(Options::memory().parameter("PasskeyDomain", "")).await;
    let ada = ada(&app).await;
    options(&ada).await.refused(404, "NOT_FOUND");
    let mut passkey = Passkey::new(&app);
    let options = json!({ "challenge": "AAAA", "user": { "id": "AAAAAAAAAAc" } });
    let body = json!({ "name": "Laptop", "credential": passkey.created(&options) });
    ada.post(PASSKEYS, &body).await.refused(404, "NOT_FOUND");
    app.post(PASSKEY_OPTIONS, &json!({}))
        .await
        .refused(404, "NOT_FOUND");
    let body = json!({ "credential": passkey.used(&options) });
    app.post(PASSKEY_LOGIN, &body)
        .await
        .refused(404, "NOT_FOUND");
    ada.step_up(&body).await.refused(401, "INVALID_FACTOR");
}

/// What is enrolled is kept and asked for; nothing new is enrolled.
#[tokio::test]
async fn with_second_factors_off_a_passkey_goes_on_working() {
    let folder = tempfile::tempdir().unwrap();
    let kept = || Options {
        data: Some(folder.path().to_owned()),
        ..Options::default()
    };
    let app = TestApp::with(kept()).await;
    let mut passkey = ada(&app).await.enrol_passkey("Laptop").await;
    app.stop().await;
    let app = TestApp::with(kept().parameter("SecondFactors", "off")).await;
    // The stack has another port.
    passkey.device.client["origin"] = Passkey::new(&app).device.client["origin"].clone();
    let refused = app.try_sign_in(ADA, PASSWORD).await;
    refused.refused(401, "SECOND_FACTOR_REQUIRED");
    let ada = app.sign_in_by_passkey(ADA, &mut passkey).await;
    options(&ada).await.refused(404, "NOT_FOUND");
    let path = format!("{PASSKEYS}/{}", passkey.id);
    ada.patch(&path, &json!({ "name": "Phone" }))
        .await
        .expect(200);
    ada.delete(&path).await.expect(204);
}

/// The other items of a person go with them.
#[tokio::test]
async fn an_erased_person_leaves_no_credential_behind() {
    let app = TestApp::start().await;
    let acme = app.proven_owner("root@example.com", "Acme").await;
    let ada = acme.member(ADA, &["user"]).await;
    let mut passkey = ada.enrol_passkey("Laptop").await;
    ada.enrol_passkey("Phone").await;
    let body = json!({ "password": PASSWORD });
    let erase = ada
        .request(reqwest::Method::DELETE, "/api/users/me")
        .json(&body);
    erase.send().await.expect(204);
    let left = app.table().items().await;
    let left = left
        .iter()
        .filter(|item| item["pk"]["S"].as_str().unwrap().starts_with("PASSKEY#"));
    assert_eq!(left.count(), 0);
    acme.owner.register(&mut passkey, "Mine").await.expect(201);
}
