//! Lists: from a query's options to `{value, count, nextLink}`.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Origin, Reply};
use crate::error::Error;
use crate::odata::{self, Listable, Query};
use crate::values::Timestamp;

/// What stands in a query as it is (RFC 3986 section 2.3), and the `$` that options begin with.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'$');

/// A list's options, as they were parsed and as they were given.
#[derive(Clone, Debug)]
pub struct List {
    query: Query,
    options: Vec<(String, String)>,
}

impl List {
    /// The options of a list of `T`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidQuery`] with every mistake.
    pub fn parse<T: Listable>(options: &[(String, String)]) -> Result<Self, Error> {
        Ok(Self {
            query: Query::parse(options, T::SCHEMA).map_err(Error::InvalidQuery)?,
            options: options.to_vec(),
        })
    }

    /// The page of `rows` that the options ask for, from the list at `path`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidQuery`] if the filter cannot be computed: a division by zero, an overflow.
    pub fn reply<T, R>(
        &self,
        rows: Vec<T>,
        path: &str,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<Reply, Error>
    where
        T: Listable,
        R: Serialize + for<'a> From<&'a T>,
    {
        let page = odata::page(rows, &self.query, now);
        let page = page.map_err(|error| Error::InvalidQuery(vec![error.into()]))?;
        let mut value = Vec::with_capacity(page.rows.len());
        for row in &page.rows {
            value.push(self.selected(&R::from(row))?);
        }
        let next = page.more.then(|| self.next_link(path, origin));
        Ok(Reply::ok(&json!({
            "value": value,
            "count": page.count,
            "nextLink": next,
        })))
    }

    fn selected(&self, row: &impl Serialize) -> Result<Value, Error> {
        let mut row = serde_json::to_value(row).map_err(Error::internal)?;
        if let (Some(select), Value::Object(members)) = (&self.query.select, &mut row) {
            select.apply(members);
        }
        Ok(row)
    }

    fn next_link(&self, path: &str, origin: &Origin) -> String {
        let skip = self.query.skip + self.query.top;
        let kept = self
            .options
            .iter()
            .filter(|(name, _)| name.starts_with('$') && name != "$skip");
        let mut link = format!("{}{path}?$skip={skip}", origin.base_url);
        for (name, text) in kept {
            let name = utf8_percent_encode(name, ENCODED);
            let text = utf8_percent_encode(text, ENCODED);
            let _ = write!(link, "&{name}={text}");
        }
        link
    }
}
