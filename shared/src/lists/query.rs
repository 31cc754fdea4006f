//! Lists: from a query's options to `{value, count, nextLink}`.

use std::borrow::Cow;
use std::fmt::Write as _;

use model::{Caller, Error, Invalid, Mistake, Origin, Timestamp};
use odata::{EvaluationError, Filter, Listable, OrderBy, Query, Select};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value, json};
use store::{Batch, ReadRange, Store};
use tokens::CursorKeys;

use super::collection::Collection;
use super::cursor::{self, Cursor};
use super::pager::{Paged, Pager};
use crate::Reply;

/// What stands in a query as it is (RFC 3986 section 2.3), and the `$` that options begin with.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'$');

/// What a caller asks of a list, as it was parsed and as it was given.
#[derive(Clone, Debug)]
pub struct List {
    pager: Pager,
    options: Vec<(String, String)>,
    scope: Vec<u8>,
    keys: CursorKeys,
}

impl List {
    /// The options that `caller` gives for `collection`, whose rows are `T`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidQuery`] with every mistake; also for a cursor that is not of ours, or was made for another caller,
    /// collection or query.
    pub fn parse<T: Listable>(
        collection: Collection,
        caller: &Caller,
        options: &[(String, String)],
        keys: &CursorKeys,
    ) -> Result<Self, Error> {
        let mut query = Query::parse(options, T::SCHEMA).map_err(invalid_query)?;
        let scope = cursor::scope(caller.user, collection, options);
        let cursor = match &query.skiptoken {
            None => None,
            Some(_) if options.iter().any(|(name, _)| name == "$skip") => {
                let detail = "Position 1: a link to a next page has skipped already.";
                return Err(refused("$skip", detail));
            }
            Some(token) => {
                let cursor = Cursor::open(token, &scope, keys);
                let detail = "Position 1: this is not a link of ours to a next page of this list.";
                Some(cursor.ok_or_else(|| refused("$skiptoken", detail))?)
            }
        };
        if cursor.as_ref().is_some_and(|cursor| cursor.by_id) {
            query.orderby = OrderBy::by_identity(T::SCHEMA);
        }
        Ok(Self {
            pager: Pager {
                query,
                collection,
                cursor,
            },
            options: options.to_vec(),
            scope,
            keys: keys.clone(),
        })
    }

    /// Which rows are asked for; all of them where there is none. The store may leave out others.
    #[must_use]
    pub fn filter(&self) -> Option<&Filter> {
        self.pager.query.filter.as_ref()
    }

    /// What to read of the list before anything else.
    #[must_use]
    pub fn first(&self) -> ReadRange {
        self.pager.first()
    }

    /// The page that the options ask for, given what was read first, and a way to read on.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidQuery`] if the filter cannot be computed, as with a division by zero, or the list is too long for
    /// the order; what `read` fails with.
    pub async fn reply<T, R, F, Fut>(
        self,
        first: Batch<T>,
        read: F,
        store: &Store,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<Reply, Error>
    where
        T: Listable,
        R: Serialize + for<'a> From<&'a T>,
        F: Fn(ReadRange) -> Fut,
        Fut: Future<Output = Result<Batch<T>, Error>>,
    {
        let mut page = self.pager.clone().page(first, read, now).await?;
        self.complete(&mut page, store).await?;
        self.page::<T, R>(&page, origin)
    }

    /// The kept counter in the place of what was found, where that are not all and all are asked for.
    async fn complete<T>(&self, page: &mut Paged<T>, store: &Store) -> Result<(), Error> {
        let counted = self.pager.collection.counted();
        let Some(what) = counted.filter(|_| !page.complete && self.pager.query.filter.is_none())
        else {
            return Ok(());
        };
        let kept = usize::try_from(store.count(what).await?.count).unwrap_or_default();
        // One that is less than what was seen is behind, or was never kept: what was seen is told as such.
        if kept > page.count {
            page.count = kept;
            page.complete = true;
            if let Some(next) = &mut page.next {
                next.count = kept;
                next.complete = true;
            }
        }
        Ok(())
    }

    fn page<T, R>(&self, page: &Paged<T>, origin: &Origin) -> Result<Reply, Error>
    where
        R: Serialize + for<'a> From<&'a T>,
    {
        let mut value = Vec::with_capacity(page.rows.len());
        for row in &page.rows {
            value.push(selected(&R::from(row), self.pager.query.select.as_ref())?);
        }
        let next = page
            .next
            .as_ref()
            .map(|cursor| self.next_link(cursor, origin));
        let mut body = json!({
            "value": value,
            "count": page.count,
            "nextLink": next,
        });
        if !page.complete {
            body["countComplete"] = false.into();
        }
        Ok(Reply::ok(&body))
    }

    fn next_link(&self, cursor: &Cursor, origin: &Origin) -> String {
        let token = cursor.seal(&self.scope, &self.keys);
        let next = ("$skiptoken", token.as_str());
        link(&self.pager.collection.path(), &self.options, next, origin)
    }
}

/// What a caller sees of `row`.
pub(super) fn selected(row: &impl Serialize, select: Option<&Select>) -> Result<Value, Error> {
    let mut row = serde_json::to_value(row).map_err(Error::internal)?;
    if let (Some(select), Value::Object(members)) = (select, &mut row) {
        select.apply(members);
    }
    Ok(row)
}

/// The address of a list's next page: the same options, and where it begins.
pub(super) fn link(
    path: &str,
    options: &[(String, String)],
    (name, next): (&str, &str),
    origin: &Origin,
) -> String {
    let mut link = format!("{}{path}?", origin.base_url);
    for (name, text) in options.iter().filter(|(name, _)| cursor::kept(name)) {
        let name = utf8_percent_encode(name, ENCODED);
        let text = utf8_percent_encode(text, ENCODED);
        let _ = write!(link, "{name}={text}&");
    }
    let _ = write!(link, "{name}={next}");
    link
}

pub(super) fn refused(option: &str, detail: impl Into<Cow<'static, str>>) -> Error {
    Error::InvalidQuery(vec![mistake(option, detail)])
}

/// The answer to options with `mistakes`.
pub(super) fn invalid_query(mistakes: Vec<odata::Mistake>) -> Error {
    let answered = |found: odata::Mistake| mistake(&found.option, found.to_string());
    Error::InvalidQuery(mistakes.into_iter().map(answered).collect())
}

/// The answer to a filter that has no answer for a row.
pub(super) fn uncomputable(error: EvaluationError) -> Error {
    invalid_query(vec![error.into()])
}

fn mistake(option: &str, detail: impl Into<Cow<'static, str>>) -> Mistake {
    Mistake::at(option, Invalid::new("INVALID_QUERY", detail))
}
