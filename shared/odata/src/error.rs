//! Errors of a query: a mistake at a place in its text, or a failed computation.

use std::fmt;

/// Characters of a client's text that an answer repeats.
const SHOWN_CHARACTERS: usize = 40;

/// A mistake in an option, and its place in the text. `Display` writes a sentence that begins with the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Position {position}: {detail}.")]
pub struct Mistake {
    /// The option's name, cut to 40 characters.
    pub option: String,
    /// The place of the first wrong character, counted in characters from 1.
    pub position: usize,
    /// The mistake, as a sentence without its full stop.
    pub detail: String,
}

/// A mistake at a place in the text of an unnamed option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ParseError {
    /// As [`Mistake::position`].
    pub(super) position: usize,
    /// As [`Mistake::detail`].
    pub(super) message: String,
}

impl ParseError {
    pub(super) fn new(position: usize, message: impl Into<String>) -> Self {
        Self {
            position,
            message: message.into(),
        }
    }

    /// The mistake in the option called `option`.
    pub(super) fn of(self, option: &str) -> Mistake {
        Mistake {
            option: option.chars().take(SHOWN_CHARACTERS).collect(),
            position: self.position,
            detail: self.message,
        }
    }
}

/// `message`, followed by the advice, if there is one.
pub(super) fn advised(message: String, advice: Option<String>) -> String {
    match advice {
        Some(advice) => message + "; " + &advice,
        None => message,
    }
}

/// `text`, cut to the length that an answer repeats.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// The reason that a filter has no answer for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uncomputable {
    /// The divisor of `div`, `divby` or `mod` is zero.
    DivisionByZero,
    /// A number does not fit its type, or an instant is outside the calendar.
    Overflow,
    /// The length given to `substring` is negative.
    NegativeLength,
}

impl fmt::Display for Uncomputable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::DivisionByZero => "division by zero",
            Self::Overflow => "the result is out of range",
            Self::NegativeLength => "the length of a substring is negative",
        })
    }
}

/// The error of a valid filter that has no answer for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Position {position}: {cause}.")]
pub struct EvaluationError {
    /// The place of the operator or function in the filter's text, counted in characters from 1.
    pub position: usize,
    /// The reason.
    pub cause: Uncomputable,
}

impl From<EvaluationError> for Mistake {
    fn from(error: EvaluationError) -> Self {
        Self {
            option: "$filter".to_owned(),
            position: error.position,
            detail: error.cause.to_string(),
        }
    }
}
