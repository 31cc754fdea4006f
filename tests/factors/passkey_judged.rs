//! Every step of Web Authentication's sections 7.1 and 7.2, broken once: the answer says that the factor is not acceptable, and nothing
//! else.

use serde_json::{Value, json};

use super::{FACTORS, ada};
use crate::support::{PASSKEYS, Passkey, TestApp};

/// A mistake of the device or of the browser.
type Mistake = (&'static str, fn(&mut Passkey));

/// The flags of authenticator data: user present, user verified, eligible for backup, backed up.
const UP: u8 = 1;
const UV: u8 = 1 << 2;
const BE: u8 = 1 << 3;
const BS: u8 = 1 << 4;

const BOTH: [Mistake; 8] = [
    ("another origin", |it| {
        it.device.client["origin"] = json!("https://evil.example");
    }),
    ("in a frame of another origin", |it| {
        it.device.client["crossOrigin"] = json!(true);
    }),
    ("below another page", |it| {
        it.device.client["topOrigin"] = json!("https://evil.example");
    }),
    ("another relying party", |it| {
        it.device.relying_party = "evil.example";
    }),
    ("nobody present", |it| {
        it.device.flags = UV;
    }),
    ("nobody verified", |it| {
        it.device.flags = UP;
    }),
    ("backed up and not eligible", |it| {
        it.device.flags = UP | UV | BS;
    }),
    ("bytes behind the data", |it| {
        it.device.tail = vec![0];
    }),
];

fn changed(credential: &Value, pointer: &str, with: &Value) -> Value {
    let mut credential = credential.clone();
    *credential.pointer_mut(pointer).unwrap() = with.clone();
    credential
}

#[tokio::test]
async fn a_registration_with_any_mistake_is_refused_alike() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let options = ada
        .post(&format!("{PASSKEYS}/options"), &json!({}))
        .await
        .expect(200);
    let try_with = async |credential: Value| {
        let body = json!({ "name": "Laptop", "credential": credential });
        ada.post(PASSKEYS, &body).await
    };
    let own: [Mistake; 2] = [
        ("another algorithm", |it| {
            it.device.algorithm = -8;
        }),
        ("an algorithm that was not offered", |it| {
            it.device.algorithm = -36;
        }),
    ];
    for (what, mistake) in BOTH.iter().chain(&own) {
        let mut passkey = Passkey::new(&app);
        mistake(&mut passkey);
        let answer = try_with(passkey.created(&options)).await;
        assert_eq!(
            answer.refused(401, "INVALID_FACTOR")["errors"],
            Value::Null,
            "{what}"
        );
    }
    // The type and the challenge of another ceremony.
    let mut passkey = Passkey::new(&app);
    let request = app.passkey_options(&json!({})).await.expect(200);
    let mut other = options.clone();
    other["challenge"] = request["challenge"].clone();
    try_with(passkey.created(&other))
        .await
        .refused(401, "INVALID_FACTOR");
    let mut right = passkey.created(&options);
    passkey.device.client["type"] = json!("webauthn.get");
    let client = tokens::encode(passkey.device.client.to_string().as_bytes());
    let wrong = changed(&right, "/response/clientDataJSON", &json!(client));
    try_with(wrong).await.refused(401, "INVALID_FACTOR");
    let id = json!(tokens::encode(b"another id"));
    for pointer in ["/id", "/rawId"] {
        right = changed(&right, pointer, &id);
    }
    try_with(right).await.refused(401, "INVALID_FACTOR");
    let none = json!({ "totp": null, "passkeys": [], "recoveryCodesLeft": 0 });
    assert_eq!(ada.get(FACTORS).await.expect(200), none);
}

