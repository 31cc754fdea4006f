//! Keeps other sites' pages out: a browser may be led to a port of this machine under another name, or made to send requests.

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, HeaderName};

/// Docker's name for the machine that a container runs on.
pub(crate) const DOCKER_HOST: &str = "host.docker.internal";

/// Whether a request is for this machine by a name of its own, or by one of `others`, and not from another site's page.
pub(crate) fn is_ours(headers: &HeaderMap, others: &[&str]) -> bool {
    let header = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = header(HOST).unwrap_or_default();
    // An origin that is no text is that of another site.
    let own_page = !headers.contains_key(ORIGIN)
        || header(ORIGIN).is_some_and(|origin| origin == format!("http://{host}"));
    (is_loopback(host) || others.contains(&name(host))) && own_page
}

fn is_loopback(host: &str) -> bool {
    matches!(name(host), "127.0.0.1" | "localhost" | "[::1]")
}

/// A host without its port.
fn name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::{DOCKER_HOST, is_loopback, is_ours};

    fn headers(host: &'static str, origin: &'static [u8]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static(host));
        if !origin.is_empty() {
            headers.insert("origin", HeaderValue::from_bytes(origin).unwrap());
        }
        headers
    }

    #[test]
    fn a_page_of_another_site_is_kept_out() {
        for (host, origin, expected) in [
            ("localhost:80", &b""[..], true),
            ("localhost:80", b"http://localhost:80", true),
            ("localhost:80", b"http://localhost:81", false),
            ("localhost:80", b"https://evil.example", false),
            ("localhost:80", b"null", false),
            ("localhost:80", b"\xff", false),
            ("evil.example:80", b"http://evil.example:80", false),
            ("host.docker.internal:80", b"", true),
        ] {
            let headers = headers(host, origin);
            assert_eq!(is_ours(&headers, &[DOCKER_HOST]), expected, "{headers:?}");
        }
        assert!(!is_ours(&headers("host.docker.internal", b""), &[]));
        assert!(!is_ours(&HeaderMap::new(), &[]));
    }

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
