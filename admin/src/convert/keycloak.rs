//! Keycloak: the JSON file of a realm with its users.

use std::collections::HashMap;

use serde::Deserialize;
use tokens::totp::base32;

use super::person::{Person, since_1970};
use super::{Converted, document};

#[derive(Deserialize)]
struct Realm {
    users: Vec<User>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    id: String,
    created_timestamp: Option<i64>,
    #[serde(default)]
    enabled: bool,
    #[serde(default)]
    email_verified: bool,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    service_account_client_id: Option<String>,
    #[serde(default)]
    credentials: Vec<Credential>,
}

/// Its two texts are JSON themselves.
#[derive(Deserialize)]
struct Credential {
    r#type: String,
    #[serde(default, rename = "secretData")]
    secret: String,
    #[serde(default, rename = "credentialData")]
    data: String,
}

#[derive(Deserialize)]
struct SecretData {
    value: String,
    salt: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CredentialData {
    hash_iterations: u32,
    algorithm: String,
    #[serde(default)]
    additional_parameters: HashMap<String, Vec<String>>,
}

pub(super) fn convert(text: &str) -> Result<Converted, String> {
    let realm: Realm = document(text)?;
    let mut converted = Converted::default();
    for user in realm.users {
        if user.service_account_client_id.is_some() {
            converted.lost(&user.id, "left out, because it is a service account");
            continue;
        }
        let of = |kind: &str| {
            user.credentials
                .iter()
                .find(|credential| credential.r#type == kind)
        };
        let person = Person {
            hash: of("password").map(|credential| hash(credential).unwrap_or_default()),
            totp: of("otp").map(|credential| totp(credential).unwrap_or_default()),
            id: user.id,
            email: user.email,
            first_name: user.first_name,
            last_name: user.last_name,
            verified: user.email_verified,
            suspended: !user.enabled,
            created_at: user.created_timestamp.map(since_1970),
        };
        person.add_to(&mut converted);
    }
    Ok(converted)
}

/// The hash in PHC form.
fn hash(credential: &Credential) -> Option<String> {
    let secret: SecretData = serde_json::from_str(&credential.secret).ok()?;
    let data: CredentialData = serde_json::from_str(&credential.data).ok()?;
    let (iterations, salt, value) = (data.hash_iterations, secret.salt, secret.value);
    let parameter = |name: &str| {
        data.additional_parameters
            .get(name)?
            .first()
            .map(String::as_str)
    };
    match data.algorithm.as_str() {
        "pbkdf2" => Some(format!("$pbkdf2-sha1$i={iterations}${salt}${value}")),
        "pbkdf2-sha256" | "pbkdf2-sha512" => {
            Some(format!("${}$i={iterations}${salt}${value}", data.algorithm))
        }
        "argon2" => {
            let version = match parameter("version")? {
                "1.0" => 16,
                _ => 19,
            };
            let (kind, memory) = (parameter("type")?, parameter("memory")?);
            let lanes = parameter("parallelism")?;
            Some(format!(
                "$argon2{kind}$v={version}$m={memory},t={iterations},p={lanes}${salt}${value}"
            ))
        }
        // The form is not known, and says so when it is parsed.
        other => Some(format!("{other}:{value}")),
    }
}

/// Its text is the secret itself; only the form that is usual here moves: SHA-1, six digits, 30 seconds.
fn totp(credential: &Credential) -> Option<String> {
    #[derive(Deserialize)]
    struct Secret {
        value: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Usual {
        sub_type: String,
        digits: u32,
        period: u32,
        algorithm: String,
        secret_encoding: Option<String>,
    }
    let secret: Secret = serde_json::from_str(&credential.secret).ok()?;
    let form: Usual = serde_json::from_str(&credential.data).ok()?;
    let usual = form.sub_type == "totp"
        && form.digits == 6
        && form.period == 30
        && form.algorithm == "HmacSHA1";
    usual.then_some(())?;
    match form.secret_encoding.as_deref() {
        None => Some(base32(secret.value.as_bytes())),
        Some("BASE32") => Some(secret.value),
        Some(_) => None,
    }
}
