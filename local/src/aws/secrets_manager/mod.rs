//! Secrets Manager: answers `GetSecretValue` with secrets that are drawn at the first start and kept.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::StartError;
use crate::data::Data;
use crate::random;
use crate::sam::GeneratedSecret;

/// The secrets of a stack.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    data: Data,
    /// By ARN.
    kept: Arc<Mutex<BTreeMap<String, Versions>>>,
}

/// The two versions of a secret that are ever asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Versions {
    name: String,
    current: Version,
    previous: Option<Version>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Version {
    id: String,
    value: String,
}

const FILE: &str = "secrets.json";

impl Secrets {
    /// The secrets of the last start, and new ones for those that the template has besides.
    pub(crate) fn load(data: &Data, declared: &[GeneratedSecret]) -> Result<Self, StartError> {
        let mut kept: BTreeMap<String, Versions> = data.load(FILE)?;
        for secret in declared {
            kept.entry(secret.arn.clone()).or_insert_with(|| Versions {
                name: secret.name.clone(),
                current: Version::new(secret.draw()),
                previous: None,
            });
        }
        data.store(FILE, &kept).map_err(|error| StartError::Data {
            path: data.path(FILE).unwrap_or_default(),
            reason: error.to_string(),
        })?;
        Ok(Self {
            data: data.clone(),
            kept: Arc::new(Mutex::new(kept)),
        })
    }

    /// Puts a new value, as a rotation does; the present one becomes the previous.
    pub(crate) fn rotate(&self, id: &str, value: String) -> bool {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((_, versions)) = kept.iter_mut().find(|(arn, one)| names(arn, &one.name, id))
        else {
            return false;
        };
        versions.previous = Some(std::mem::replace(
            &mut versions.current,
            Version::new(value),
        ));
        if let Err(error) = self.data.store(FILE, &*kept) {
            tracing::warn!(%error, "the rotated secret is not kept");
        }
        true
    }

    /// Answers `GetSecretValue`.
    pub(crate) fn router(self) -> Router {
        Router::new().fallback(answer).with_state(self)
    }

    fn value(&self, request: &Value) -> Result<Value, (&'static str, &'static str)> {
        let missing = || {
            (
                "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret.",
            )
        };
        let id = request["SecretId"]
            .as_str()
            .ok_or(("ValidationException", "SecretId is missing."))?;
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (arn, versions) = kept
            .iter()
            .find(|(arn, one)| names(arn, &one.name, id))
            .ok_or_else(missing)?;
        let stage = request["VersionStage"].as_str().unwrap_or("AWSCURRENT");
        let version = match stage {
            "AWSCURRENT" => Some(&versions.current),
            "AWSPREVIOUS" => versions.previous.as_ref(),
            _ => None,
        };
        let version = version.ok_or_else(missing)?;
        Ok(json!({
            "ARN": arn,
            "Name": versions.name,
            "SecretString": version.value,
            "VersionId": version.id,
            "VersionStages": [stage],
            "CreatedDate": 0,
        }))
    }
}

fn names(arn: &str, name: &str, id: &str) -> bool {
    id == arn || id == name
}

impl Version {
    fn new(value: String) -> Self {
        Self {
            id: random::uuid(),
            value,
        }
    }
}

impl GeneratedSecret {
    /// A value as Secrets Manager would generate it.
    fn draw(&self) -> String {
        let alphabet: Vec<char> = (33_u8..127)
            .map(char::from)
            .filter(|letter| !self.letters_and_digits_only || letter.is_ascii_alphanumeric())
            .filter(|letter| !self.excluded.contains(*letter))
            .collect();
        random::text(self.length, &alphabet)
    }
}

async fn answer(State(secrets): State<Secrets>, headers: HeaderMap, body: String) -> Response {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok());
    let request: Value = serde_json::from_str(&body).unwrap_or_default();
    let (status, body) = if target == Some("secretsmanager.GetSecretValue") {
        match secrets.value(&request) {
            Ok(value) => (StatusCode::OK, value),
            Err((kind, message)) => (
                StatusCode::BAD_REQUEST,
                json!({ "__type": kind, "message": message }),
            ),
        }
    } else {
        let message = "Only GetSecretValue is known here.";
        (
            StatusCode::BAD_REQUEST,
            json!({ "__type": "InvalidRequestException", "message": message }),
        )
    };
    (
        status,
        [(CONTENT_TYPE, "application/x-amz-json-1.1")],
        body.to_string(),
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Secrets;
    use crate::data::Data;
    use crate::sam::GeneratedSecret;

    fn declared() -> GeneratedSecret {
        GeneratedSecret {
            name: "S".into(),
            arn: "arn:S".into(),
            length: 64,
            letters_and_digits_only: true,
            excluded: "lO0".into(),
        }
    }

    #[test]
    fn a_secret_is_drawn_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let data = Data::open(Some(folder.path())).unwrap();
        let value = |secrets: &Secrets| {
            secrets.value(&json!({ "SecretId": "arn:S" })).unwrap()["SecretString"].clone()
        };
        let first = value(&Secrets::load(&data, &[declared()]).unwrap());
        assert_eq!(first.as_str().unwrap().len(), 64);
        assert_eq!(value(&Secrets::load(&data, &[declared()]).unwrap()), first);
    }

    #[test]
    fn a_rotated_secret_has_a_previous_value() {
        let secrets = Secrets::load(&Data::default(), &[declared()]).unwrap();
        let previous = json!({ "SecretId": "S", "VersionStage": "AWSPREVIOUS" });
        assert_eq!(
            secrets.value(&previous).unwrap_err().0,
            "ResourceNotFoundException"
        );
        let first = secrets.value(&json!({ "SecretId": "S" })).unwrap();
        assert!(secrets.rotate("S", "new".into()));
        assert_eq!(
            secrets.value(&previous).unwrap()["SecretString"],
            first["SecretString"]
        );
        assert_eq!(
            secrets.value(&json!({ "SecretId": "S" })).unwrap()["SecretString"],
            "new"
        );
        assert!(!secrets.rotate("unknown", String::new()));
    }
}
