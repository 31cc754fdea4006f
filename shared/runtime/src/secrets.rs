//! The stack's secrets, read from Secrets Manager at a function's start.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::DisplayErrorContext;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use tokens::SecretVersions;
use zeroize::Zeroizing;

use crate::App;

/// A secret cannot be read, and the function cannot start without it.
#[derive(Debug, thiserror::Error)]
#[error("secret {id}: {reason}")]
pub struct SecretError {
    id: String,
    reason: String,
}

impl App {
    /// Both living values of the secret `id`, read together.
    ///
    /// # Errors
    ///
    /// There is no name to read it by, Secrets Manager does not answer, or the secret has no current value.
    pub async fn secret(&self, id: Option<&str>) -> Result<SecretVersions, SecretError> {
        let client = self.aws.secrets_manager();
        secret_versions(&client, id).await
    }
}

/// Both living values of the secret `id`, read together by `client`.
///
/// # Errors
///
/// Those of [`App::secret`].
pub async fn secret_versions(
    client: &Client,
    id: Option<&str>,
) -> Result<SecretVersions, SecretError> {
    let failed = |reason: String| SecretError {
        id: id.unwrap_or("without a name").to_owned(),
        reason,
    };
    let name = id.ok_or_else(|| failed("its name is not set".into()))?;
    let (current, previous) = tokio::join!(
        // Boxed: the SDK's futures are large, and these would be part of every function's start.
        Box::pin(value(client, name, "AWSCURRENT")),
        Box::pin(value(client, name, "AWSPREVIOUS")),
    );
    Ok(SecretVersions {
        current: current
            .map_err(&failed)?
            .ok_or_else(|| failed("it has no current value".into()))?,
        previous: previous.map_err(&failed)?,
    })
}

async fn value(
    client: &Client,
    name: &str,
    stage: &str,
) -> Result<Option<Zeroizing<String>>, String> {
    let sent = client
        .get_secret_value()
        .secret_id(name)
        .version_stage(stage);
    match sent.send().await {
        Ok(answer) => Ok(answer.secret_string.map(Zeroizing::new)),
        Err(error) => match error.as_service_error() {
            // There is no such version: it was never rotated.
            Some(GetSecretValueError::ResourceNotFoundException(_)) => Ok(None),
            _ => Err(DisplayErrorContext(error).to_string()),
        },
    }
}
