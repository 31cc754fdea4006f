//! Entity tags (RFC 9110 section 8.8.3): the version of a row, in quotes.

use std::fmt;

use http::HeaderMap;
use http::header::IF_MATCH;
use model::{Error, Invalid};

/// The strong entity tag of one version of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ETag(pub u64);

impl fmt::Display for ETag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "\"{}\"", self.0)
    }
}

/// The condition of an `If-Match` header (RFC 9110 section 13.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IfMatch {
    /// No header, or `*`: any state.
    #[default]
    Any,
    /// One of these tags, without what proxies make of them.
    OneOf(Vec<String>),
}

impl IfMatch {
    /// The condition in `headers`.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] for a header that is no list of entity tags.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, Error> {
        let mut tags = Vec::new();
        for value in headers.get_all(IF_MATCH) {
            let value = value.to_str().map_err(|_| malformed())?.trim();
            if value == "*" {
                return Ok(Self::Any);
            }
            parse_list(value, &mut tags)?;
        }
        Ok(if headers.contains_key(IF_MATCH) {
            Self::OneOf(tags)
        } else {
            Self::Any
        })
    }

    /// Nothing, if the row's `version` satisfies the condition.
    ///
    /// # Errors
    ///
    /// [`Error::PreconditionFailed`] if it does not.
    pub fn check(&self, version: u64) -> Result<(), Error> {
        match self {
            Self::Any => Ok(()),
            Self::OneOf(tags) if tags.contains(&ETag(version).to_string()) => Ok(()),
            Self::OneOf(_) => Err(Error::PreconditionFailed),
        }
    }
}

fn parse_list(list: &str, tags: &mut Vec<String>) -> Result<(), Error> {
    let mut rest = list;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return if tags.is_empty() {
                Err(malformed())
            } else {
                Ok(())
            };
        }
        let opaque = rest.strip_prefix("W/").unwrap_or(rest);
        let inner = opaque.strip_prefix('"').ok_or_else(malformed)?;
        let length = inner.find('"').ok_or_else(malformed)?;
        let end = rest.len() - inner.len() + length + 1;
        tags.push(as_sent(&inner[..length]));
        rest = rest[end..].trim_start_matches([' ', '\t']);
        if !rest.is_empty() && !rest.starts_with(',') {
            return Err(malformed());
        }
    }
}

/// The tag that this service sent. Proxies weaken it (`W/"7"`) or add their compression (`"7-gzip"`), which does not change the
/// state.
fn as_sent(opaque: &str) -> String {
    let version = opaque.split('-').next().unwrap_or_default();
    format!("\"{version}\"")
}

fn malformed() -> Error {
    let detail = "`If-Match` is a list of entity tags in double quotes, or `*`.";
    Error::invalid("If-Match", Invalid::new("INVALID_HEADER", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn if_match(value: &'static str) -> Result<IfMatch, Error> {
        let mut headers = HeaderMap::new();
        headers.insert(IF_MATCH, value.parse().unwrap());
        IfMatch::from_headers(&headers)
    }

    #[test]
    fn a_version_matches_its_own_tag_only_whatever_a_proxy_made_of_it() {
        assert!(if_match("\"7\"").unwrap().check(7).is_ok());
        assert!(if_match("\"6\" , \"7\"").unwrap().check(7).is_ok());
        assert!(if_match("*").unwrap().check(7).is_ok());
        for tag in [
            "W/\"7\"",
            "\"7-gzip\"",
            "W/\"7-br\"",
            "\"7--gzip\"",
            "\"6\", W/\"7\"",
        ] {
            assert!(if_match(tag).unwrap().check(7).is_ok(), "{tag}");
        }
        for tag in ["W/\"70\"", "\"70-gzip\"", "\"gzip-7\"", "\"-7\"", "w/\"6\""] {
            let matched = if_match(tag).is_ok_and(|tags| tags.check(7).is_ok());
            assert!(!matched, "{tag}");
        }
        assert!(if_match("\"70\"").unwrap().check(7).is_err());
    }

    #[test]
    fn a_header_that_is_no_list_of_tags_is_refused() {
        for value in ["7", "\"7", "\"7\"x", "\"7\" \"8\"", ",", "", "W/7"] {
            assert!(if_match(value).is_err(), "{value}");
        }
    }

    #[test]
    fn without_a_header_or_with_a_star_any_state_will_do() {
        let none = IfMatch::from_headers(&HeaderMap::new()).unwrap();
        assert_eq!(
            (none, if_match(" * ").unwrap()),
            (IfMatch::Any, IfMatch::Any)
        );
    }

    #[test]
    fn tags_of_several_headers_are_one_list() {
        let mut headers = HeaderMap::new();
        for value in ["\"1\", \"a,b\"", ",, \"2\" ,", "\"\""] {
            headers.append(IF_MATCH, value.parse().unwrap());
        }
        let expected = ["\"1\"", "\"a,b\"", "\"2\"", "\"\""].map(String::from);
        let read = IfMatch::from_headers(&headers).unwrap();
        assert_eq!(read, IfMatch::OneOf(expected.to_vec()));
    }

    #[test]
    fn a_tag_is_compared_as_written() {
        for value in [
            "\"07\"",
            "\"7 \"",
            "\"+7\"",
            "\"\"",
            "\"18446744073709551616\"",
        ] {
            let refusal = if_match(value).unwrap().check(7).unwrap_err();
            assert_eq!(
                crate::status::status_and_code(&refusal).1,
                "PRECONDITION_FAILED",
                "{value}"
            );
        }
    }

    #[test]
    fn a_header_beyond_ascii_is_refused() {
        let mut headers = HeaderMap::new();
        headers.insert(
            IF_MATCH,
            http::HeaderValue::from_bytes(b"\"\xe9\"").unwrap(),
        );
        let refusal = IfMatch::from_headers(&headers).unwrap_err();
        assert_eq!(refusal.mistakes()[0].pointer, "If-Match");
    }
}
