//! The few calls to AWS besides DynamoDB, signed by hand: each of their SDKs would take longer to compile than all of this.

use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_types::service_config::ServiceConfigKey;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use runtime::Clock;

use super::http::{self, Answer, Request};
use super::{signature, xml};
use crate::Failure;
use crate::exit::causes;

/// What a form and a path segment keep as it is (RFC 3986, unreserved).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The waits between the tries of a request that may be repeated.
const WAITS: [Duration; 3] = [
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(4),
];

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

/// Where a service is.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    /// Its address, without a slash at its end.
    pub(crate) url: String,
    /// Whether the caller's settings have named it.
    pub(crate) is_own: bool,
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
            repeatable: reads(action),
            ..Request::default()
        };
        let answer = self.call(service, request).await?;
        if answer.status == 200 {
            return Ok(answer.body);
        }
        let document = xml::read(service, &answer.body).ok();
        let message = document
            .as_ref()
            .and_then(|document| xml::text(document.root(), "Message"));
        let reason = message.unwrap_or(&answer.body);
        // The query protocol has no code of its own for a stack that is not there.
        if reason.ends_with("does not exist") {
            return Err(Failure::NotFound(reason.to_owned()));
        }
        Err(refused(service, action, answer.status, reason))
    }

    /// Sends `request` to `service`, and again for a while if it may be repeated.
    pub(crate) async fn call(
        &self,
        service: Service,
        mut request: Request,
    ) -> Result<Answer, Failure> {
        if request.base.is_empty() {
            request.base = self.endpoint(service)?.url;
        }
        let mut waits = WAITS.iter().filter(|_| request.repeatable);
        loop {
            let mut signed = request.clone();
            signed.headers.extend(self.sign(service, &request).await?);
            let answer = http::send(&self.http, signed).await;
            let done = answer.as_ref().is_ok_and(|answer| !is_passing(answer));
            match waits.next() {
                Some(wait) if !done => tokio::time::sleep(*wait).await,
                _ => return answer,
            }
        }
    }

    pub(crate) fn region(&self) -> Result<&str, Failure> {
        let region = self.config.region().map(AsRef::as_ref);
        region.ok_or_else(|| Failure::Usage("no AWS region is set: add --region".into()))
    }

    /// Where `service` is: at AWS, or where the caller's settings say.
    pub(crate) fn endpoint(&self, service: Service) -> Result<Endpoint, Failure> {
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
        let is_own = own.is_some();
        let url = own.unwrap_or_else(|| format!("https://{name}.{region}.{suffix}"));
        Ok(Endpoint {
            url: url.trim_end_matches('/').to_owned(),
            is_own,
        })
    }

    async fn sign(
        &self,
        service: Service,
        request: &Request,
    ) -> Result<Vec<(String, String)>, Failure> {
        let provider = self.config.credentials_provider();
        let provider =
            provider.ok_or_else(|| Failure::Unreachable("there are no AWS credentials".into()))?;
        let credentials = provider.provide_credentials().await.map_err(|error| {
            Failure::Unreachable(format!("the AWS credentials: {}", causes(&error)))
        })?;
        let since_epoch = u64::try_from(Clock::System.now().millis()).unwrap_or_default();
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(since_epoch);
        signature::headers(request, service, self.region()?, credentials, now)
    }
}

/// Whether an operation of the query protocol only reads.
fn reads(action: &str) -> bool {
    let verbs = ["Describe", "Get", "List"];
    verbs.iter().any(|verb| action.starts_with(verb))
}

/// Whether the same request may get another answer in a moment.
fn is_passing(answer: &Answer) -> bool {
    let throttled = answer.status == 400 && answer.body.contains("<Code>Throttling");
    throttled || matches!(answer.status, 429 | 500 | 502 | 503 | 504)
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

#[cfg(test)]
pub(super) mod tests {
    use aws_credential_types::Credentials;
    use aws_credential_types::provider::SharedCredentialsProvider;
    use aws_types::region::Region;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::connection::lambda;
    use crate::connection::s3::Bucket;

    /// A caller, of AWS or of an endpoint of their own.
    pub(crate) fn caller(endpoint: Option<&str>) -> Caller {
        let credentials = Credentials::new("id", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .region(Region::new("eu-west-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        let mut config = config.into_builder();
        config.set_endpoint_url(endpoint.map(str::to_owned));
        Caller {
            config: config.build(),
            http: http::plain(),
        }
    }

    /// A server that answers one request after the other with these statuses and bodies; answers the requests' first lines.
    async fn answering(
        answers: &'static [(u16, &'static str)],
    ) -> (String, tokio::task::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let served = tokio::spawn(async move {
            let mut asked = Vec::new();
            for (status, body) in answers {
                let (mut connection, _) = listener.accept().await.unwrap();
                let mut request = vec![0; 16_384];
                let length = connection.read(&mut request).await.unwrap();
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                asked.push(request.lines().next().unwrap_or_default().to_owned());
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                connection.write_all(answer.as_bytes()).await.unwrap();
            }
            asked
        });
        (url, served)
    }

    #[tokio::test]
    async fn what_may_be_repeated_is_sent_until_there_is_an_answer() {
        let (url, served) = answering(&[(503, "slow down"), (200, "body")]).await;
        let bucket = Bucket::new(&caller(Some(&url)), "undelivered").unwrap();
        let object = bucket.get("aws/lambda/a b").await.unwrap().unwrap();
        assert_eq!(object.body, "body");
        let asked = "GET /undelivered/aws/lambda/a%20b HTTP/1.1";
        assert_eq!(served.await.unwrap(), [asked, asked]);
    }

    #[tokio::test]
    async fn a_function_is_invoked_once_whatever_comes_of_it() {
        let (url, served) = answering(&[(503, "down")]).await;
        let event = serde_json::json!({});
        let invoked = lambda::invoke(&caller(Some(&url)), "mailer", &event).await;
        let failure = invoked.unwrap_err().to_string();
        assert_eq!(failure, "lambda:Invoke: 503 down");
        assert_eq!(
            served.await.unwrap(),
            ["POST /2015-03-31/functions/mailer/invocations HTTP/1.1"]
        );
    }

    #[tokio::test]
    async fn a_condition_that_does_not_hold_is_no_failure() {
        let (url, served) = answering(&[
            (412, ""),
            (404, ""),
            (403, "<Error><Message>No&#x21;</Message></Error>"),
        ])
        .await;
        let bucket = Bucket::new(&caller(Some(&url)), "undelivered").unwrap();
        assert!(!bucket.put("k", "{}".into(), Some("\"1\"")).await.unwrap());
        assert!(!bucket.put("k", "{}".into(), Some("\"1\"")).await.unwrap());
        let failure = bucket
            .put("k", "{}".into(), Some("\"1\""))
            .await
            .unwrap_err();
        assert_eq!(failure.to_string(), "s3:PutObject: 403 No!");
        served.await.unwrap();
    }
}
