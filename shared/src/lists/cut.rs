//! The page out of the rows that were found along the keys.

use odata::{Position, Value};
use store::{Collection, KeyOf, KeyOrder as _, Native};

use super::cursor::Cursor;
use super::page::Count;
use super::pager::{Paged, Pager, Read};

impl<C: Collection> Pager<'_, C> {
    /// The number of the last rows that may have others of their millisecond before them, which were not read yet.
    pub(super) fn unsettled(&self, found: &[C::Row], native: Native, read: &Read<C>) -> usize {
        let partial = native == Native::NewestFirst && !read.end;
        let Some(last) = read.last.as_ref().filter(|_| partial) else {
            return 0;
        };
        let millisecond = C::Order::position(last).number(0);
        let of_last =
            |row: &&C::Row| C::position(row, &self.query.orderby).number(0) == millisecond;
        found.iter().rev().take_while(of_last).count()
    }

    /// The page out of `found`. `read` is the last batch.
    pub(super) fn cut(
        self,
        mut found: Vec<C::Row>,
        native: Native,
        read: &Read<C>,
    ) -> Paged<C::Row> {
        let order = &self.query.orderby;
        let skip = self.skip();
        let before = self.cursor.as_ref().map_or(0, |cursor| cursor.passed);
        let count = self.count(before + found.len(), read.end);
        found.truncate(found.len() - self.unsettled(&found, native, read));
        if native == Native::NewestFirst {
            found.sort_by(|left, right| order.compare(left, right));
        }
        let skipped = skip.min(found.len());
        let end = (skip + self.query.top).min(found.len());
        // The next page begins after the last row of this one, or after the last item that was read.
        let after = if end < found.len() {
            let last = found.get(end.saturating_sub(1));
            last.map(|row| C::position(row, order))
        } else {
            let last = read.last.as_ref().filter(|_| !read.end);
            last.map(|last| place::<C>(last, native))
        };
        let next = after.filter(|_| self.query.top > 0).map(|after| Cursor {
            after,
            skip: skip - skipped,
            by_id: self.by_id,
            count: count.number,
            complete: count.complete,
            passed: before + end.max(skipped),
        });
        found.truncate(end);
        Paged {
            rows: found.split_off(skipped),
            count,
            next,
        }
    }

    /// The number of matching rows, of which `known` were seen.
    fn count(&self, known: usize, end: bool) -> Count {
        let (number, complete) = match &self.cursor {
            Some(cursor) if cursor.complete => (cursor.count, true),
            Some(cursor) if !end => (cursor.count.max(known), false),
            _ => (known, end),
        };
        Count { number, complete }
    }
}

/// The place of the last item that was read; for the newest first, the place before all of its millisecond.
fn place<C: Collection>(last: &KeyOf<C>, native: Native) -> Position {
    let place = C::Order::position(last);
    match place.number(0) {
        Some(millisecond) if native == Native::NewestFirst => {
            Position::new(&[Value::Number(millisecond), Value::Number(0)])
        }
        _ => place,
    }
}
