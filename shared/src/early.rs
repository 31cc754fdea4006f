//! What ends a request before its handler does.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use model::Error;

use crate::Reply;
use crate::status::status_and_code;

/// A refusal or a failure, or the answer that an earlier copy of the request got.
#[derive(Debug)]
pub enum Early {
    /// [`crate::edge`] writes the problem document, which needs the request's id.
    Problem(Error),
    /// The saved answer.
    Replay(Reply),
}

impl<E> From<E> for Early
where
    Error: From<E>,
{
    fn from(error: E) -> Self {
        Self::Problem(error.into())
    }
}

impl IntoResponse for Early {
    fn into_response(self) -> Response {
        match self {
            Self::Replay(reply) => reply.into_response(),
            Self::Problem(error) => {
                let mut response = status_and_code(&error).0.into_response();
                response.extensions_mut().insert(Arc::new(error));
                response
            }
        }
    }
}
