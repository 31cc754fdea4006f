//! Where a request came from: what a change record and an absolute link need to know of it.

use http::HeaderMap;
use http::header::USER_AGENT;
use lambda_http::aws_lambda_events::apigw::ApiGatewayProxyRequestContext;

use crate::config::Config;

/// A browser's `User-Agent` is shorter than this many characters; the rest of a longer one says nothing.
const MAX_USER_AGENT_CHARACTERS: usize = 200;

/// The request's circumstances, as API Gateway reports them.
#[derive(Clone, Debug)]
pub struct Origin {
    /// API Gateway's id of the request: `x-request-id`.
    pub request_id: String,
    /// The caller's address on the network.
    pub source_ip: String,
    /// The caller's `User-Agent`, cut to 200 characters.
    pub user_agent: String,
    /// The API's address, without a slash at its end: also the issuer of access tokens.
    pub base_url: String,
}

impl Origin {
    pub(super) fn new(
        context: &ApiGatewayProxyRequestContext,
        headers: &HeaderMap,
        config: &Config,
    ) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let user_agent = headers
            .get(USER_AGENT)
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .unwrap_or_default();
        Self {
            request_id: text(&context.request_id),
            source_ip: text(&context.identity.source_ip),
            user_agent: user_agent.chars().take(MAX_USER_AGENT_CHARACTERS).collect(),
            base_url: base_url(config, context.apiid.as_deref().unwrap_or_default()),
        }
    }
}

/// The API's address: its own, or the one API Gateway gives every API. Never what a `Host` header claims.
#[must_use]
pub fn base_url(config: &Config, api_id: &str) -> String {
    config.public_url.clone().unwrap_or_else(|| {
        let Config { region, stage, .. } = config;
        format!("https://{api_id}.execute-api.{region}.amazonaws.com/{stage}")
    })
}
