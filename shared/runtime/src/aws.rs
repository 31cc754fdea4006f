//! One way to make AWS clients: region and credentials from the environment, one HTTPS client with Amazon's own roots.
//!
//! No provider chain, no profile files, no native certificate store: each costs a cold start more than the rest of it.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region, SharedHttpClient};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use store::CountUnits;

use crate::{ConfigError, Vars};

/// Amazon Root CA 1 to 4 and the Starfield root that older endpoints chain to (`runtime/data/README.md`).
const AMAZON_ROOTS: &[u8] = include_bytes!("../data/amazon-roots.pem");

/// What every AWS client of a function is made from.
#[derive(Clone, Debug)]
pub struct Aws {
    /// The region of every call.
    pub region: Region,
    /// The function's own role, as Lambda hands it over.
    pub credentials: Credentials,
    /// The one connection pool.
    pub http: SharedHttpClient,
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
            http: https_client(native_roots)?,
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
        let mut config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(self.region.clone())
            .credentials_provider(self.credentials.clone())
            .http_client(self.http.clone())
            .retry_config(persistence())
            .retry_partition(allowance())
            .timeout_config(patience())
            .interceptor(CountUnits);
        config.set_endpoint_url(self.endpoints.dynamodb.clone());
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }

    /// A client of Secrets Manager.
    #[must_use]
    pub fn secrets_manager(&self) -> aws_sdk_secretsmanager::Client {
        let mut config = aws_sdk_secretsmanager::Config::builder()
            .behavior_version(aws_sdk_secretsmanager::config::BehaviorVersion::latest())
            .region(self.region.clone())
            .credentials_provider(self.credentials.clone())
            .http_client(self.http.clone())
            .retry_config(persistence())
            .retry_partition(allowance())
            .timeout_config(patience());
        config.set_endpoint_url(self.endpoints.secrets_manager.clone());
        aws_sdk_secretsmanager::Client::from_conf(config.build())
    }

    /// A client of SES. It retries no call: a call without an answer may have sent the mail.
    #[must_use]
    pub fn ses(&self) -> aws_sdk_ses::Client {
        let mut config = aws_sdk_ses::Config::builder()
            .behavior_version(aws_sdk_ses::config::BehaviorVersion::latest())
            .region(self.region.clone())
            .credentials_provider(self.credentials.clone())
            .http_client(self.http.clone())
            .retry_config(RetryConfig::disabled())
            .timeout_config(
                patience()
                    .to_builder()
                    .operation_attempt_timeout(Duration::from_secs(10))
                    .build(),
            );
        config.set_endpoint_url(self.endpoints.ses.clone());
        aws_sdk_ses::Client::from_conf(config.build())
    }

    /// A client of EventBridge.
    #[must_use]
    pub fn eventbridge(&self) -> aws_sdk_eventbridge::Client {
        let mut config = aws_sdk_eventbridge::Config::builder()
            .behavior_version(aws_sdk_eventbridge::config::BehaviorVersion::latest())
            .region(self.region.clone())
            .credentials_provider(self.credentials.clone())
            .http_client(self.http.clone())
            .retry_config(persistence())
            .retry_partition(allowance())
            .timeout_config(patience());
        config.set_endpoint_url(self.endpoints.eventbridge.clone());
        aws_sdk_eventbridge::Client::from_conf(config.build())
    }
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

fn https_client(native_roots: bool) -> Result<SharedHttpClient, ConfigError> {
    let trusted = TrustStore::empty()
        .with_native_roots(native_roots)
        .with_pem_certificate(AMAZON_ROOTS);
    let tls = TlsContext::builder()
        .with_trust_store(trusted)
        .build()
        .map_err(|error| ConfigError::new("TRUST_NATIVE_ROOTS", error.to_string()))?;
    Ok(aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .tls_context(tls)
        .build_https())
}
