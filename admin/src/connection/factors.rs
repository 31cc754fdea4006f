//! The keys that protect second factors, which an import seals with and an export opens with.

use tokens::factors::FactorKeys;

use super::{Connection, Place};
use crate::Failure;

impl Connection {
    /// The keys of the stack's second factors.
    ///
    /// # Errors
    ///
    /// [`Failure::Usage`] for a table alone, which says nothing of a secret; [`Failure::Unreachable`].
    pub(crate) async fn factor_keys(&self) -> Result<FactorKeys, Failure> {
        let Some(secret) = self.config.factor_secret.as_deref() else {
            let reason =
                "a table alone has no key of authenticator apps: name the stack with --stack";
            return Err(Failure::Usage(reason.into()));
        };
        let client = match &self.place {
            Place::Local(stack) => stack.secrets_manager().await?,
            Place::Aws(config) => aws_sdk_secretsmanager::Client::new(config),
        };
        let versions = runtime::secret_versions(&client, Some(secret)).await;
        let versions = versions.map_err(|error| Failure::unreachable("the secret", &error))?;
        FactorKeys::derive(&versions).map_err(|error| Failure::unreachable("the secret", &error))
    }
}
