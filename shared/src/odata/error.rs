//! What can be wrong with a query: at its place in the text, or with what it computes.

use std::fmt;

use crate::validation::{Invalid, Mistake};

/// The code of every mistake in a query.
pub(super) const INVALID_QUERY: &str = "INVALID_QUERY";

/// Characters of a client's text repeated in an answer.
const SHOWN_CHARACTERS: usize = 40;

/// A mistake at its place in the text of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The place of the first character that is wrong, counted from 1.
    pub(super) position: usize,
    /// What is wrong there, as a sentence without its full stop.
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(position: usize, message: impl Into<String>) -> Self {
        Self {
            position,
            message: message.into(),
        }
    }

    /// The fault as it is answered, for the option called `option`.
    pub(super) fn at(self, option: &str) -> Mistake {
        let detail = format!("Position {}: {}.", self.position, self.message);
        Mistake::at(option, Invalid::new(INVALID_QUERY, detail))
    }
}

/// `text`, cut to what an answer repeats of it.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// What a filter could not compute for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The divisor of `div`, `divby` or `mod` is zero.
    DivisionByZero,
    /// A number does not fit its type, or an instant the calendar.
    Overflow,
    /// The length given to `substring` is negative.
    NegativeLength,
}

/// A filter that parses, and that asks of a row what has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub struct QueryError {
    /// The place of the operator or function in the filter's text, counted in characters from 1.
    pub position: usize,
    /// What went wrong there.
    pub problem: Problem,
}

impl fmt::Display for QueryError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = match self.problem {
            Problem::DivisionByZero => "division by zero",
            Problem::Overflow => "the result is out of range",
            Problem::NegativeLength => "the length of a substring is negative",
        };
        write!(formatter, "Position {}: {problem}.", self.position)
    }
}

impl From<QueryError> for Mistake {
    fn from(error: QueryError) -> Self {
        Self::at("$filter", Invalid::new(INVALID_QUERY, error.to_string()))
    }
}
