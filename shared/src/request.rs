//! A whole request as typed values, refused in the contract's order: 401, then 413 and 415, then 400.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRef, FromRequest, Request};
use bytes::Bytes;
use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::request::Parts;
use lambda_http::RequestExt as _;
use model::{Caller, Error, Mistake, Origin};
use runtime::App;

use super::caller::caller;
use super::path::FromPath;
use super::reader::{FromBody, Reader};
use super::{Early, IfMatch};
use crate::idempotency::{self, Repeatable};

/// Contract, *Ground rules*.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// A request whose caller has signed in.
#[derive(Debug)]
pub struct Signed<P, B> {
    /// Who asks.
    pub caller: Caller,
    /// The path's variables.
    pub path: P,
    /// The body.
    pub body: B,
    /// The state that the caller means to change.
    pub if_match: IfMatch,
    /// The caller's own name for this request, where the operation honours it.
    pub repeatable: Option<Repeatable>,
    /// The request's circumstances.
    pub origin: Origin,
    /// The query's options, decoded, in no promised order.
    pub query: Vec<(String, String)>,
}

/// A request that anybody may send.
#[derive(Debug)]
pub struct Public<B> {
    /// The body.
    pub body: B,
    /// The caller's own name for this request, where the operation honours it.
    pub repeatable: Option<Repeatable>,
    /// The `Authorization` header, which no authorizer has looked at.
    pub bearer: Option<String>,
    /// The request's circumstances.
    pub origin: Origin,
}

impl<S, P, B> FromRequest<S> for Signed<P, B>
where
    App: FromRef<S>,
    S: Send + Sync,
    P: FromPath,
    B: FromBody,
{
    type Rejection = Early;

    async fn from_request(request: Request, state: &S) -> Result<Self, Early> {
        let app = App::from_ref(state);
        let (mut parts, body) = request.into_parts();
        let caller = caller(&parts, app.clock.now())?;
        match Self::parse(caller.clone(), &mut parts, body).await {
            Ok(request) => Ok(request),
            // A caller whose session has ended gets that error first.
            Err(refusal) => {
                app.store.live_user(&caller, app.clock.now()).await?;
                Err(refusal.into())
            }
        }
    }
}

impl<P: FromPath, B: FromBody> Signed<P, B> {
    async fn parse(caller: Caller, parts: &mut Parts, body: Body) -> Result<Self, Error> {
        let text = read::<B>(parts, body).await?;
        let mut refusal = Refusal::default();
        let path = refusal.note(P::from_path(parts));
        let body = refusal.note(parsed(text.as_ref()));
        let if_match = refusal.note(IfMatch::from_headers(&parts.headers));
        let repeatable = refusal.note(repeatable::<B>(parts, text.as_ref()));
        match (path, body, if_match, repeatable) {
            (Some(path), Some(body), Some(if_match), Some(repeatable)) => Ok(Self {
                caller,
                path,
                body,
                if_match,
                repeatable,
                origin: origin(parts)?,
                query: query(parts),
            }),
            _ => Err(refusal.into_error()),
        }
    }
}

/// Collects all mistakes of a request. Any other error, such as a missing resource, is reported only if there are no mistakes.
#[derive(Default)]
struct Refusal {
    mistakes: Vec<Mistake>,
    other: Option<Error>,
}

impl Refusal {
    fn note<T>(&mut self, part: Result<T, Error>) -> Option<T> {
        match part {
            Ok(part) => Some(part),
            Err(Error::Invalid(mut mistakes)) => {
                self.mistakes.append(&mut mistakes);
                None
            }
            Err(other) => {
                self.other.get_or_insert(other);
                None
            }
        }
    }

    fn into_error(self) -> Error {
        match self.other {
            Some(other) if self.mistakes.is_empty() => other,
            _ => Error::Invalid(self.mistakes),
        }
    }
}

impl<S, B> FromRequest<S> for Public<B>
where
    S: Send + Sync,
    B: FromBody,
{
    type Rejection = Early;

    async fn from_request(request: Request, _: &S) -> Result<Self, Early> {
        let (parts, body) = request.into_parts();
        let text = read::<B>(&parts, body).await?;
        let mut refusal = Refusal::default();
        let body = refusal.note(parsed(text.as_ref()));
        let repeatable = refusal.note(repeatable::<B>(&parts, text.as_ref()));
        match (body, repeatable) {
            (Some(body), Some(repeatable)) => Ok(Self {
                body,
                repeatable,
                bearer: authorization(&parts),
                origin: origin(&parts)?,
            }),
            _ => Err(refusal.into_error().into()),
        }
    }
}

async fn read<B: FromBody>(parts: &Parts, body: Body) -> Result<Option<Bytes>, Error> {
    if !B::EXPECTED {
        return Ok(None);
    }
    let body = to_bytes(body, MAX_BODY_BYTES)
        .await
        .map_err(|_| Error::PayloadTooLarge)?;
    if B::OPTIONAL && body.is_empty() {
        return Ok(None);
    }
    if !is_json(&parts.headers) {
        return Err(Error::UnsupportedMediaType);
    }
    if is_encoded(&parts.headers) {
        return Err(Error::UnsupportedEncoding);
    }
    Ok(Some(body))
}

fn parsed<B: FromBody>(body: Option<&Bytes>) -> Result<B, Error> {
    Reader::parse(body.map_or(b"{}", |body| body.as_ref()))
}

fn repeatable<B: FromBody>(
    parts: &Parts,
    body: Option<&Bytes>,
) -> Result<Option<Repeatable>, Error> {
    if !B::IDEMPOTENT {
        return Ok(None);
    }
    let resource = [parts.method.as_str(), parts.raw_http_path()];
    let body = body.map_or(&[][..], |body| body.as_ref());
    idempotency::from_headers(&parts.headers, resource, body)
}

fn origin(parts: &Parts) -> Result<Origin, Error> {
    let origin = parts.extensions.get::<Origin>().cloned();
    origin.ok_or_else(|| Error::internal("the edge did not say where the request came from"))
}

fn authorization(parts: &Parts) -> Option<String> {
    let value = parts.headers.get(AUTHORIZATION)?;
    value.to_str().ok().map(str::to_owned)
}

fn query(parts: &Parts) -> Vec<(String, String)> {
    let options = parts.query_string_parameters();
    options
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Whether the body calls itself JSON (RFC 9110 section 8.3); parameters such as a charset do not matter.
fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

/// Whether the body is compressed (RFC 9110 section 8.4).
fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().any(|value| {
        let mut codings = value.as_bytes().split(|byte| *byte == b',');
        !codings.all(|coding| {
            let coding = coding.trim_ascii();
            coding.is_empty() || coding.eq_ignore_ascii_case(b"identity")
        })
    })
}
