//! What can be wrong with a query: at its place in the text, or with what it computes.

use std::fmt;

/// Characters of a client's text repeated in an answer.
const SHOWN_CHARACTERS: usize = 40;

/// What is wrong with an option, and where in its text. It shows itself as a sentence that begins with the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Position {position}: {detail}.")]
pub struct Mistake {
    /// The option's name, cut to 40 characters.
    pub option: String,
    /// The place of the first character that is wrong, counted in characters from 1.
    pub position: usize,
    /// What is wrong there, as a sentence without its full stop.
    pub detail: String,
}

/// A mistake at its place in the text of an option that is not named.
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

/// `message`, and what would be right if that is known.
pub(super) fn advised(message: String, advice: Option<String>) -> String {
    match advice {
        Some(advice) => message + "; " + &advice,
        None => message,
    }
}

/// `text`, cut to what an answer repeats of it.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// Why a filter has no answer for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uncomputable {
    /// The divisor of `div`, `divby` or `mod` is zero.
    DivisionByZero,
    /// A number does not fit its type, or an instant the calendar.
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

/// A filter that parses, and that has no answer for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Position {position}: {cause}.")]
pub struct EvaluationError {
    /// The place of the operator or function in the filter's text, counted in characters from 1.
    pub position: usize,
    /// What went wrong there.
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
