//! A part of a list as the table holds it: read from a key on, in the order of the keys.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;

use super::fault::Fault;
use super::keys::Item;
use crate::error::Error;

/// Where a row stands in its list: what its sort key is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Milliseconds since 1970, in lists that are kept by creation; else 0.
    pub created_at: i64,
    /// The id of the account or of the user.
    pub id: u64,
}

/// What to read of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// From behind this row on, which may be gone; else from the beginning.
    pub after: Option<Mark>,
    /// From the end to the beginning.
    pub backwards: bool,
    /// So many items at most.
    pub limit: usize,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Stretch<T> {
    /// The rows that there are, in the order of the keys.
    pub rows: Vec<T>,
    /// How many items were read for them.
    pub scanned: usize,
    /// The last item that was read.
    pub last: Option<Mark>,
    /// Whether the list ends here.
    pub end: bool,
}

impl<T> Stretch<T> {
    /// The same stretch with other rows in the place of these.
    #[must_use]
    pub fn with<U>(self, rows: Vec<U>) -> Stretch<U> {
        Stretch {
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
    reach: Reach,
    mut start: Option<HashMap<String, AttributeValue>>,
    read: impl Fn(&Item) -> Result<Option<T>, Fault>,
    mark: impl Fn(&Item) -> Option<Mark>,
) -> Result<Stretch<T>, Error> {
    let query = query.scan_index_forward(!reach.backwards);
    let mut stretch = Stretch {
        rows: Vec::new(),
        scanned: 0,
        last: None,
        end: false,
    };
    while !stretch.end && stretch.scanned < reach.limit {
        let left = i32::try_from(reach.limit - stretch.scanned).unwrap_or(i32::MAX);
        let sent = query.clone().limit(left).set_exclusive_start_key(start);
        let page = sent.send().await.map_err(Fault::from)?;
        for item in page.items() {
            stretch.rows.extend(read(item)?);
        }
        if let Some(item) = page.items().last() {
            stretch.last = Some(mark(item).ok_or(Fault::Damaged("sort key"))?);
        }
        stretch.scanned += page.items().len();
        start = page.last_evaluated_key;
        stretch.end = start.is_none();
    }
    Ok(stretch)
}
