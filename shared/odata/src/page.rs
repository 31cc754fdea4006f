//! One page of a set of rows that is all here.

use super::error::EvaluationError;
use super::position::Position;
use super::query::Query;
use super::schema::{Listable, Value};
use crate::UnixMillis;

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<R> {
    /// The rows of the page, in the query's order.
    pub rows: Vec<R>,
    /// How many rows pass the filter, whatever the page.
    pub count: usize,
    /// Whether a next page has rows; never after a page that was asked to hold none.
    pub more: bool,
}

/// Where a page begins among the rows that pass the filter.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// Behind this place in the query's order, or with the first row.
    pub after: Option<&'a Position>,
    /// Rows to pass over from there.
    pub skip: usize,
}

/// The page of `rows` that `query` asks for at the time `now`.
///
/// # Errors
///
/// As [`super::Filter::matches`].
pub fn page<R: Listable>(
    rows: Vec<R>,
    query: &Query,
    now: UnixMillis,
) -> Result<Page<R>, EvaluationError> {
    let start = Start {
        after: None,
        skip: query.skip,
    };
    page_from(rows, query, start, now)
}

/// The page of `rows` that `query` asks for at the time `now`, if it begins at `start`. The count is that of all pages.
///
/// # Errors
///
/// As [`super::Filter::matches`].
pub fn page_from<R: Listable>(
    rows: Vec<R>,
    query: &Query,
    start: Start<'_>,
    now: UnixMillis,
) -> Result<Page<R>, EvaluationError> {
    let mut rows = rows;
    if let Some(filter) = &query.filter {
        let mut matching = Vec::with_capacity(rows.len());
        for row in rows {
            if filter.matches(&row, now)? {
                matching.push(row);
            }
        }
        rows = matching;
    }
    let count = rows.len();
    if let Some(position) = start.after {
        rows.retain(|row| query.orderby.is_after(row, position));
    }
    let end = start.skip.saturating_add(query.top).min(rows.len());
    let more = query.top > 0 && end < rows.len();
    let places = places(&rows, query, start.skip, end);
    let mut rows: Vec<_> = rows.into_iter().map(Some).collect();
    let chosen = places.into_iter().filter_map(|place| rows[place].take());
    Ok(Page {
        rows: chosen.collect(),
        count,
        more,
    })
}

/// Where in `rows` the rows of the page are, whose last is before `end`. The values that decide the order are
/// read once for each row, and rows beyond the page are not sorted.
fn places<R: Listable>(rows: &[R], query: &Query, skip: usize, end: usize) -> Vec<usize> {
    if skip >= end {
        return Vec::new();
    }
    let order = &query.orderby;
    let width = order.keys().len();
    let values: Vec<Value<'_>> = rows.iter().flat_map(|row| order.values(row)).collect();
    let values_of = |place: usize| &values[place * width..(place + 1) * width];
    let compare = |left: &usize, right: &usize| {
        order
            .compare_values(values_of(*left), values_of(*right))
            .then(left.cmp(right))
    };
    let mut places: Vec<usize> = (0..rows.len()).collect();
    if end < places.len() {
        places.select_nth_unstable_by(end, compare);
        places.truncate(end);
    }
    places.sort_unstable_by(compare);
    places.split_off(skip)
}
