//! Cognito: JSON of `aws cognito-idp list-users`. It never gives a password hash away.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::person::{Person, since_1970};
use super::{Converted, document};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Export {
    users: Vec<User>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct User {
    username: String,
    #[serde(default)]
    attributes: Vec<Attribute>,
    /// A text of the CLI's second version, seconds of the first.
    #[serde(rename = "UserCreateDate")]
    created: Option<Value>,
    #[serde(default = "enabled")]
    enabled: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    name: String,
    value: String,
}

fn enabled() -> bool {
    true
}

pub(super) fn convert(text: &str) -> Result<Converted, String> {
    let export: Export = document(text)?;
    let mut converted = Converted::default();
    for user in export.users {
        let named = user.attributes.into_iter();
        let attributes: HashMap<_, _> = named.map(|one| (one.name, one.value)).collect();
        let attribute = |name: &str| attributes.get(name).cloned();
        let person = Person {
            id: attribute("sub").unwrap_or(user.username),
            email: attribute("email"),
            first_name: attribute("given_name"),
            last_name: attribute("family_name"),
            verified: attributes
                .get("email_verified")
                .is_some_and(|is| is == "true"),
            suspended: !user.enabled,
            hash: None,
            totp: None,
            created_at: user.created.as_ref().and_then(created),
        };
        person.add_to(&mut converted);
    }
    Ok(converted)
}

fn created(at: &Value) -> Option<String> {
    match at {
        Value::String(text) => Some(text.clone()),
        Value::Number(seconds) => {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "fractions of a second are dropped"
            )]
            let seconds = seconds.as_f64()? as i64;
            Some(since_1970(seconds.checked_mul(1000)?))
        }
        _ => None,
    }
}