#[tokio::test]
async fn an_assertion_with_any_mistake_is_refused_alike() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let own: [Mistake; 4] = [
        ("eligible for backup since", |it| {
            it.device.flags = UP | UV | BE;
        }),
        ("no user handle", |it| {
            it.device.user_handle = None;
        }),
        ("another's handle", |it| {
            it.device.user_handle = Some(vec![0, 0, 0, 0, 0, 0, 0, 9]);
        }),
        ("an unknown credential", |it| {
            it.device.id = vec![1, 2, 3];
        }),
    ];
    let mut passkey = ada.enrol_passkey("Laptop").await;
    for (what, mistake) in BOTH.iter().chain(&own) {
        let before = (
            passkey.device.client.clone(),
            passkey.device.id.clone(),
            passkey.device.user_handle.clone(),
        );
        mistake(&mut passkey);
        let assertion = passkey.assertion(&app).await;
        let answer = app.passkey_login(&assertion).await;
        assert_eq!(
            answer.refused(401, "INVALID_FACTOR")["errors"],
            Value::Null,
            "{what}"
        );
        (
            passkey.device.client,
            passkey.device.id,
            passkey.device.user_handle,
        ) = before;
        passkey.device.flags = UP | UV;
        passkey.device.tail = Vec::new();
        passkey.device.relying_party = "localhost";
    }
    let right = passkey.assertion(&app).await;
    let signature = json!(tokens::encode(&[0x30, 0x06, 2, 1, 1, 2, 1, 1]));
    let forged = changed(&right, "/response/signature", &signature);
    app.passkey_login(&forged)
        .await
        .refused(401, "INVALID_FACTOR");
    passkey.device.client["type"] = json!("webauthn.create");
    let client = tokens::encode(passkey.device.client.to_string().as_bytes());
    let other = changed(&right, "/response/clientDataJSON", &json!(client));
    app.passkey_login(&other)
        .await
        .refused(401, "INVALID_FACTOR");
    app.passkey_login(&right).await.expect(200);
    // The counter did not rise: the key may have been copied.
    passkey.device.counter -= 1;
    let copied = passkey.assertion(&app).await;
    app.passkey_login(&copied)
        .await
        .refused(401, "INVALID_FACTOR");
    let next = passkey.assertion(&app).await;
    app.passkey_login(&next).await.expect(200);
}

#[tokio::test]
async fn a_synchronised_passkey_has_no_counter_to_hold() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let mut passkey = Passkey::new(&app);
    passkey.device.flags = UP | UV | BE;
    ada.register(&mut passkey, "Phone").await.expect(201);
    passkey.device.counter = 9;
    app.sign_in_by_passkey(super::ADA, &mut passkey).await;
    passkey.device.counter = 3;
    passkey.device.flags |= BS;
    let ada = app.sign_in_by_passkey(super::ADA, &mut passkey).await;
    let listed = ada.get(FACTORS).await.expect(200);
    assert_eq!(listed["passkeys"][0]["backedUp"], true);
}

#[tokio::test]
async fn what_is_no_credential_is_a_mistake_at_its_member() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let mut passkey = ada.enrol_passkey("Laptop").await;
    let right = passkey.assertion(&app).await;
    for credential in [
        json!({}),
        json!("x"),
        json!([]),
        json!(null),
        changed(&right, "/type", &json!("password")),
        changed(&right, "/rawId", &json!("AAAA")),
        changed(&right, "/id", &json!("not base64url!")),
        changed(&right, "/response", &json!([])),
        changed(&right, "/response/clientDataJSON", &json!("e30")),
        changed(&right, "/response/signature", &json!(1)),
    ] {
        for answer in [
            app.passkey_login(&credential).await,
            ada.step_up(&json!({ "credential": credential })).await,
            ada.post(PASSKEYS, &json!({ "name": "x", "credential": credential }))
                .await,
        ] {
            let refused = answer.refused(400, "VALIDATION_FAILED");
            assert_eq!(
                refused["errors"][0]["pointer"], "/credential",
                "{credential}"
            );
        }
    }
    app.passkey_login(&right).await.expect(200);
}
