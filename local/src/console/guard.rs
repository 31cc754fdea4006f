//! Keeps other sites' pages out: a browser may be led here under a foreign name, or to send what nobody asked for.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CACHE_CONTROL, HOST, ORIGIN, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::problem;

pub(super) async fn only_this_machine(request: Request, next: Next) -> Response {
    if !is_ours(request.headers()) {
        let detail = "Use http://127.0.0.1 or http://localhost, and not from another site's page.";
        return problem(StatusCode::FORBIDDEN, "UNAUTHORIZED", detail);
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn is_ours(headers: &HeaderMap) -> bool {
    let header = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = header(HOST).unwrap_or_default();
    let own_page = header(ORIGIN).is_none_or(|origin| origin == format!("http://{host}"));
    is_loopback(host) && own_page
}

fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_names_of_this_machine_are_taken() {
        for host in ["127.0.0.1:3000", "localhost", "localhost:80", "[::1]:3000"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example:3000",
            "",
            "localhost:x",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
