//! Mistakes in values, and their places.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

/// The reason that one value is not acceptable. It names neither the member nor the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// A stable code in upper case, such as `INVALID_EMAIL`.
    pub code: &'static str,
    /// One sentence for a person.
    pub detail: Cow<'static, str>,
}

impl Invalid {
    /// A mistake with its code and its sentence.
    pub fn new(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.detail)
    }
}

/// A mistake at its place: an element of a problem document's `errors`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// A JSON pointer (RFC 6901) into the body, or the name of a query option or header.
    pub pointer: String,
    /// A stable code in upper case.
    pub code: &'static str,
    /// One sentence for a person.
    pub detail: Cow<'static, str>,
}

impl Mistake {
    /// `invalid` at `pointer`.
    pub fn at(pointer: impl Into<String>, invalid: Invalid) -> Self {
        Self {
            pointer: pointer.into(),
            code: invalid.code,
            detail: invalid.detail,
        }
    }
}
