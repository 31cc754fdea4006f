//! Where a request came from: what a change record and an absolute link need to know of it.

use http::HeaderMap;
use http::header::USER_AGENT;
use lambda_http::aws_lambda_events::apigw::ApiGatewayProxyRequestContext;
use model::Origin;
use runtime::Config;

/// A browser's `User-Agent` is shorter than this many characters; the rest of a longer one says nothing.
const MAX_USER_AGENT_CHARACTERS: usize = 200;

/// The circumstances of a request, from API Gateway's context.
pub(super) fn origin(
    context: &ApiGatewayProxyRequestContext,
    headers: &HeaderMap,
    config: &Config,
) -> Origin {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let user_agent = headers
        .get(USER_AGENT)
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .unwrap_or_default();
    Origin {
        request_id: text(&context.request_id),
        source_ip: text(&context.identity.source_ip),
        user_agent: user_agent.chars().take(MAX_USER_AGENT_CHARACTERS).collect(),
        base_url: config.base_url(context.apiid.as_deref().unwrap_or_default()),
    }
}
