//! What every HTTP function has around its routes.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL,
    STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue, Uri};
use lambda_http::RequestExt as _;
use lambda_http::request::RequestContext;
use model::{Error, Missing};
use observe::{Line, Meter};
use runtime::App;
use store::with_retry_budget;
use tower::ServiceBuilder;

use super::origin::origin;
use super::status::status_and_code;
use super::{Early, problem};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What a browser's script may read besides the body.
const EXPOSED: &str =
    "ETag, Location, Retry-After, WWW-Authenticate, idempotent-replayed, x-request-id";

/// As the template says it of API Gateway's own answers.
const A_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// `routes` as they are deployed: found by API Gateway's own routing, with problem documents for every refusal, CORS,
/// the request's id, and one log line a request.
pub fn wrap(app: App, routes: Router) -> Router {
    let routes = routes
        .fallback(async || Early::from(Missing::Route))
        .method_not_allowed_fallback(async || Early::from(Missing::Route));
    let by_resource = ServiceBuilder::new()
        .map_request(route_by_resource)
        .service(routes);
    Router::new()
        .fallback_service(by_resource)
        .layer(from_fn_with_state(app, around))
}

/// Routes by the resource that API Gateway matched, not by the path's text, so that no spelling of a path (`%2e%2e`, a
/// decoded slash) can lead to another route than the one that was authorized. The variables' values come from the event.
fn route_by_resource(mut request: Request) -> Request {
    let Some(RequestContext::ApiGatewayV1(context)) = request.request_context_ref() else {
        return request;
    };
    let resource = context.resource_path.as_deref().unwrap_or("/");
    let path = resource
        .split('/')
        .map(|segment| {
            if segment.starts_with('{') {
                "-"
            } else {
                segment
            }
        })
        .collect::<Vec<_>>()
        .join("/");
    if let Ok(uri) = path.parse::<Uri>() {
        *request.uri_mut() = uri;
    }
    request
}

async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let line = Line::begin("request").measured();
    let Some(RequestContext::ApiGatewayV1(context)) = request.request_context_ref() else {
        return problem::response(&Error::internal("not an API Gateway event"), "");
    };
    let resource = context.resource_path.clone().unwrap_or_default();
    let user = context.authorizer.fields.get("userId").cloned();
    let account = request.path_parameters().first("id").map(str::to_owned);
    let method = request.method().clone();
    let origin = origin(context, request.headers(), &app.config);
    let request_id = origin.request_id.clone();
    let https = origin.base_url.starts_with("https://");
    request.extensions_mut().insert(origin);

    let meter = Arc::new(Meter::default());
    let mut response = meter.over(with_retry_budget(next.run(request))).await;
    let error = response.extensions_mut().remove::<Arc<Error>>();
    if let Some(error) = &error {
        response = problem::response(error, &request_id);
    }
    finish(&mut response, &request_id, &app);
    if https {
        let headers = response.headers_mut();
        headers.insert(STRICT_TRANSPORT_SECURITY, A_YEAR);
    }
    let code = error.as_ref().map(|error| status_and_code(error).1);
    let account = account.and_then(|id| id.parse::<u64>().ok());
    line.with("requestId", request_id.as_str())
        .with("route", format!("{method} {resource}"))
        .with("status", response.status().as_u16())
        .with("code", code)
        .with(
            "userId",
            user.and_then(|user| user.as_str()?.parse::<u64>().ok()),
        )
        .with("accountId", account)
        .end(&meter, &app.config.metrics, app.clock.now().into());
    if let Some(cause) = error.as_deref().and_then(std::error::Error::source) {
        tracing::error!(request_id, code, cause = chain(cause), "cause");
    }
    response
}

fn finish(response: &mut Response, request_id: &str, app: &App) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(X_REQUEST_ID, id);
    }
    if let Ok(origin) = HeaderValue::from_str(&app.config.allowed_origin) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(VARY, HeaderValue::from_static("Origin"));
    }
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(EXPOSED),
    );
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

/// An error and what it came from, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}
