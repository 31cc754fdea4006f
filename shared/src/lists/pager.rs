//! One page of a list: reads as few items as possible, and finds where the next page begins.
//!
//! In an order that the table keeps, the page is read from a key on. In any other order, all rows are read and sorted, up to a
//! bound.

use model::{Error, Timestamp};
use odata::{Listable, OrderBy, Position, Query, Start, UnixMillis, Value};
use store::{Batch, Collection, KeyOf, KeyOrder as _, Native, ReadRange, SortKey};

use super::cursor::Cursor;
use super::page::Count;
use super::refusal::{too_long, uncomputable};

/// The items that one request may read of a list (design, *Budget*).
pub(super) const BOUND: usize = 10_000;
/// One more shows that a list goes beyond the bound.
const WHOLE: usize = BOUND + 1;
/// What is read at once where the number of rows that it takes is unknown.
const UNKNOWN: usize = 400;
/// The most that is read before access is granted: the longest page, and some rows to see whether it is the last.
const AHEAD: usize = 1_006;

/// A page, and where the next one begins.
#[derive(Debug)]
pub(super) struct Paged<T> {
    pub rows: Vec<T>,
    pub count: Count,
    pub next: Option<Cursor>,
}

/// What is read of a list.
pub(super) struct Pager<'a, C: Collection> {
    pub collection: C,
    /// How the table keeps the order, if it does.
    pub native: Option<Native>,
    pub query: Query,
    pub cursor: Option<Cursor>,
    /// Whether it is read by id, because it is too long for its default order.
    pub by_id: bool,
    /// Which rows the caller sees; all of them if nothing is said.
    pub shown: Option<Shown<'a, C::Row>>,
    now: UnixMillis,
}

/// Whether the caller sees a row.
pub(super) type Shown<'a, T> = Box<dyn Fn(&T) -> bool + Send + Sync + 'a>;

/// What was read of `C`.
pub(super) type Read<C> = Batch<<C as Collection>::Row, KeyOf<C>>;

