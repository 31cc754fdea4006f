//! What is wrong with a value, and the collector that reports every mistake of a body at once.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

/// Why one value is not acceptable. It names neither the member nor the value itself.
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
    /// `invalid`, found at `pointer`.
    pub fn at(pointer: impl Into<String>, invalid: Invalid) -> Self {
        Self {
            pointer: pointer.into(),
            code: invalid.code,
            detail: invalid.detail,
        }
    }
}

/// Collects the mistakes of a body, so that all of them are answered and not the first.
#[derive(Debug, Default)]
pub struct Fields {
    mistakes: Vec<Mistake>,
}

impl Fields {
    /// The parsed value of the member `name`, or a mistake kept at `/name`.
    pub fn take<T>(&mut self, name: &str, parsed: Result<T, Invalid>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(invalid) => {
                self.mistake(name, invalid);
                None
            }
        }
    }

    /// Like [`Fields::take`], for a member that has to be there.
    pub fn require<T>(&mut self, name: &str, parsed: Option<Result<T, Invalid>>) -> Option<T> {
        let missing = || Err(Invalid::new("REQUIRED", format!("`{name}` is required.")));
        self.take(name, parsed.unwrap_or_else(missing))
    }

    /// Like [`Fields::take`], for a member that may be left out.
    pub fn optional<T>(
        &mut self,
        name: &str,
        parsed: Option<Result<T, Invalid>>,
    ) -> Option<Option<T>> {
        parsed.map_or(Some(None), |parsed| self.take(name, parsed).map(Some))
    }

    /// Keeps a mistake at `/name`.
    pub fn mistake(&mut self, name: &str, invalid: Invalid) {
        self.mistakes.push(Mistake::at(format!("/{name}"), invalid));
    }

    /// The whole value, if there was no mistake.
    ///
    /// # Errors
    ///
    /// Every mistake kept so far.
    pub fn finish<T>(self, whole: Option<T>) -> Result<T, Vec<Mistake>> {
        match whole {
            Some(whole) if self.mistakes.is_empty() => Ok(whole),
            _ => Err(self.mistakes),
        }
    }
}
