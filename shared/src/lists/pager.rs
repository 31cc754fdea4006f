//! One page of a list: read as little as it takes, and know where the next page begins.
//!
//! In an order that the table keeps, the page is read from a key on. In any other, all rows are read and sorted, which a
//! bound limits.

use model::{Error, Timestamp};
use odata::{Listable, OrderBy, Position, Query, Start, UnixMillis};
use store::{Batch, ReadRange, SortKey};

use super::collection::{Collection, Native};
use super::cursor::Cursor;
use super::query::{refused, uncomputable};

/// Items that one request may read of a list (design, *Budget*).
const BOUND: usize = 10_000;
/// One more tells a list at the bound from one beyond it.
const WHOLE: usize = BOUND + 1;
/// What a filter lets through is unknown, so this many are read at first.
const FILTERED: usize = 400;

/// A page, and where the next one begins.
#[derive(Debug)]
pub(super) struct Paged<T> {
    pub rows: Vec<T>,
    pub count: usize,
    pub complete: bool,
    pub next: Option<Cursor>,
}

/// What is walked.
#[derive(Clone, Debug)]
pub(super) struct Pager {
    pub query: Query,
    pub collection: Collection,
    pub cursor: Option<Cursor>,
}

impl Pager {
    /// The order and how the table keeps it, if it does.
    fn native(&self) -> Option<Native> {
        self.collection.native(&self.query.orderby)
    }

    /// What to read first.
    pub(super) fn first(&self) -> ReadRange {
        let Some(native) = self.native() else {
            return range(None, false, WHOLE);
        };
        let backwards = native != Native::Forwards;
        let Some(cursor) = &self.cursor else {
            // The first page counts.
            return range(None, backwards, WHOLE);
        };
        let after = Self::mark(&cursor.after, native);
        range(after, backwards, self.step(0, 0, native))
    }

    /// How many items to read next, once so many were read and so many of them found to match.
    fn step(&self, scanned: usize, found: usize, native: Native) -> usize {
        // One more for whether there is more; and those of the first and of the last millisecond, if they are few.
        let beyond = if native == Native::NewestFirst { 6 } else { 1 };
        let skip = self.cursor.as_ref().map_or(0, |cursor| cursor.skip);
        let needed = skip + self.query.top + beyond;
        let wanted = match &self.query.filter {
            None => needed,
            Some(_) if scanned == 0 => needed.max(FILTERED),
            // As many as it takes if the rest matches as often, and a quarter more.
            Some(_) => {
                let expected = needed * scanned / found.max(1);
                expected.saturating_sub(scanned) * 5 / 4 + beyond
            }
        };
        wanted.min(WHOLE - scanned)
    }

    /// The page, given the first stretch, and a way to read others.
    pub(super) async fn page<T, F, Fut>(
        mut self,
        first: Batch<T>,
        read: F,
        now: Timestamp,
    ) -> Result<Paged<T>, Error>
    where
        T: Listable,
        F: Fn(ReadRange) -> Fut,
        Fut: Future<Output = Result<Batch<T>, Error>>,
    {
        if let Some(native) = self.native() {
            return self.along(native, first, read, now).await;
        }
        if first.end {
            return self.sorted(first.rows, now);
        }
        let by_id = !self.query.orderby.is_given() && self.collection != Collection::EveryAccount;
        if !by_id || self.cursor.is_some() {
            return Err(too_long(&self.query.orderby));
        }
        // Too long to be sorted. It was read by id, so it is answered by id.
        self.query.orderby = OrderBy::by_identity(T::SCHEMA);
        self.along(Native::Forwards, first, read, now).await
    }

