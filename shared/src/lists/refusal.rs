//! What is wrong with a query's options, as it is answered.

use std::borrow::Cow;

use model::{Caller, Error, Invalid, Mistake};
use odata::{EvaluationError, OrderBy, Query};
use runtime::App;

use super::pager::BOUND;
use crate::Early;

/// Refuses `option`.
pub(super) fn refused(option: &str, detail: impl Into<Cow<'static, str>>) -> Error {
    Error::InvalidQuery(vec![mistake(option, detail)])
}

/// Refuses a `$skiptoken` that this list, with these options, has not made for this caller.
pub(super) fn foreign_cursor() -> Error {
    let detail = "Position 1: this is not a link of ours to a next page of this list.";
    refused("$skiptoken", detail)
}

/// Refuses options with `mistakes`.
pub(super) fn invalid_query(mistakes: Vec<odata::Mistake>) -> Error {
    let answered = |found: odata::Mistake| mistake(&found.option, found.to_string());
    Error::InvalidQuery(mistakes.into_iter().map(answered).collect())
}

/// Refuses a filter that has no answer for a row.
pub(super) fn uncomputable(error: EvaluationError) -> Error {
    invalid_query(vec![error.into()])
}

/// Refuses an order that the table does not keep, of a list with too many rows to be sorted.
pub(super) fn too_long(order: &OrderBy) -> Error {
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

/// Refuses what a list that is not counted does not offer. `sorted`: whether the table keeps the order of `query`.
pub(super) fn uncounted(query: &Query, sorted: bool) -> Result<(), Error> {
    let absent = "Position 1: a trail has no such option.";
    if query.count {
        return Err(refused("$count", absent));
    }
    if query.select.is_some() {
        return Err(refused("$select", absent));
    }
    if query.skip > 0 {
        let detail = "Position 1: a trail is paged by its links.";
        return Err(refused("$skip", detail));
    }
    if !sorted {
        let detail = "Position 1: a trail is ordered by `at` only, `asc` or `desc`.";
        return Err(refused("$orderby", detail));
    }
    Ok(())
}

/// `mistakes`, if the session of `caller` still lives: the ended session is refused first.
pub(super) async fn to_signed_in(app: &App, caller: &Caller, mistakes: Error) -> Early {
    match Box::pin(app.store.live_user(caller, app.clock.now())).await {
        Ok(_) => mistakes.into(),
        Err(refusal) => refusal.into(),
    }
}

fn mistake(option: &str, detail: impl Into<Cow<'static, str>>) -> Mistake {
    Mistake::at(option, Invalid::new("INVALID_QUERY", detail))
}
