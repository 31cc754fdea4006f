//! A page of a list, and its answer.

use model::Error;
use odata::Select;
use serde::Serialize;
use serde_json::Value;

use crate::Reply;

/// A page of a list.
#[derive(Debug)]
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    pub(super) count: Option<Count>,
    pub(super) next_link: Option<String>,
    pub(super) select: Option<Select>,
}

/// The number of rows on all pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub number: usize,
    /// Whether there are no more.
    pub complete: bool,
}

impl<T> Page<T> {
    /// The answer, which shows each row as `shown` says.
    ///
    /// # Errors
    ///
    /// A row has no JSON.
    pub fn reply<'a, R: Serialize>(&'a self, shown: impl Fn(&'a T) -> R) -> Result<Reply, Error> {
        let rows = self.rows.iter().map(shown);
        let Some(select) = &self.select else {
            return Ok(self.answer(rows.collect::<Vec<_>>()));
        };
        let selected = rows.map(|row| selected(&row, select));
        Ok(self.answer(selected.collect::<Result<Vec<_>, _>>()?))
    }

    fn answer(&self, value: Vec<impl Serialize>) -> Reply {
        let incomplete = self.count.is_some_and(|count| !count.complete);
        Reply::ok(&Body {
            value,
            count: self.count.map(|count| count.number),
            next_link: self.next_link.as_deref(),
            count_complete: incomplete.then_some(false),
        })
    }
}

/// A page as JSON. Rows are written as they are, without a tree of values between.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a, R> {
    value: Vec<R>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    next_link: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count_complete: Option<bool>,
}

/// The members of `row` that are asked for.
fn selected(row: &impl Serialize, select: &Select) -> Result<Value, Error> {
    let mut row = serde_json::to_value(row).map_err(Error::internal)?;
    if let Value::Object(members) = &mut row {
        select.apply(members);
    }
    Ok(row)
}
