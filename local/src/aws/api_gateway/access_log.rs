//! One line a request, for the person at the terminal, and the same for the console.

use std::time::Instant;

use axum::response::Response;
use http::{Method, Uri};

use crate::requests::{Answered, Trace};

/// The problem code of an answer, kept beside it for its line.
#[derive(Clone, Debug)]
pub(super) struct Code(pub(super) String);

/// A request that is not answered yet.
pub(super) struct Line {
    method: Method,
    path: String,
    query: Option<String>,
    begun: Instant,
}

/// Paths and queries are shown up to this many bytes.
const LONGEST: usize = 100;
/// And the segments of paths up to this many: an encoded name is seldom longer, a token always.
const LONGEST_SEGMENT: usize = 32;

impl Line {
    pub(super) fn begin(method: &Method, uri: &Uri) -> Self {
        // A mail scanner may put the token of a link into the query of a page.
        let query = uri.query().filter(|_| uri.path().starts_with("/api/"));
        Self {
            method: method.clone(),
            path: shown(uri.path()),
            query: query.map(str::to_owned),
            begun: Instant::now(),
        }
    }

    /// Writes the line, without the query. Answers what is known of the request; `with_units` if its calls were recorded.
    pub(super) fn end(self, response: &Response, trace: &Trace, with_units: bool) -> Answered {
        let known = trace.so_far();
        let code = response.extensions().get::<Code>();
        let milliseconds = self.begun.elapsed().as_millis();
        let answered = Answered {
            method: self.method.to_string(),
            path: self.path,
            query: self.query,
            route: known.route,
            function: known.function,
            status: response.status().as_u16(),
            code: code.map(|Code(code)| code.clone()),
            milliseconds: u64::try_from(milliseconds).unwrap_or(u64::MAX),
            user_id: known.user_id,
            units: with_units.then_some(known.units),
            calls: known.calls,
            ..Answered::default()
        };
        write(&answered);
        answered
    }
}

/// The target of the lines of requests.
pub(crate) const TARGET: &str = "local::requests";

fn write(answered: &Answered) {
    tracing::info!(
        target: TARGET,
        method = answered.method,
        path = answered.path,
        status = answered.status,
        code = answered.code,
        milliseconds = answered.milliseconds,
        readUnits = answered.units.map(|units| units.read),
        writeUnits = answered.units.map(|units| units.write),
        userId = answered.user_id,
        "request"
    );
}

/// A path without what a mail scanner may have made of a link's token, without an address, and with the beginnings of its long
/// segments only: those may be tokens too.
fn shown(path: &str) -> String {
    let end = ["%23", "@", "%40"]
        .iter()
        .filter_map(|stop| path.find(stop));
    let end = end.chain([path.len(), LONGEST]).min().unwrap_or(LONGEST);
    // A URI's path is ASCII.
    let mut segments: Vec<_> = path[..end].split('/').map(shortened).collect();
    if end < path.len() {
        segments.push("...".to_owned());
    }
    segments.join("/")
}

fn shortened(segment: &str) -> String {
    match segment.get(..LONGEST_SEGMENT) {
        Some(start) if segment.len() > LONGEST_SEGMENT => format!("{start}..."),
        _ => segment.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_path_is_shown_without_secrets() {
        for (path, expected) in [
            ("/api/accounts/Caf%C3%A9", "/api/accounts/Caf%C3%A9"),
            ("/invitation%23token=secret", "/invitation/..."),
            ("/api/accounts/ada@example.com", "/api/accounts/ada/..."),
            ("/api/accounts/ada%40example.com", "/api/accounts/ada/..."),
        ] {
            assert_eq!(shown(path), expected);
        }
        assert_eq!(
            shown(&format!("/{}", "x".repeat(33))),
            format!("/{}...", "x".repeat(32))
        );
        assert_eq!(shown(&"/x".repeat(100)).len(), 104);
    }
}
