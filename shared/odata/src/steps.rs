//! The cost of matching a row, in steps, and its bound, which is checked before any row is read.
//!
//! A step is some 5 to 25 instructions of a release build, about the work for one character. The costs:
//!
//! | expression | steps |
//! |---|---|
//! | any operator, call, literal, property | [`NODE`] |
//! | a comparison of texts | the characters of the shorter one |
//! | a comparison with a number that has a fraction | [`FRACTION`] |
//! | arithmetic with a number that has a fraction, `divby` | [`QUOTIENT`] |
//! | `in` with a list | [`ITEM`] for each literal, and the comparison with it |
//! | `startswith`, `endswith` | the characters of the shorter text |
//! | `contains` | the characters of both texts |
//! | `indexof` | those, and the first text's once more |
//! | `length`, `trim` | the characters of the text |
//! | `substring`, `concat` | the characters of the texts, twice |
//! | `tolower`, `toupper` | the characters of the text, three times, and those of the result |
//! | every read of a collection | [`NODE`] for each of its elements |
//! | a lambda | its body, for each element; a lambda inside it, for each element of its own and of the one other whose variable it uses |
//!
//! The estimate has no row. It takes each property and collection at the full size of its type, twice the characters for a
//! text in lower case and three times for one in upper case, and it evaluates both operands of `and` and `or`.

mod estimate;

pub(super) use estimate::estimate;

use super::tree::Function;

/// The most steps that one row may take. It leaves room for searching a text of 1,000 characters for ten words in any case.
pub const MAX_STEPS: usize = 100_000;

/// An operator, call, literal or property.
pub(super) const NODE: usize = 8;
/// A literal of a list.
pub(super) const ITEM: usize = 4;
/// Comparing numbers with a fraction.
pub(super) const FRACTION: usize = 32;
/// Computing with numbers with a fraction.
pub(super) const QUOTIENT: usize = 256;

/// The most characters that one becomes in lower case: `İ` becomes two.
pub(super) const LOWER: usize = 2;
/// The most characters that one becomes in upper case: `ΐ` becomes three.
pub(super) const UPPER: usize = 3;

/// The cost of `function` beyond [`NODE`], for texts of `first` and `second` characters and a result of `result`.
pub(super) fn call(function: Function, first: usize, second: usize, result: usize) -> usize {
    match function {
        Function::StartsWith | Function::EndsWith => first.min(second),
        Function::Contains => first.saturating_add(second),
        Function::IndexOf => first.saturating_mul(2).saturating_add(second),
        Function::Length | Function::Trim => first,
        Function::Substring => first.saturating_mul(2),
        Function::Concat => first.saturating_add(second).saturating_mul(2),
        Function::ToLower | Function::ToUpper => first.saturating_mul(3).saturating_add(result),
        Function::Year
        | Function::Month
        | Function::Day
        | Function::Hour
        | Function::Minute
        | Function::Second
        | Function::Date
        | Function::Now => 0,
    }
}
