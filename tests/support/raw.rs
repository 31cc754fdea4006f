//! Requests byte by byte, for what no decent client would send.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Answer, OpenApi, TestApp};

impl TestApp {
    /// The answer to `METHOD target` with these header lines and this body, all of them as they are; what the answer may
    /// be, `openapi.yaml` says.
    pub(crate) async fn raw(
        &self,
        method: &str,
        target: &str,
        headers: &[&[u8]],
        body: &[u8],
    ) -> Answer {
        let answer = self.raw_unchecked(method, target, headers, body).await;
        OpenApi::get().judge(&answer);
        answer
    }

    /// The same for what `openapi.yaml` does not speak of.
    pub(crate) async fn raw_unchecked(
        &self,
        method: &str,
        target: &str,
        headers: &[&[u8]],
        body: &[u8],
    ) -> Answer {
        let address = self.stack.url().strip_prefix("http://").unwrap();
        let mut request =
            format!("{method} {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n")
                .into_bytes();
        for header in headers {
            request.extend_from_slice(header);
            request.extend_from_slice(b"\r\n");
        }
        request.extend_from_slice(b"\r\n");
        request.extend_from_slice(body);
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&request).await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        let end = bytes
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .unwrap_or_else(|| panic!("{method} {target}: {}", String::from_utf8_lossy(&bytes)));
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        let mut headers = HeaderMap::new();
        for line in lines {
            let (name, value) = line.split_once(':').unwrap();
            let name = HeaderName::try_from(name).unwrap();
            headers.append(name, HeaderValue::from_str(value.trim()).unwrap());
        }
        Answer {
            method: Method::from_bytes(method.as_bytes()).unwrap(),
            path: target.to_owned(),
            status: StatusCode::from_bytes(status.as_bytes()).unwrap(),
            headers,
            text: String::from_utf8(bytes[end + 4..].to_vec()).unwrap(),
        }
    }
}

/// The header line of a body's length.
pub(crate) fn content_length(body: &[u8]) -> Vec<u8> {
    format!("Content-Length: {}", body.len()).into_bytes()
}
