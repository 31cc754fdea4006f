//! One line a request, for the person at the terminal: `PUT /api/accounts/42 403 UNAUTHORIZED 12 ms`.

use std::time::Instant;

use axum::response::Response;
use http::{Method, Uri};

/// The problem code of an answer, kept beside it for its line.
#[derive(Clone, Debug)]
pub(super) struct Code(pub(super) String);

/// A request that is not answered yet.
pub(super) struct Line {
    method: Method,
    path: String,
    begun: Instant,
}

/// Paths are shown up to this many bytes.
const LONGEST: usize = 100;
/// And their segments up to this many: an encoded name is seldom longer, a token always.
const LONGEST_SEGMENT: usize = 32;

impl Line {
    pub(super) fn begin(method: &Method, uri: &Uri) -> Self {
        Self {
            method: method.clone(),
            path: shown(uri.path()),
            begun: Instant::now(),
        }
    }

    /// Writes the line.
    pub(super) fn end(self, response: &Response) {
        let Self {
            method,
            path,
            begun,
        } = self;
        let status = response.status().as_u16();
        let code = response.extensions().get::<Code>();
        let code = code.map_or_else(String::new, |Code(code)| format!(" {code}"));
        let milliseconds = begun.elapsed().as_millis();
        tracing::info!(target: "local::requests", "{method} {path} {status}{code} {milliseconds} ms");
    }
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
