//! API Gateway: turns an HTTP request into a function's event and its answer back into HTTP, with the template's own refusals.

mod access_log;
mod answer;
mod authorize;
mod body;
mod event;
mod policy;
mod preflight;
mod refuse;
mod resources;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use http::{HeaderMap, Method, Uri};
use serde_json::{Map, Value};
use shared::runtime::Clock;
use tokio::sync::watch;

use crate::aws::lambda::Functions;
use crate::random;
use crate::requests::{Answered, Requests, Trace};
use crate::sam::{Api, Cors, TemplateError};
pub(crate) use access_log::TARGET;
use access_log::{Code, Line};
use authorize::Authorizers;
use event::Incoming;
use refuse::{Refusals, Refused};
use resources::{Matched, Resources};

/// REST APIs: the longest that an integration may take (quotas page).
const INTEGRATION_TIMEOUT: Duration = Duration::from_secs(29);
/// REST APIs: request line and headers together (quotas page).
const MAX_HEADER_BYTES: usize = 10_240;

/// The API of the template.
pub(crate) struct Gateway {
    pub(crate) stage: String,
    pub(crate) address: SocketAddr,
    pub(crate) clock: Clock,
    /// Counts the requests that may have written something.
    pub(crate) written: watch::Sender<u64>,
    requests: Requests,
    functions: Functions,
    resources: Resources,
    authorizers: Authorizers,
    refusals: Refusals,
    cors: Option<Cors>,
}

/// The gateway's settings besides the API itself.
pub(crate) struct Settings {
    pub(crate) address: SocketAddr,
    pub(crate) clock: Clock,
    pub(crate) written: watch::Sender<u64>,
    pub(crate) requests: Requests,
}

impl Gateway {
    pub(crate) fn new(
        api: Api,
        functions: Functions,
        settings: Settings,
    ) -> Result<Self, TemplateError> {
        Ok(Self {
            stage: api.stage,
            address: settings.address,
            clock: settings.clock,
            written: settings.written,
            requests: settings.requests,
            functions,
            resources: Resources::new(api.routes),
            authorizers: Authorizers::new(api.authorizers)?,
            refusals: Refusals::new(api.refusals),
            cors: api.cors,
        })
    }

    /// Answers every path.
    pub(crate) fn router(self) -> Router {
        Router::new().fallback(answer).with_state(Arc::new(self))
    }
}

async fn answer(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let id = random::uuid();
    let method = request.method().clone();
    let line = Line::begin(&method, request.uri());
    let trace = Arc::new(Trace::default());
    let passed = trace.over(gateway.pass(&id, peer, request, &trace)).await;
    let mut response = match passed {
        Ok(response) => response,
        Err(refused) => {
            tracing::debug!(
                kind = refused.kind,
                reason = refused.reason,
                "refused by the gateway"
            );
            let mut response = gateway.refusals.response(&refused, &id);
            let code = Code(refused.kind.to_owned());
            response.extensions_mut().insert(code);
            response
        }
    };
    if method != Method::GET && method != Method::OPTIONS {
        gateway.written.send_modify(|count| *count += 1);
    }
    if let Ok(id) = http::HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    let answered = line.end(&response, &trace, gateway.requests.with_calls);
    gateway.requests.add(Answered {
        request_id: id,
        at: gateway.clock.now().to_string(),
        ..answered
    });
    response
}

impl Gateway {
    async fn pass(
        &self,
        id: &str,
        peer: SocketAddr,
        request: Request,
        trace: &Trace,
    ) -> Result<Response, Refused> {
        let (parts, body) = request.into_parts();
        let matched = self.matched(&parts.method, &parts.uri, &parts.headers);
        let (matched, who) = match matched {
            Ok(Matched::Preflight) => {
                return Ok(preflight::response(
                    self.cors.as_ref().unwrap_or(&Cors::default()),
                ));
            }
            Ok(Matched::Route(matched)) => {
                trace.matched(&matched.path, &matched.function);
                match self.authorize(&matched, &parts).await {
                    Ok(who) => (matched, who),
                    Err(refused) => return Err(body::drained(body, refused).await),
                }
            }
            Err(refused) => return Err(body::drained(body, refused).await),
        };
        if let Some(user) = who.get("userId") {
            trace.authorized(user);
        }
        let body = body::whole(body).await?;
        let function = self.functions.get(&matched.function).ok_or_else(|| {
            Refused::new(
                "API_CONFIGURATION_ERROR",
                format!("there is no {}", matched.function),
            )
        })?;
        let incoming = Incoming {
            id,
            peer,
            parts: &parts,
            matched: &matched,
            who,
            body,
        };
        let event = incoming.event(self);
        let answer = tokio::time::timeout(INTEGRATION_TIMEOUT, function.invoke(event)).await;
        match answer {
            Ok(Ok(answer)) => answer::response(&answer),
            Ok(Err(error)) => {
                tracing::error!(function = matched.function, %error, "the function failed");
                Err(Refused::new("INTEGRATION_FAILURE", error.to_string()))
            }
            Err(_) => Err(Refused::new("INTEGRATION_TIMEOUT", "no answer in 29 s")),
        }
    }

    fn matched(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<Matched, Refused> {
        let line =
            method.as_str().len() + uri.path_and_query().map_or(1, |path| path.as_str().len());
        let headers = headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len());
        if line + headers.sum::<usize>() > MAX_HEADER_BYTES {
            return Err(Refused::new(
                "REQUEST_TOO_LARGE",
                "more than 10,240 bytes of headers",
            ));
        }
        let matched = self.resources.find(method, uri.path(), self.cors.is_some());
        matched.ok_or_else(|| {
            Refused::new(
                "MISSING_AUTHENTICATION_TOKEN",
                "Missing Authentication Token",
            )
        })
    }

    async fn authorize(
        &self,
        matched: &resources::Resource,
        parts: &http::request::Parts,
    ) -> Result<Map<String, Value>, Refused> {
        match &matched.authorizer {
            None => Ok(Map::new()),
            Some(name) => {
                self.authorizers
                    .authorize(name, self, &self.functions, parts)
                    .await
            }
        }
    }
}
