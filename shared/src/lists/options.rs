//! The options of a list: as they were given, and as they were parsed.

use std::fmt::Write as _;

use http::request::Parts;
use lambda_http::RequestExt as _;
use lambda_http::request::RequestContext;
use model::{Error, UserId};
use odata::{Query, Schema};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::refusal::invalid_query;
use crate::path::variable;

/// The characters that a query holds as they are (RFC 3986 section 2.3), and the `$` that options begin with.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'$');

/// The options of a request, and the list that they are for.
#[derive(Clone, Debug)]
pub(super) struct Options {
    /// What is asked for.
    pub query: Query,
    given: Vec<(String, String)>,
    path: String,
    base_url: String,
}

impl Options {
    /// Parses the options `given` for the list at `path`, whose rows have the properties of `schema`.
    pub(super) fn parse(
        given: &[(String, String)],
        schema: &'static Schema,
        path: String,
        base_url: &str,
    ) -> Result<Self, Error> {
        let query = Query::parse(given, schema).map_err(invalid_query)?;
        let stay = given.iter().filter(|(name, _)| stays(name)).cloned();
        Ok(Self {
            query,
            given: stay.collect(),
            path,
            base_url: base_url.to_owned(),
        })
    }

    /// What a cursor is good for: one caller, one list, and the options of its first page.
    pub(super) fn scope(&self, caller: UserId) -> Vec<u8> {
        let mut given: Vec<_> = self.given.iter().collect();
        given.sort_unstable();
        serde_json::to_vec(&(caller, &self.path, given)).unwrap_or_default()
    }

    /// The address of the next page: the same options, and `next`, which says where it begins.
    pub(super) fn link(&self, (name, next): (&str, &str)) -> String {
        let mut link = format!("{}{}?", self.base_url, self.path);
        for (name, text) in &self.given {
            let name = utf8_percent_encode(name, ENCODED);
            let text = utf8_percent_encode(text, ENCODED);
            let _ = write!(link, "{name}={text}&");
        }
        let _ = write!(link, "{name}={next}");
        link
    }
}

/// Whether an option is the same on every page.
fn stays(name: &str) -> bool {
    name.starts_with('$') && name != "$skip" && name != "$skiptoken"
}

/// The path of the request: the resource that API Gateway matched, with the values of its variables.
pub(super) fn path(parts: &Parts) -> String {
    let Some(RequestContext::ApiGatewayV1(context)) = parts.request_context_ref() else {
        return String::new();
    };
    let resource = context.resource_path.as_deref().unwrap_or_default();
    let segments = resource.split('/').map(|segment| {
        let name = segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        let Some(name) = name else {
            return segment.to_owned();
        };
        let value = variable(parts, name).unwrap_or_default();
        utf8_percent_encode(&value, ENCODED).to_string()
    });
    segments.collect::<Vec<_>>().join("/")
}