impl<C: Collection> Pager<'_, C> {
    pub(super) fn new(collection: C, query: Query, cursor: Option<Cursor>, now: Timestamp) -> Self {
        Self {
            native: C::Order::native(&query.orderby),
            collection,
            query,
            by_id: cursor.as_ref().is_some_and(|cursor| cursor.by_id),
            cursor,
            shown: None,
            now: UnixMillis(now.millis()),
        }
    }

    /// What to read before access is granted: at most one page, and the same whichever rows match. `None` if the filter decides
    /// how much that would be.
    pub(super) fn ahead(&self) -> Option<ReadRange<KeyOf<C>>> {
        let filter = self.query.filter.as_ref();
        let narrowed = filter.is_some_and(C::Order::narrows);
        (!narrowed).then(|| self.beginning())
    }

    fn beginning(&self) -> ReadRange<KeyOf<C>> {
        let least = if self.needs_all() || self.query.filter.is_some() {
            UNKNOWN
        } else {
            0
        };
        let limit = self.needed().max(least).min(AHEAD);
        let after = self.native.and_then(|native| self.start(native));
        self.range(after, limit)
    }

    fn range(&self, after: Option<KeyOf<C>>, limit: usize) -> ReadRange<KeyOf<C>> {
        let backwards = self.native.is_some_and(|native| native != Native::Forwards);
        ReadRange {
            after,
            backwards,
            limit,
        }
    }

    /// The key after which reading begins.
    fn start(&self, native: Native) -> Option<KeyOf<C>> {
        let after = &self.cursor.as_ref()?.after;
        if native != Native::NewestFirst {
            return C::Order::key(after);
        }
        // Several rows may have the millisecond of the last row. Their ids distinguish them.
        let last = SortKey::last_of(after.number(0)?);
        let id = i64::try_from(last.id).ok()?;
        let last = [Value::Number(last.created_at), Value::Number(id)];
        C::Order::key(&Position::new(&last))
    }

    /// Whether all rows are needed, as far as the bound: to sort or to count them.
    fn needs_all(&self) -> bool {
        C::COUNTED && (self.native.is_none() || self.cursor.is_none())
    }

    /// The rows to skip.
    pub(super) fn skip(&self) -> usize {
        let skip = self.cursor.as_ref().map(|cursor| cursor.skip);
        skip.unwrap_or(self.query.skip)
    }

    /// The matching rows that a page takes. One more shows that it is not the last. In the order of the newest first, the first
    /// and the last millisecond may have some more.
    fn needed(&self) -> usize {
        let more = if self.native == Some(Native::NewestFirst) {
            6
        } else {
            1
        };
        self.skip() + self.query.top + more
    }

    /// The page, given what was read ahead.
    pub(super) async fn page(mut self, ahead: Option<Read<C>>) -> Result<Paged<C::Row>, Error> {
        let mut batch = match ahead {
            Some(batch) => self.visible(batch),
            None => self.read(self.beginning()).await?,
        };
        while self.needs_all() && !batch.end && batch.scanned < WHOLE {
            let range = self.range(batch.last.clone(), WHOLE - batch.scanned);
            batch = batch.followed_by(self.read(range).await?);
        }
        if let Some(native) = self.native {
            return self.along(native, batch).await;
        }
        if batch.end {
            return self.sorted(batch.rows);
        }
        let by_id = OrderBy::by_identity(C::Row::SCHEMA);
        let native = C::Order::native(&by_id);
        let may_change = !self.query.orderby.is_given() && self.cursor.is_none();
        let Some(native) = native.filter(|_| may_change) else {
            return Err(too_long(&self.query.orderby));
        };
        // It was read by id and is too long to be sorted, so it is answered by id.
        self.query.orderby = by_id;
        self.native = Some(native);
        self.by_id = true;
        self.along(native, batch).await
    }

    async fn read(&self, range: ReadRange<KeyOf<C>>) -> Result<Read<C>, Error> {
        let filter = self.query.filter.as_ref();
        let batch = self.collection.read(range, filter).await?;
        Ok(self.visible(batch))
    }

    /// `batch` without the rows that the caller does not see.
    fn visible(&self, mut batch: Read<C>) -> Read<C> {
        if let Some(shown) = &self.shown {
            batch.rows.retain(|row| shown(row));
        }
        batch
    }

    /// The page of a list that is all here.
    fn sorted(self, rows: Vec<C::Row>) -> Result<Paged<C::Row>, Error> {
        let (query, cursor) = (&self.query, self.cursor.as_ref());
        let start = Start {
            after: cursor.map(|cursor| &cursor.after),
            skip: self.skip(),
        };
        let page = odata::page_from(rows, query, start, self.now).map_err(uncomputable)?;
        let last = page.rows.last().filter(|_| page.more);
        let next = last.map(|row| Cursor {
            after: Position::of(row, &query.orderby),
            skip: 0,
            by_id: false,
            count: page.count,
            complete: true,
            passed: 0,
        });
        Ok(Paged {
            rows: page.rows,
            count: Count {
                number: page.count,
                complete: true,
            },
            next,
        })
    }

    /// The page of a list that is read in the order of its keys.
    async fn along(self, native: Native, mut batch: Read<C>) -> Result<Paged<C::Row>, Error> {
        let needed = self.skip() + self.query.top + 1;
        let mut scanned = 0;
        let mut found = Vec::new();
        loop {
            scanned += batch.scanned;
            for row in std::mem::take(&mut batch.rows) {
                if self.passes(&row)? {
                    found.push(row);
                }
            }
            let settled = found.len() - self.unsettled(&found, native, &batch);
            let enough = !self.needs_all() && settled >= needed;
            if batch.end || enough || scanned >= WHOLE {
                break;
            }
            let next = self.range(batch.last.clone(), self.step(scanned, found.len()));
            batch = self.read(next).await?;
        }
        Ok(self.cut(found, native, &batch))
    }

    /// The number of items to read next, after `scanned` items with `found` matching rows: the number needed if the rest matches
    /// as often, and a quarter more.
    fn step(&self, scanned: usize, found: usize) -> usize {
        let needed = self.needed();
        let wanted = if self.query.filter.is_none() {
            needed
        } else {
            let expected = needed * scanned / found.max(1);
            expected.saturating_sub(scanned) * 5 / 4 + 1
        };
        wanted.clamp(1, WHOLE - scanned)
    }

    /// Whether a row is after the cursor and passes the filter.
    fn passes(&self, row: &C::Row) -> Result<bool, Error> {
        // A trail is read from the very key of its cursor.
        let cursor = self.cursor.as_ref().filter(|_| C::COUNTED);
        if cursor.is_some_and(|cursor| !self.query.orderby.is_after(row, &cursor.after)) {
            return Ok(false);
        }
        match &self.query.filter {
            Some(filter) => filter.matches(row, self.now).map_err(uncomputable),
            None => Ok(true),
        }
    }
}
