//! Lists whose rows are all read anyway: a page is cut from them, and the next one is told by how many rows to pass over.

use model::{Error, Origin, Timestamp};
use odata::{Listable, Query, UnixMillis, page};
use serde::Serialize;
use serde_json::json;

use super::query::{invalid_query, link, refused, selected, uncomputable};
use crate::Reply;

/// What a caller asks of such a list.
#[derive(Clone, Debug)]
pub struct InMemoryList {
    query: Query,
    options: Vec<(String, String)>,
}

impl InMemoryList {
    /// The options given for a list whose rows are `T`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidQuery`] with every mistake.
    pub fn parse<T: Listable>(options: &[(String, String)]) -> Result<Self, Error> {
        let query = Query::parse(options, T::SCHEMA).map_err(invalid_query)?;
        if query.skiptoken.is_some() {
            let detail = "Position 1: this is not a link of ours to a next page of this list.";
            return Err(refused("$skiptoken", detail));
        }
        Ok(Self {
            query,
            options: options.to_vec(),
        })
    }

    /// The page of `rows` that the options ask for, of the list at `path`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidQuery`] if the filter cannot be computed, as with a division by zero.
    pub fn reply<T>(
        self,
        rows: Vec<T>,
        path: &str,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<Reply, Error>
    where
        T: Listable + Serialize,
    {
        let Self { query, options } = self;
        let page = page(rows, &query, UnixMillis(now.millis())).map_err(uncomputable)?;
        let mut value = Vec::with_capacity(page.rows.len());
        for row in &page.rows {
            value.push(selected(row, query.select.as_ref())?);
        }
        let next = (query.skip + query.top).to_string();
        let next = page
            .more
            .then(|| link(path, &options, ("$skip", &next), origin));
        Ok(Reply::ok(&json!({
            "value": value,
            "count": page.count,
            "nextLink": next,
        })))
    }
}
