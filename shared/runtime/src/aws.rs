//! One way to make AWS clients: region and credentials from the environment, one HTTPS client with Amazon's own roots.
//!
//! No provider chain, no profile files, no native certificate store: each costs a cold start more than the rest of it.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Region, SharedHttpClient};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use store::CountUnits;

use crate::{ConfigError, Vars};

/// Amazon Root CA 1 to 4 and the Starfield root that older endpoints chain to (`runtime/data/README.md`).
const AMAZON_ROOTS: &[u8] = include_bytes!("../data/amazon-roots.pem");

/// The time that a connection stays idle, well below that of AWS's endpoints: a connection that the other side has closed fails a call.
const MOST_IDLE: Duration = Duration::from_secs(15);

/// The configuration that the clients have in common. The SDK has a type of it for each service, and no trait.
macro_rules! client_config {
    ($sdk:ident, $aws:expr, $http:expr, $endpoint:expr) => {{
        let mut config = $sdk::Config::builder()
            .behavior_version($sdk::config::BehaviorVersion::latest())
            .region($aws.region.clone())
            .credentials_provider($aws.credentials.clone())
            // They are the same as long as the process lives.
            .identity_cache($sdk::config::IdentityCache::no_cache())
            // Answers are small, and each attempt has a limit of its own.
            .stalled_stream_protection($sdk::config::StalledStreamProtectionConfig::disabled())
            .http_client($http.clone())
            .retry_config(persistence())
            .retry_partition(allowance())
            .timeout_config(patience());
        config.set_endpoint_url($endpoint.clone());
        config
    }};
}

/// What every AWS client of a function is made from.
#[derive(Clone, Debug)]
pub struct Aws {
    /// The region of every call.
    pub region: Region,
    /// The function's own role, as Lambda hands it over.
    pub credentials: Credentials,
    /// The one connection pool.
    pub http: SharedHttpClient,
    /// A client without one.
    unpooled: SharedHttpClient,
    pub(crate) endpoints: Endpoints,
}

/// `AWS_ENDPOINT_URL_*`: where a service is reached instead of at AWS.
#[derive(Clone, Debug)]
pub(crate) struct Endpoints {
    pub(crate) dynamodb: Option<String>,
    secrets_manager: Option<String>,
    ses: Option<String>,
    eventbridge: Option<String>,
}

impl Aws {
    /// Region, credentials and endpoints from `vars`.
    ///
    /// # Errors
    ///
    /// The first variable that is missing or cannot be used.
    pub fn from_vars(vars: &Vars<'_>) -> Result<Self, ConfigError> {
        let required = |name: &str| vars(name).ok_or_else(|| ConfigError::new(name, "is not set"));
        let native_roots = vars("TRUST_NATIVE_ROOTS").as_deref() == Some("true");
        Ok(Self {
            region: Region::new(required("AWS_REGION")?),
            credentials: Credentials::new(
                required("AWS_ACCESS_KEY_ID")?,
                required("AWS_SECRET_ACCESS_KEY")?,
                vars("AWS_SESSION_TOKEN"),
                None,
                "environment",
            ),
            http: https_client(native_roots, usize::MAX)?,
            unpooled: https_client(native_roots, 0)?,
            endpoints: Endpoints {
                dynamodb: vars("AWS_ENDPOINT_URL_DYNAMODB"),
                secrets_manager: vars("AWS_ENDPOINT_URL_SECRETS_MANAGER"),
                ses: vars("AWS_ENDPOINT_URL_SES"),
                eventbridge: vars("AWS_ENDPOINT_URL_EVENTBRIDGE"),
            },
        })
    }

    /// A client of DynamoDB.
    #[must_use]
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let config = client_config!(aws_sdk_dynamodb, self, self.http, self.endpoints.dynamodb);
        aws_sdk_dynamodb::Client::from_conf(config.interceptor(CountUnits).build())
    }

    /// A client of Secrets Manager.
    #[must_use]
    pub fn secrets_manager(&self) -> aws_sdk_secretsmanager::Client {
        let endpoint = &self.endpoints.secrets_manager;
        let config = client_config!(aws_sdk_secretsmanager, self, self.http, endpoint);
        aws_sdk_secretsmanager::Client::from_conf(config.build())
    }

    /// A client of SES. It tries nothing twice by itself, since a call without an answer may have sent the mail. It keeps no idle
    /// connection: one that ended while the function was frozen would fail the next call after it was sent, as far as we can tell.
    #[must_use]
    pub fn ses(&self) -> aws_sdk_ses::Client {
        let patience = patience().to_builder();
        let patience = patience.operation_attempt_timeout(Duration::from_secs(10));
        let config = client_config!(aws_sdk_ses, self, self.unpooled, self.endpoints.ses)
            .retry_config(RetryConfig::disabled())
            .timeout_config(patience.build());
        aws_sdk_ses::Client::from_conf(config.build())
    }

    /// A client of EventBridge.
    #[must_use]
    pub fn eventbridge(&self) -> aws_sdk_eventbridge::Client {
        let endpoint = &self.endpoints.eventbridge;
        let config = client_config!(aws_sdk_eventbridge, self, self.http, endpoint);
        aws_sdk_eventbridge::Client::from_conf(config.build())
    }
}

/// Whether a call failed before there was a connection: then nothing of it was sent.
#[must_use]
pub fn never_connected(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .filter_map(|error| error.downcast_ref::<hyper_util::client::legacy::Error>())
        .any(hyper_util::client::legacy::Error::is_connect)
}

/// The retry policy of a call. The SDK's standard first wait of up to a second is made for batch work. Here a caller waits for
/// the answer, and a throttled partition or a lost connection mostly recovers within milliseconds. One more try than the standard
/// compensates for the shorter waits (random, up to 50, 100 and 200 ms).
fn persistence() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(4)
        .with_initial_backoff(Duration::from_millis(50))
}

/// The client's own retry quota. The SDK has one per process, so functions in one process, as in the local stack, would use up
/// each other's quota.
fn allowance() -> RetryPartition {
    RetryPartition::custom("function").build()
}

/// All tries of one call end well inside API Gateway's 29 seconds.
pub(crate) fn patience() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(10))
        .build()
}

fn https_client(native_roots: bool, most_idle: usize) -> Result<SharedHttpClient, ConfigError> {
    let trusted = TrustStore::empty()
        .with_native_roots(native_roots)
        .with_pem_certificate(AMAZON_ROOTS);
    let tls = TlsContext::builder()
        .with_trust_store(trusted)
        .build()
        .map_err(|error| ConfigError::new("TRUST_NATIVE_ROOTS", error.to_string()))?;
    let client = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .tls_context(tls)
        .pool_idle_timeout(MOST_IDLE)
        .pool_max_idle_per_host(most_idle)
        .build_https();
    Ok(SharedHttpClient::new(AtFirstCall(client)))
}

/// Makes a connector at the first call only. By itself, the client makes one more for each client of a service, to see whether that
/// works, and drops it: every time, all root certificates are parsed.
#[derive(Debug)]
struct AtFirstCall(SharedHttpClient);

impl HttpClient for AtFirstCall {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        self.0.http_connector(settings, components)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

#[cfg(test)]
mod tests;
