//! A page of a list, and its answer.

use model::Error;
use odata::Select;
use serde::Serialize;
use serde_json::{Value, json};

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
        let mut value = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            value.push(self.selected(&shown(row))?);
        }
        let Some(count) = self.count else {
            return Ok(Reply::ok(
                &json!({ "value": value, "nextLink": self.next_link }),
            ));
        };
        let mut body = json!({
            "value": value,
            "count": count.number,
            "nextLink": self.next_link,
        });
        if !count.complete {
            body["countComplete"] = false.into();
        }
        Ok(Reply::ok(&body))
    }

    /// The members of `row` that are asked for.
    fn selected(&self, row: &impl Serialize) -> Result<Value, Error> {
        let mut row = serde_json::to_value(row).map_err(Error::internal)?;
        if let (Some(select), Value::Object(members)) = (&self.select, &mut row) {
            select.apply(members);
        }
        Ok(row)
    }
}
