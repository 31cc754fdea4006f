//! The few calls to AWS besides DynamoDB, signed by hand: each of their SDKs would take longer to compile than all of this.

use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SigningParams, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_types::service_config::ServiceConfigKey;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use runtime::Clock;

use super::http::{self, Answer, Request};
use crate::Failure;
use crate::exit::causes;

/// What a form and a path segment keep as it is (RFC 3986, unreserved).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A service of AWS.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Service {
    /// The name in addresses and signatures.
    pub(crate) name: &'static str,
    /// The id in settings.
    pub(crate) id: &'static str,
    /// The version of a service that speaks AWS's query protocol.
    pub(crate) version: &'static str,
}

/// The caller's AWS.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) config: SdkConfig,
    pub(crate) http: SharedHttpClient,
}

impl Caller {
    /// Calls an operation of the query protocol, and answers its XML.
    pub(crate) async fn query(
        &self,
        service: Service,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<String, Failure> {
        let named = [("Action", action), ("Version", service.version)];
        let all = named.iter().chain(parameters);
        let form = all.map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        let request = Request {
            method: "POST",
            path: "/".into(),
            headers: vec![(
                "content-type".into(),
                "application/x-www-form-urlencoded; charset=utf-8".into(),
            )],
            body: form.collect::<Vec<_>>().join("&").into_bytes(),
            ..Request::default()
        };
        let answer = self.call(service, request).await?;
        if answer.status == 200 {
            return Ok(answer.body);
        }
        let reason = element(&answer.body, "Message").unwrap_or(&answer.body);
        // The query protocol has no code of its own for a stack that is not there.
        if reason.ends_with("does not exist") {
            return Err(Failure::NotFound(reason.to_owned()));
        }
        Err(refused(service, action, answer.status, reason))
    }

    /// Calls an operation of a service that speaks JSON, and answers what it answers.
    pub(crate) async fn call(
        &self,
        service: Service,
        mut request: Request,
    ) -> Result<Answer, Failure> {
        request.base = self.endpoint(service)?;
        let signed = self.sign(service, &request).await?;
        request.headers.extend(signed);
        http::send(&self.http, request).await
    }

    fn region(&self) -> Result<&str, Failure> {
        let region = self.config.region().map(AsRef::as_ref);
        region.ok_or_else(|| Failure::Usage("no AWS region is set: add --region".into()))
    }

    /// Where `service` is: at AWS, or where the caller's settings say.
    fn endpoint(&self, service: Service) -> Result<String, Failure> {
        let key = ServiceConfigKey::builder()
            .service_id(service.id)
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build();
        let settings = self.config.service_config();
        let own = settings
            .zip(key.ok())
            .and_then(|(settings, key)| settings.load_config(key));
        let own = own.or_else(|| self.config.endpoint_url().map(str::to_owned));
        let region = self.region()?;
        let suffix = match region.split_once('-') {
            Some(("cn", _)) => "amazonaws.com.cn",
            _ => "amazonaws.com",
        };
        let name = service.name;
        let url = own.unwrap_or_else(|| format!("https://{name}.{region}.{suffix}"));
        Ok(url.trim_end_matches('/').to_owned())
    }

    async fn sign(
        &self,
        service: Service,
        request: &Request,
    ) -> Result<Vec<(String, String)>, Failure> {
        let failed = |error: &(dyn std::error::Error + 'static)| {
            Failure::Unreachable(format!("the AWS credentials: {}", causes(error)))
        };
        let provider = self.config.credentials_provider();
        let provider =
            provider.ok_or_else(|| Failure::Unreachable("there are no AWS credentials".into()))?;
        let credentials = provider.provide_credentials().await;
        let identity = credentials.map_err(|error| failed(&error))?.into();
        let since_epoch = u64::try_from(Clock::System.now().millis()).unwrap_or_default();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region()?)
            .name(service.name)
            .time(SystemTime::UNIX_EPOCH + Duration::from_millis(since_epoch))
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| failed(&error))?;
        let url = format!("{}{}", request.base, request.path);
        let headers = request.headers.iter();
        let signable = SignableRequest::new(
            request.method,
            &url,
            headers.map(|(name, value)| (name.as_str(), value.as_str())),
            SignableBody::Bytes(&request.body),
        );
        let signable = signable.map_err(|error| failed(&error))?;
        let signed = sign(signable, &SigningParams::from(parameters));
        let (instructions, _) = signed.map_err(|error| failed(&error))?.into_parts();
        let headers = instructions.headers();
        Ok(headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect())
    }
}

/// What `service` refused, as one line.
pub(crate) fn refused(service: Service, action: &str, status: u16, reason: &str) -> Failure {
    Failure::Unreachable(format!(
        "{}:{action}: {status} {}",
        service.name,
        reason.trim()
    ))
}

/// `text` as a form or a path segment takes it.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The text of the first element `name` of an answer of the query protocol, whose names and ids hold nothing to unescape.
pub(crate) fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    Some(rest.split_once(&format!("</{name}>"))?.0)
}
