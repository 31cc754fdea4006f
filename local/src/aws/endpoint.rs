//! The stack's own clients of DynamoDB, embedded or not.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region, SharedHttpClient};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

use crate::options::External;
use crate::sam::REGION;

/// Where DynamoDB is and how to sign for it.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) url: String,
    pub(crate) region: String,
    credentials: Credentials,
    http: SharedHttpClient,
}

impl Endpoint {
    /// The embedded one, which takes any signature.
    pub(crate) fn embedded(url: String) -> Self {
        let credentials = Credentials::new("local", "local", None, None, "local stack");
        Self::new(url, REGION.to_owned(), credentials)
    }

    /// An external one.
    pub(crate) fn external(external: &External) -> Self {
        let credentials = Credentials::new(
            &external.access_key_id,
            &external.secret_access_key,
            external.session_token.clone(),
            None,
            "local stack",
        );
        Self::new(external.url.clone(), external.region.clone(), credentials)
    }

    fn new(url: String, region: String, credentials: Credentials) -> Self {
        let http = if url.starts_with("https:") {
            let tls = Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
            tls.build_https()
        } else {
            Builder::new().build_http()
        };
        Self {
            url,
            region,
            credentials,
            http,
        }
    }

    pub(crate) fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.region.clone()))
            .credentials_provider(self.credentials.clone())
            .http_client(self.http.clone())
            .retry_config(RetryConfig::disabled())
            .timeout_config(patience())
            .endpoint_url(&self.url);
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }

    pub(crate) fn streams(&self) -> aws_sdk_dynamodbstreams::Client {
        let config = aws_sdk_dynamodbstreams::Config::builder()
            .behavior_version(aws_sdk_dynamodbstreams::config::BehaviorVersion::latest())
            .region(Region::new(self.region.clone()))
            .credentials_provider(self.credentials.clone())
            .http_client(self.http.clone())
            .retry_config(RetryConfig::disabled())
            .timeout_config(patience())
            .endpoint_url(&self.url);
        aws_sdk_dynamodbstreams::Client::from_conf(config.build())
    }
}

/// A start has to fail within seconds if DynamoDB does not answer.
fn patience() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_timeout(Duration::from_secs(5))
        .build()
}

/// The root cause of a client's error, without the layers around it.
pub(crate) fn reason(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.last().map(ToString::to_string).unwrap_or_default()
}
