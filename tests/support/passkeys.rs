//! Passkeys, as a person's device has them.

use serde_json::{Value, json};
use tokens::webauthn::authenticator::Authenticator;

use super::{Answer, Person, TestApp};

pub(crate) const PASSKEYS: &str = "/api/users/me/factors/passkeys";
pub(crate) const PASSKEY_OPTIONS: &str = "/api/auth/passkey/options";
pub(crate) const PASSKEY_LOGIN: &str = "/api/auth/passkey/login";

/// A device with one credential.
pub(crate) struct Passkey {
    pub(crate) device: Authenticator,
    /// The id that the service gave it.
    pub(crate) id: u64,
    pub(crate) recovery_codes: Vec<String>,
}

impl Passkey {
    /// A device for the stack of `app`, without a person.
    pub(crate) fn new(app: &TestApp) -> Self {
        let mut device = Authenticator::new("webauthn.create");
        device.relying_party = "localhost";
        device.client["origin"] = json!(origin(app));
        Self {
            device,
            id: 0,
            recovery_codes: Vec::new(),
        }
    }

    /// What the browser answers to creation options.
    pub(crate) fn created(&mut self, options: &Value) -> Value {
        self.device.client["type"] = json!("webauthn.create");
        self.device.client["challenge"] = options["challenge"].clone();
        let handle = options["user"]["id"].as_str().unwrap();
        self.device.user_handle = tokens::decode(handle);
        self.device.registration(self.device.registration_data())
    }

    /// What the browser answers to request options. The counter rises.
    pub(crate) fn used(&mut self, options: &Value) -> Value {
        self.device.client["type"] = json!("webauthn.get");
        self.device.client["challenge"] = options["challenge"].clone();
        self.device.counter += 1;
        self.device.assertion()
    }

    /// The same for new options of `app`.
    pub(crate) async fn assertion(&mut self, app: &TestApp) -> Value {
        let options = app.passkey_options(&json!({})).await.expect(200);
        self.used(&options)
    }
}

/// Where the stack's passkeys work.
pub(crate) fn origin(app: &TestApp) -> String {
    app.stack.url().replace("127.0.0.1", "localhost")
}

impl Person {
    /// Registers the credential of `passkey`.
    pub(crate) async fn register(&self, passkey: &mut Passkey, name: &str) -> Answer {
        let options = format!("{PASSKEYS}/options");
        let options = self.post(&options, &json!({})).await.expect(200);
        let credential = passkey.created(&options);
        self.post(PASSKEYS, &json!({ "name": name, "credential": credential }))
            .await
    }

    /// Registers a new passkey.
    pub(crate) async fn enrol_passkey(&self, name: &str) -> Passkey {
        let mut passkey = Passkey::new(self.app());
        let added = self.register(&mut passkey, name).await.expect(201);
        passkey.id = added["id"].as_u64().unwrap();
        let codes = added["recoveryCodes"].as_array().into_iter().flatten();
        passkey.recovery_codes = codes
            .map(|code| code.as_str().unwrap().to_owned())
            .collect();
        passkey
    }
}

impl TestApp {
    pub(crate) async fn passkey_options(&self, body: &Value) -> Answer {
        self.post(PASSKEY_OPTIONS, body).await
    }

    pub(crate) async fn passkey_login(&self, credential: &Value) -> Answer {
        self.post(PASSKEY_LOGIN, &json!({ "credential": credential }))
            .await
    }

    /// `email`, signed in by `passkey`.
    pub(crate) async fn sign_in_by_passkey(&self, email: &str, passkey: &mut Passkey) -> Person {
        let assertion = passkey.assertion(self).await;
        let tokens = self.passkey_login(&assertion).await.expect(200);
        Person::new(self, email, &tokens).await
    }
}
