//! An authenticator app, as a person has it.

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use super::{Answer, Person, TestApp};

/// The app of a person, with the recovery codes that came with it.
#[derive(Clone, Debug)]
pub(crate) struct Authenticator {
    secret: Vec<u8>,
    pub(crate) recovery_codes: Vec<String>,
}

impl Authenticator {
    /// An app that knows `secret`, in base32.
    pub(crate) fn of(secret: &str) -> Self {
        Self {
            secret: base32(secret),
            recovery_codes: Vec::new(),
        }
    }

    /// The code at the service's time, `steps` later.
    pub(crate) fn code(&self, app: &TestApp, steps: i64) -> String {
        let step = app.stack.clock().now().seconds().div_euclid(30) + steps;
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag[19] & 0xf);
        let number = u32::from_be_bytes(tag[offset..offset + 4].try_into().unwrap());
        format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
    }

    /// A code of the next step, once the step of the last code is over.
    pub(crate) fn next_code(&self, app: &TestApp) -> String {
        app.stack.advance(30);
        self.code(app, 0)
    }

    /// No code of now or of the steps beside it.
    pub(crate) fn wrong_code(&self, app: &TestApp) -> String {
        let right: Vec<_> = (-2..=2).map(|steps| self.code(app, steps)).collect();
        let wrong = (0..).map(|number| format!("{number:06}"));
        wrong
            .into_iter()
            .find(|code| !right.contains(code))
            .unwrap()
    }
}

/// RFC 4648 section 6.
fn base32(text: &str) -> Vec<u8> {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let values = text
        .chars()
        .map(|letter| format!("{:05b}", alphabet.find(letter).unwrap()));
    let bits = values.collect::<Vec<_>>().concat();
    let bytes = bits.as_bytes().chunks_exact(8);
    bytes
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect()
}

impl Person {
    /// An enrolment that waits for its confirmation, with the app that knows its secret.
    pub(crate) async fn begin_totp(&self) -> (String, Authenticator) {
        let begun = self.post("/api/users/me/factors/totp", &json!({})).await;
        let begun = begun.expect(200);
        let authenticator = Authenticator::of(begun["secret"].as_str().unwrap());
        let token = begun["enrolmentToken"].as_str().unwrap();
        (token.to_owned(), authenticator)
    }

    /// Confirms an enrolment.
    pub(crate) async fn confirm_totp(&self, token: &str, code: &str) -> Answer {
        let body = json!({ "enrolmentToken": token, "code": code });
        self.post("/api/users/me/factors/totp/confirm", &body).await
    }

    /// Enrols an authenticator app.
    pub(crate) async fn enrol_totp(&self) -> Authenticator {
        let (token, mut authenticator) = self.begin_totp().await;
        let code = authenticator.code(self.app(), 0);
        let added = self.confirm_totp(&token, &code).await.expect(201);
        let codes = added["recoveryCodes"].as_array().into_iter().flatten();
        authenticator.recovery_codes = codes
            .map(|code| code.as_str().unwrap().to_owned())
            .collect();
        authenticator
    }

    /// Enrols an app once the codes of one before are void, after authenticating again.
    pub(crate) async fn enrol_totp_later(&self) -> Authenticator {
        self.app().stack.advance(60);
        let password = json!({ "password": super::PASSWORD });
        self.step_up(&password).await.expect(200);
        self.enrol_totp().await
    }

    /// Authenticates again by `proof`.
    pub(crate) async fn step_up(&self, proof: &Value) -> Answer {
        self.post("/api/auth/reauthenticate", proof).await
    }
}

impl TestApp {
    /// The token of a sign-in that needs a second factor.
    pub(crate) async fn login_token(&self, email: &str, password: &str) -> String {
        let answer = self.try_sign_in(email, password).await;
        let refused = answer.refused(401, "SECOND_FACTOR_REQUIRED");
        refused["loginToken"].as_str().unwrap().to_owned()
    }

    /// `email`, signed in by the password and a new code.
    pub(crate) async fn sign_in_by(&self, email: &str, authenticator: &Authenticator) -> Person {
        let token = self.login_token(email, super::PASSWORD).await;
        let code = authenticator.next_code(self);
        let tokens = self
            .second_factor(&token, ("code", &code))
            .await
            .expect(200);
        Person::new(self, email, &tokens).await
    }

    /// The person with the next tokens of their session.
    pub(crate) async fn refreshed(&self, person: &Person) -> Person {
        let body = json!({ "refreshToken": person.refresh_token });
        let tokens = self.post("/api/auth/refresh", &body).await.expect(200);
        Person::new(self, &person.email, &tokens).await
    }

    /// Completes a sign-in by `proof`, the member of the body and its value.
    pub(crate) async fn second_factor(&self, token: &str, proof: (&str, &str)) -> Answer {
        let (name, value) = proof;
        let body = json!({ "loginToken": token, name: value });
        self.post("/api/auth/login/second-factor", &body).await
    }
}
