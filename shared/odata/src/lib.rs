//! `OData` 4.01 over a list: `$filter`, `$orderby` and the other options.
//!
//! The text of an option becomes a checked tree ([`Filter`], [`OrderBy`], [`Select`]). The tree is evaluated against any
//! [`Listable`]. This crate knows neither HTTP nor the table. A store that wants to read less uses
//! [`Filter::conjuncts`] to narrow its read, and still evaluates the whole filter.
//!
//! Section numbers are those of the standard, `OData` Version 4.01, Part 2: URL Conventions.

mod check;
mod dialect;
mod display;
mod error;
mod evaluate;
mod filter;
mod functions;
mod instant;
mod lexer;
mod millis;
mod number;
mod operand;
mod orderby;
mod page;
mod parser;
mod plan;
mod position;
mod query;
mod schema;
mod select;
mod steps;
#[cfg(test)]
mod tests;
mod tree;

pub use error::{EvaluationError, Mistake, Uncomputable};
pub use filter::Filter;
pub use instant::Instant;
pub use millis::UnixMillis;
pub use number::Number;
pub use orderby::{Direction, OrderBy, OrderItem};
pub use page::{Page, Start, page, page_from};
pub use plan::{Comparison, Conjunct};
pub use position::Position;
pub use query::Query;
pub use schema::{Listable, Schema, Type, Value};
pub use select::Select;
pub use steps::MAX_STEPS;
pub use tree::{Binary, Function, Literal, Quantifier, Tree};
