//! `$filter`: a checked tree that rows are matched against.

use std::fmt;

use super::error::{EvaluationError, ParseError};
use super::evaluate;
use super::instant::Instant;
use super::parser;
use super::plan::{self, Conjunct};
use super::schema::{Listable, Schema};
use super::steps;
use super::tree::Tree;
use crate::UnixMillis;

/// A filter over rows of one schema. It is within the limits of size.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    tree: Tree,
}

impl Filter {
    /// Parses `text` as a filter over rows of `schema`.
    pub(super) fn parse(text: &str, schema: &'static Schema) -> Result<Self, Vec<ParseError>> {
        let tree = parser::parse(text, schema)?;
        steps::estimate(&tree, schema).map_err(|error| vec![error])?;
        Ok(Self { tree })
    }

    /// Whether `row` matches: the filter is true for it, not false and not null. It takes at most
    /// [`MAX_STEPS`](super::MAX_STEPS) steps.
    ///
    /// # Errors
    ///
    /// An [`EvaluationError`] if the filter has no answer for this row: a division by zero, a number or instant out of
    /// range, a negative length.
    pub fn matches<R: Listable>(&self, row: &R, now: UnixMillis) -> Result<bool, EvaluationError> {
        evaluate::is_true(&self.tree, row, Instant::utc(now.seconds()))
    }

    /// The steps that [`Self::matches`] takes for `row`, for tests of the bound.
    pub fn steps<R: Listable>(&self, row: &R, now: UnixMillis) -> usize {
        evaluate::steps(&self.tree, row, Instant::utc(now.seconds()))
    }

    /// The expression.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The conditions that `and` joins at the top, from left to right. A row matches if all of them are true.
    #[must_use]
    pub fn conjuncts(&self) -> Vec<Conjunct<'_>> {
        plan::conjuncts(&self.tree)
    }

    /// Whether [`Self::matches`] may fail for some row. Such a filter must see every row, because the rows for which it
    /// fails are part of the answer.
    #[must_use]
    pub fn can_fail(&self) -> bool {
        plan::can_fail(&self.tree)
    }

    /// The properties that the filter reads, each once, in the order of first use.
    #[must_use]
    pub fn properties(&self) -> Vec<&'static str> {
        plan::properties(&self.tree)
    }
}

/// Writes the shortest text that parses to the same filter.
impl fmt::Display for Filter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tree.fmt(formatter)
    }
}
