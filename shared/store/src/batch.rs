//! A part of a list: read from a key on, in the order of the keys.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use model::Error;

use super::keys::Item;
use super::sort_key::SortKey;
use super::table_error::TableError;
use super::wire::{FromItem, TakeItems};

/// What to read of a list. `K` is a place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadRange<K = SortKey> {
    /// Begins after this place, whether a row is there or not; `None`: with the first row.
    pub after: Option<K>,
    /// From the end to the beginning.
    pub backwards: bool,
    /// The most items to read.
    pub limit: usize,
}

impl<K> ReadRange<K> {
    /// How it is read, apart from where it begins.
    pub(super) fn extent(&self) -> Extent {
        Extent {
            backwards: self.backwards,
            limit: self.limit,
        }
    }
}

/// A [`ReadRange`] from any place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    backwards: bool,
    limit: usize,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Batch<T, K = SortKey> {
    /// The rows, in the order of the keys.
    pub rows: Vec<T>,
    /// The number of items that were read for them.
    pub scanned: usize,
    /// The place of the last item that was read, unless the list ends with it.
    pub last: Option<K>,
    /// Whether the list ends here.
    pub end: bool,
}

impl<T, K> Batch<T, K> {
    /// The end of a list, without a row.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            rows: Vec::new(),
            scanned: 0,
            last: None,
            end: true,
        }
    }

    /// The same batch with `rows` in place of its own.
    #[must_use]
    pub fn with<U>(self, rows: Vec<U>) -> Batch<U, K> {
        Batch {
            rows,
            scanned: self.scanned,
            last: self.last,
            end: self.end,
        }
    }

    /// This batch and the one that follows it.
    #[must_use]
    pub fn followed_by(mut self, next: Self) -> Self {
        self.rows.extend(next.rows);
        Self {
            rows: self.rows,
            scanned: self.scanned + next.scanned,
            last: next.last,
            end: next.end,
        }
    }
}

/// Reads up to the limit of the extent, query after query. `row` answers `None` for items that are no rows of the list; `place` reads
/// the place from the key of an item.
pub(super) async fn read<R: FromItem, T, K>(
    query: QueryFluentBuilder,
    Extent { backwards, limit }: Extent,
    mut start: Option<HashMap<String, AttributeValue>>,
    row: impl Fn(R) -> Result<Option<T>, TableError>,
    place: impl Fn(&Item) -> Option<K>,
) -> Result<Batch<T, K>, Error> {
    let query = query.scan_index_forward(!backwards);
    let mut batch = Batch {
        end: false,
        ..Batch::empty()
    };
    while !batch.end && batch.scanned < limit {
        let left = i32::try_from(limit - batch.scanned).unwrap_or(i32::MAX);
        let sent = query.clone().limit(left).set_exclusive_start_key(start);
        let taken = TakeItems::new();
        let sent = sent.customize().interceptor(taken.clone()).send();
        let page = sent.await.map_err(TableError::from)?;
        let items = taken.items()?;
        batch.scanned += match query.get_filter_expression() {
            None => items.len(),
            Some(_) => scanned(&page, left),
        };
        for item in items {
            batch.rows.extend(row(item)?);
        }
        start = page.last_evaluated_key;
        if let Some(key) = &start {
            batch.last = Some(place(key).ok_or(TableError::Damaged("sort key"))?);
        }
        batch.end = start.is_none();
    }
    Ok(batch)
}

/// The number of items that were read for `page`, those that DynamoDB filtered away included. The embedded table also counts an
/// item that did not fit on a full page, so a full page counts one less.
fn scanned(page: &QueryOutput, limit: i32) -> usize {
    let full = page.last_evaluated_key.is_some() && page.scanned_count() < limit;
    usize::try_from(page.scanned_count() - i32::from(full)).unwrap_or_default()
}
