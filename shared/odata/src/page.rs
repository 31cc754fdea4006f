//! One page of rows that are all in memory.

use super::error::EvaluationError;
use super::position::Position;
use super::query::Query;
use super::schema::{Listable, Value};
use crate::UnixMillis;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<R> {
    /// The rows of the page, in the query's order.
    pub rows: Vec<R>,
    /// The number of rows that match the filter, on all pages.
    pub count: usize,
    /// Whether the next page has rows. Never after a page of `$top=0`.
    pub more: bool,
}

/// The beginning of a page among the rows that match the filter.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// The page begins after this place in the query's order; `None`: with the first row.
    pub after: Option<&'a Position>,
    /// The number of rows to skip from there.
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

/// The page of `rows` that `query` asks for at the time `now` and that begins at `start`. The count covers all pages.
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

/// The positions in `rows` of the page's rows; the last one is before `end`. The values that decide the order are read
/// once for each row. Rows beyond the page are not sorted.
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
