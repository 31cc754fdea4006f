//! A part of a list as the table holds it: read from a key on, in the order of the keys.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use model::Error;

use super::fault::Fault;
use super::keys::Item;

/// Where a row stands in its list: what its sort key is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SortKey {
    /// Milliseconds since 1970, in lists that are kept by creation; else 0.
    pub created_at: i64,
    /// The id of the account or of the user.
    pub id: u64,
}

impl SortKey {
    /// Before every row.
    pub(super) const FIRST: Self = Self::first_of(0);
    /// Behind every row: keys have room for thirteen digits of milliseconds and sixteen of an id.
    pub(super) const LAST: Self = Self::last_of(9_999_999_999_999);

    /// Before every row of a millisecond.
    pub(super) const fn first_of(created_at: i64) -> Self {
        Self { created_at, id: 0 }
    }

    /// Behind every row of a millisecond.
    #[must_use]
    pub const fn last_of(created_at: i64) -> Self {
        let id = 9_999_999_999_999_999;
        Self { created_at, id }
    }

    /// In lists that are kept by id.
    pub(super) const fn by_id(id: u64) -> Self {
        Self { created_at: 0, id }
    }

    /// The next place where a row can stand.
    pub(super) fn next(self) -> Self {
        if self.id < Self::LAST.id {
            return Self {
                id: self.id + 1,
                ..self
            };
        }
        Self::first_of(self.created_at.saturating_add(1))
    }

    /// The place before it.
    pub(super) fn previous(self) -> Self {
        if self.id > 0 {
            return Self {
                id: self.id - 1,
                ..self
            };
        }
        Self::last_of(self.created_at.saturating_sub(1))
    }
}

/// What to read of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadRange {
    /// From behind this row on, which may be gone; else from the beginning.
    pub after: Option<SortKey>,
    /// From the end to the beginning.
    pub backwards: bool,
    /// So many items at most.
    pub limit: usize,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Batch<T> {
    /// The rows that there are, in the order of the keys.
    pub rows: Vec<T>,
    /// How many items were read for them.
    pub scanned: usize,
    /// The last item that was read, unless it is the list's last.
    pub last: Option<SortKey>,
    /// Whether the list ends here.
    pub end: bool,
}

impl<T> Batch<T> {
    /// The end of a list, without a row.
    pub(super) fn nothing() -> Self {
        Self {
            rows: Vec::new(),
            scanned: 0,
            last: None,
            end: true,
        }
    }

    /// The same stretch with other rows in the place of these.
    #[must_use]
    pub fn with<U>(self, rows: Vec<U>) -> Batch<U> {
        Batch {
            rows,
            scanned: self.scanned,
            last: self.last,
            end: self.end,
        }
    }
}

/// Reads as far as `limit` reaches, query after query. `read` leaves out what is no row any more; `mark` says where it is.
pub(super) async fn read<T>(
    query: QueryFluentBuilder,
    range: ReadRange,
    mut start: Option<HashMap<String, AttributeValue>>,
    read: impl Fn(&Item) -> Result<Option<T>, Fault>,
    mark: impl Fn(&Item) -> Option<SortKey>,
) -> Result<Batch<T>, Error> {
    let query = query.scan_index_forward(!range.backwards);
    let mut batch = Batch {
        end: false,
        ..Batch::nothing()
    };
    while !batch.end && batch.scanned < range.limit {
        let left = i32::try_from(range.limit - batch.scanned).unwrap_or(i32::MAX);
        let sent = query.clone().limit(left).set_exclusive_start_key(start);
        let page = sent.send().await.map_err(Fault::from)?;
        for item in page.items() {
            batch.rows.extend(read(item)?);
        }
        batch.scanned += match query.get_filter_expression() {
            None => page.items().len(),
            Some(_) => scanned(&page, left),
        };
        start = page.last_evaluated_key;
        if let Some(key) = &start {
            batch.last = Some(mark(key).ok_or(Fault::Damaged("sort key"))?);
        }
        batch.end = start.is_none();
    }
    Ok(batch)
}

/// How many items were read for `page`: those that DynamoDB filtered away too. The embedded table also counts the one that
/// had no room on a page; one item less per megabyte harms nobody.
fn scanned(page: &QueryOutput, limit: i32) -> usize {
    let full = page.last_evaluated_key.is_some() && page.scanned_count() < limit;
    usize::try_from(page.scanned_count() - i32::from(full)).unwrap_or_default()
}
