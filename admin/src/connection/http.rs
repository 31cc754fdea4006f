//! Small HTTP calls over the same client as the SDK's.

use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::body::SdkBody;
use std::time::Duration;

use crate::Failure;
use crate::exit::causes;

/// The whole of a call, unless it says otherwise.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request: what the protocol needs and nothing else.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    /// Scheme and host, without a slash at its end.
    pub(crate) base: String,
    /// The path, with its query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// How long the whole of it may take, if not as long as any other.
    pub(crate) patience: Option<Duration>,
    /// Whether it may be sent again where it is not clear what became of it.
    pub(crate) repeatable: bool,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// The header `name`, which is in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(known, _)| known == name)?;
        Some(value)
    }
}

/// The client of the local stack, which needs no TLS.
pub(crate) fn plain() -> SharedHttpClient {
    Builder::new().build_http()
}

/// The client of AWS: the same TLS as the functions', with the machine's own root certificates.
pub(crate) fn client() -> SharedHttpClient {
    Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .build_https()
}

/// Sends `request`.
pub(crate) async fn send(client: &SharedHttpClient, request: Request) -> Result<Answer, Failure> {
    let base = request.base.clone();
    let patience = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .operation_timeout(request.patience.unwrap_or(PATIENCE));
    let operation = Operation::builder()
        .service_name("admin")
        .operation_name("Call")
        .http_client(client.clone())
        .endpoint_url(&base)
        .timeout_config(patience.build())
        .no_auth()
        .no_retry()
        .serializer(|request: Request| http_request(&request))
        .deserializer(|response: &HttpResponse| {
            Ok::<_, OrchestratorError<CallError>>(answer(response))
        })
        .build();
    operation
        .invoke(request)
        .await
        .map_err(|error: SdkError<CallError, _>| {
            Failure::Unreachable(format!("{base} does not answer: {}", causes(&error)))
        })
}

/// No answer is an error here: the caller looks at the status.
#[derive(Debug, thiserror::Error)]
#[error("never")]
struct CallError;

fn http_request(
    request: &Request,
) -> Result<HttpRequest, aws_smithy_runtime_api::box_error::BoxError> {
    let mut sent = HttpRequest::new(SdkBody::from(request.body.clone()));
    sent.set_method(request.method)?;
    sent.set_uri(request.path.as_str())?;
    for (name, value) in &request.headers {
        sent.headers_mut().try_insert(name.clone(), value.clone())?;
    }
    Ok(sent)
}

fn answer(response: &HttpResponse) -> Answer {
    let body = response.body().bytes().unwrap_or_default();
    Answer {
        status: response.status().as_u16(),
        headers: response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect(),
        body: String::from_utf8_lossy(body).into_owned(),
    }
}
