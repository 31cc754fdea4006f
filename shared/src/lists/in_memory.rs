//! Lists whose rows are all read anyway. A link to the next page says how many rows to skip.

use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::{FromRef, FromRequest, Request};
use model::{Error, Timestamp};
use odata::{Listable, UnixMillis, page};
use runtime::App;

use super::list::signed;
use super::options::Options;
use super::page::{Count, Page};
use super::refusal::{foreign_cursor, to_signed_in, uncomputable};
use crate::path::FromPath;
use crate::{Early, NoBody, Signed};

/// A signed-in caller's request of a list whose rows are `T` and are all read anyway.
#[derive(Debug)]
pub struct InMemoryList<P, T> {
    request: Signed<P, NoBody>,
    options: Options,
    rows: PhantomData<fn() -> T>,
}

impl<S, P, T> FromRequest<S> for InMemoryList<P, T>
where
    App: FromRef<S>,
    S: Send + Sync,
    P: FromPath,
    T: Listable,
{
    type Rejection = Early;

    async fn from_request(request: Request, state: &S) -> Result<Self, Early> {
        let (request, options) = signed::<S, P, T>(request, state).await?;
        if options.query.skiptoken.is_some() {
            let app = App::from_ref(state);
            return Err(to_signed_in(&app, &request.caller, foreign_cursor()).await);
        }
        Ok(Self {
            request,
            options,
            rows: PhantomData,
        })
    }
}

impl<P, T: Listable> InMemoryList<P, T> {
    /// The page of `rows` that is asked for at the time `now`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidQuery`] if the filter cannot be computed, as with a division by zero.
    pub fn page(&self, rows: Vec<T>, now: Timestamp) -> Result<Page<T>, Error> {
        let query = &self.options.query;
        let page = page(rows, query, UnixMillis(now.millis())).map_err(uncomputable)?;
        let next = (query.skip + query.top).to_string();
        Ok(Page {
            rows: page.rows,
            count: Some(Count {
                number: page.count,
                complete: true,
            }),
            next_link: page.more.then(|| self.options.link(("$skip", &next))),
            select: query.select.clone(),
        })
    }
}

impl<P, T> Deref for InMemoryList<P, T> {
    type Target = Signed<P, NoBody>;

    fn deref(&self) -> &Self::Target {
        &self.request
    }
}
