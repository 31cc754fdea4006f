//! The request of a list of the table.

use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::{FromRef, FromRequest, Request};
use model::Error;
use odata::{Listable, OrderBy};
use runtime::App;
use store::Collection;

use super::cursor::Cursor;
use super::cursors::Cursors;
use super::opened::Opened;
use super::options::{self, Options};
use super::refusal::{foreign_cursor, refused, to_signed_in};
use crate::path::FromPath;
use crate::{Early, NoBody, Signed};

/// A signed-in caller's request of a list whose rows are `T`. Mistakes in its options are reported only to a caller with a live
/// session.
#[derive(Debug)]
pub struct List<P, T> {
    request: Signed<P, NoBody>,
    pages: Pages,
    rows: PhantomData<fn() -> T>,
}

/// The page that is asked for, and the means to link to the next.
#[derive(Debug)]
pub(super) struct Pages {
    pub options: Options,
    pub cursor: Option<Cursor>,
    pub scope: Vec<u8>,
    pub cursors: Cursors,
}

impl<S, P, T> FromRequest<S> for List<P, T>
where
    App: FromRef<S>,
    Cursors: FromRef<S>,
    S: Send + Sync,
    P: FromPath,
    T: Listable,
{
    type Rejection = Early;

    async fn from_request(request: Request, state: &S) -> Result<Self, Early> {
        let (request, mut options) = signed::<S, P, T>(request, state).await?;
        let cursors = Cursors::from_ref(state);
        let scope = options.scope(request.caller.user);
        let cursor = match cursor(&request.query, &options, &scope, &cursors).await {
            Ok(cursor) => cursor,
            Err(mistake) => {
                let app = App::from_ref(state);
                return Err(to_signed_in(&app, &request.caller, mistake).await);
            }
        };
        if cursor.as_ref().is_some_and(|cursor| cursor.by_id) {
            options.query.orderby = OrderBy::by_identity(T::SCHEMA);
        }
        Ok(Self {
            request,
            pages: Pages {
                options,
                cursor,
                scope,
                cursors,
            },
            rows: PhantomData,
        })
    }
}

impl<P, T: Listable> List<P, T> {
    /// Reads what decides about access and, concurrently, the beginning of the list. The part of the list that is read does not
    /// depend on the rows that match the filter, and its content is not used before access is granted.
    ///
    /// # Errors
    ///
    /// What `access` refuses; [`Error::InvalidQuery`] for options that the collection does not offer.
    pub async fn open<'a, A, C>(
        &'a self,
        app: &'a App,
        access: impl Future<Output = Result<A, Early>>,
        collection: C,
    ) -> Result<(A, Opened<'a, C>), Early>
    where
        C: Collection<Row = T>,
    {
        let mut opened = match Opened::new(app, &self.pages, collection) {
            Ok(opened) => opened,
            Err(mistake) => return Err(to_signed_in(app, &self.caller, mistake).await),
        };
        // The longer read begins first.
        let ((), access) = tokio::join!(Box::pin(opened.read_ahead()), access);
        Ok((access?, opened))
    }
}

impl<P, T> Deref for List<P, T> {
    type Target = Signed<P, NoBody>;

    fn deref(&self) -> &Self::Target {
        &self.request
    }
}

/// The request and its options. The order of refusals: 401, then 400.
pub(super) async fn signed<S, P, T>(
    request: Request,
    state: &S,
) -> Result<(Signed<P, NoBody>, Options), Early>
where
    App: FromRef<S>,
    S: Send + Sync,
    P: FromPath,
    T: Listable,
{
    let (parts, body) = request.into_parts();
    let path = options::path(&parts);
    let request = Request::from_parts(parts, body);
    let request = Signed::<P, NoBody>::from_request(request, state).await?;
    match Options::parse(&request.query, T::SCHEMA, path, &request.origin.base_url) {
        Ok(options) => Ok((request, options)),
        Err(mistakes) => {
            let app = App::from_ref(state);
            Err(to_signed_in(&app, &request.caller, mistakes).await)
        }
    }
}

/// The cursor that the options hold, if they hold one.
async fn cursor(
    query: &[(String, String)],
    options: &Options,
    scope: &[u8],
    cursors: &Cursors,
) -> Result<Option<Cursor>, Error> {
    let Some(token) = &options.query.skiptoken else {
        return Ok(None);
    };
    if query.iter().any(|(name, _)| name == "$skip") {
        let detail = "Position 1: a link to a next page has skipped already.";
        return Err(refused("$skip", detail));
    }
    let cursor = Cursor::open(token, scope, cursors.keys().await?);
    cursor.map(Some).ok_or_else(foreign_cursor)
}
