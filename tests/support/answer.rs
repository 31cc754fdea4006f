//! An answer, and short ways to say what it has to be.

use expect_test::Expect;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// An answer as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// The body as JSON; `null` if it is empty.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        if self.text.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The header `name`, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The body, once the status is `status`.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self:#?}");
        self.json()
    }

    /// The body as text, once the status is `status`.
    #[track_caller]
    pub(crate) fn expect_text(&self, status: u16) -> &str {
        assert_eq!(self.status.as_u16(), status, "{self:#?}");
        &self.text
    }

    /// The problem document, once status and code are these.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> Value {
        let problem = self.expect(status);
        assert_eq!(problem["code"], code, "{self:#?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(
            problem["requestId"],
            self.header("x-request-id"),
            "{self:#?}"
        );
        problem
    }

    /// The mistakes of a 400, as `pointer code`, in order.
    #[track_caller]
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let problem = self.expect(400);
        let errors = problem["errors"]
            .as_array()
            .unwrap_or_else(|| panic!("{self:#?}"));
        let shown = |error: &Value| {
            let text = |name: &str| error[name].as_str().unwrap().to_owned();
            format!("{} {}", text("pointer"), text("code"))
        };
        errors.iter().map(shown).collect()
    }

    /// Compares status and body with what is expected; ids and times are made the same everywhere.
    #[track_caller]
    pub(crate) fn check(&self, expected: &Expect) {
        let mut body = self.json();
        level(&mut body);
        let body = serde_json::to_string_pretty(&body).unwrap();
        expected.assert_eq(&format!("{}\n{body}\n", self.status));
    }
}

/// What is random or a time becomes its kind.
fn level(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(level),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let kind = match name.as_str() {
                    "id" | "accountId" | "ownerId" | "userId" if !member.is_null() => "<id>",
                    "createdAt" | "updatedAt" | "expiresAt" | "lastUsedAt" | "sentAt" => "<time>",
                    "requestId" | "accessToken" | "refreshToken" => "<random>",
                    _ => {
                        level(member);
                        continue;
                    }
                };
                *member = kind.into();
            }
        }
        _ => {}
    }
}