    /// The page of a list that is all here.
    fn sorted<T: Listable>(self, rows: Vec<T>, now: Timestamp) -> Result<Paged<T>, Error> {
        let (query, cursor) = (&self.query, self.cursor.as_ref());
        let start = Start {
            after: cursor.map(|cursor| &cursor.after),
            skip: cursor.map_or(query.skip, |cursor| cursor.skip),
        };
        let page =
            odata::page_from(rows, query, start, UnixMillis(now.millis())).map_err(uncomputable)?;
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
            count: page.count,
            complete: true,
            next,
        })
    }

    /// The page of a list that is read in the order of its keys.
    async fn along<T, F, Fut>(
        self,
        native: Native,
        first: Batch<T>,
        read: F,
        now: Timestamp,
    ) -> Result<Paged<T>, Error>
    where
        T: Listable,
        F: Fn(ReadRange) -> Fut,
        Fut: Future<Output = Result<Batch<T>, Error>>,
    {
        let cursor = self.cursor.as_ref();
        let skip = cursor.map_or(self.query.skip, |cursor| cursor.skip);
        let needed = skip + self.query.top + 1;
        let mut batch = first;
        let mut scanned = 0;
        let mut found: Vec<T> = Vec::new();
        loop {
            scanned += batch.scanned;
            for row in std::mem::take(&mut batch.rows) {
                if self.passes(&row, now)? {
                    found.push(row);
                }
            }
            let settled = found.len() - self.unsettled(&found, native, &batch);
            let enough = cursor.is_some() && settled >= needed;
            if batch.end || enough || scanned >= WHOLE {
                break;
            }
            let step = self.step(scanned, found.len(), native);
            let next = range(batch.last, native != Native::Forwards, step);
            batch = read(next).await?;
        }
        Ok(self.cut(found, native, &batch, skip))
    }

    /// Whether a row is behind the cursor and passes the filter.
    fn passes<T: Listable>(&self, row: &T, now: Timestamp) -> Result<bool, Error> {
        if let Some(cursor) = &self.cursor
            && !self.query.orderby.is_after(row, &cursor.after)
        {
            return Ok(false);
        }
        match &self.query.filter {
            Some(filter) => filter
                .matches(row, UnixMillis(now.millis()))
                .map_err(uncomputable),
            None => Ok(true),
        }
    }

    /// How many of the last rows may yet have others of their millisecond before them.
    fn unsettled<T: Listable>(&self, found: &[T], native: Native, read: &Batch<T>) -> usize {
        let Some(last) = read
            .last
            .filter(|_| native == Native::NewestFirst && !read.end)
        else {
            return 0;
        };
        let of_last = |row: &&T| {
            let place = Position::of(*row, &self.query.orderby).numbers();
            place.is_some_and(|place| place[0] == last.created_at)
        };
        found.iter().rev().take_while(of_last).count()
    }

    /// The page out of the rows that were found, of which the first `skip` are passed over.
    fn cut<T: Listable>(
        self,
        mut found: Vec<T>,
        native: Native,
        read: &Batch<T>,
        skip: usize,
    ) -> Paged<T> {
        let order = &self.query.orderby;
        let cursor = self.cursor.as_ref();
        let before = cursor.map_or(0, |cursor| cursor.passed);
        let snapshot = before + found.len();
        let (count, complete) = match cursor {
            Some(cursor) if cursor.complete => (cursor.count, true),
            Some(cursor) if !read.end => (cursor.count.max(snapshot), false),
            _ => (snapshot, read.end),
        };
        found.truncate(found.len() - self.unsettled(&found, native, read));
        if native == Native::NewestFirst {
            found.sort_by(|left, right| order.compare(left, right));
        }
        let skipped = skip.min(found.len());
        let end = (skip + self.query.top).min(found.len());
        // The place behind which the next page begins: the last row of this one, or the last that was read.
        let after = if end < found.len() {
            found
                .get(end.saturating_sub(1))
                .map(|row| Position::of(row, order))
        } else if read.end {
            None
        } else {
            read.last.map(|last| self.place(last, native))
        };
        let next = after.filter(|_| self.query.top > 0).map(|after| Cursor {
            after,
            skip: skip - skipped,
            by_id: !order.is_given() && self.collection != Collection::EveryAccount,
            count,
            complete,
            passed: before + end.max(skipped),
        });
        found.truncate(end);
        Paged {
            rows: found.split_off(skipped),
            count,
            complete,
            next,
        }
    }

    /// The place of the last item that was read; for the newest first, the place before all of its millisecond.
    fn place(&self, last: SortKey, native: Native) -> Position {
        let id = match native {
            Native::NewestFirst => 0,
            _ => i64::try_from(last.id).unwrap_or(i64::MAX),
        };
        if self.collection == Collection::EveryAccount {
            Position::new(&[last.created_at, id])
        } else {
            Position::new(&[id])
        }
    }

    /// The key behind which reading begins.
    fn mark(after: &Position, native: Native) -> Option<SortKey> {
        let numbers = after.numbers()?;
        let id = u64::try_from(*numbers.last()?).ok()?;
        let created_at = if numbers.len() > 1 { numbers[0] } else { 0 };
        Some(match native {
            Native::NewestFirst => SortKey::last_of(created_at),
            _ => SortKey { created_at, id },
        })
    }
}

fn range(after: Option<SortKey>, backwards: bool, limit: usize) -> ReadRange {
    ReadRange {
        after,
        backwards,
        limit,
    }
}

fn too_long(order: &OrderBy) -> Error {
    let option = if order.is_given() {
        "$orderby"
    } else {
        "$skiptoken"
    };
    let detail = format!(
        "Position 1: lists of more than {BOUND} rows cannot be ordered by `{order}`; accounts can be by `createdAt`, \
         members and accounts of one's own by `id`."
    );
    refused(option, detail)
}
