//! Second factors: enrolling, using, requiring and removing them.

mod accounts;
mod enrolment;
mod gate;
mod guesses;
mod lost;
mod passkey_judged;
mod passkey_sign_in;
mod passkeys;
mod removal;
mod rollout;
mod secret;
mod sign_in;
mod step_up;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::support::{Authenticator, Person, TestApp};

const ADA: &str = "ada@example.com";
const FACTORS: &str = "/api/users/me/factors";
const TOTP: &str = "/api/users/me/factors/totp";

/// A person who has proved her address, and owns an account.
async fn ada(app: &TestApp) -> Person {
    app.proven_owner(ADA, "Acme").await.owner
}

/// The same, with an authenticator app.
async fn enrolled(app: &TestApp) -> (Person, Authenticator) {
    let ada = ada(app).await;
    let authenticator = ada.enrol_totp().await;
    (ada, authenticator)
}

/// The item of a person.
async fn item(app: &TestApp, person: &Person) -> Value {
    let user = format!("USER#{}", person.id);
    let key = serde_json::json!({ "pk": { "S": user }, "sk": { "S": "USER" } });
    app.table().item(&key).await
}

/// What an access token says.
fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}
