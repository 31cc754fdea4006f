//! DynamoDB, Secrets Manager, SES and EventBridge at one address, for functions that run outside this process: `sam local`, the AWS CLI.

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use tower::ServiceExt as _;

use crate::loopback::{self, DOCKER_HOST};

/// The answer to a page of another site.
const FOREIGN: &str = r#"{"__type":"AccessDeniedException","message":"Use a name of this machine, and not from another site's page."}"#;

/// What there is behind the address.
#[derive(Clone)]
struct Services {
    dynamodb: Router,
    secrets_manager: Router,
    ses: Router,
    eventbridge: Router,
}

/// Each request goes to the service that it is meant for.
pub(crate) fn router(
    dynamodb: Router,
    secrets_manager: Router,
    ses: Router,
    eventbridge: Router,
) -> Router {
    Router::new().fallback(dispatch).with_state(Services {
        dynamodb,
        secrets_manager,
        ses,
        eventbridge,
    })
}

/// By the operation's name: SES's protocol has none in its headers, and DynamoDB answers what names nothing.
async fn dispatch(State(services): State<Services>, request: Request) -> Response {
    if !loopback::is_ours(request.headers(), &[DOCKER_HOST]) {
        let kind = [(CONTENT_TYPE, "application/x-amz-json-1.0")];
        return (StatusCode::FORBIDDEN, kind, FOREIGN).into_response();
    }
    let target = request.headers().get("x-amz-target");
    let target = target.map_or(&b""[..], |target| target.as_bytes());
    let form = request
        .headers()
        .get(http::header::CONTENT_TYPE)
        .is_some_and(|kind| {
            kind.as_bytes()
                .starts_with(b"application/x-www-form-urlencoded")
        });
    let service = if target.starts_with(b"secretsmanager.") {
        services.secrets_manager
    } else if target.starts_with(b"AWSEvents.") {
        services.eventbridge
    } else if target.is_empty() && form {
        services.ses
    } else {
        services.dynamodb
    };
    let Ok(response) = service.oneshot(request).await;
    response
}
