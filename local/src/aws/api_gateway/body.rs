//! The body of a request, whole or not at all.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;

use super::refuse::Refused;

/// REST APIs: the largest payload (quotas page).
const MAX_BYTES: usize = 10 * 1024 * 1024;
/// How much of a refused body is read and thrown away, so that the client hears the answer instead of a broken connection.
const MAX_DRAINED_BYTES: usize = 64 * 1024 * 1024;

/// The whole body.
pub(super) async fn whole(body: Body) -> Result<Bytes, Refused> {
    read(body, MAX_BYTES).await
}

/// `refused`, once the client has nothing more to say.
pub(super) async fn drained(body: Body, refused: Refused) -> Refused {
    let _ = read(body, 0).await;
    refused
}

async fn read(mut body: Body, limit: usize) -> Result<Bytes, Refused> {
    let mut kept = BytesMut::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Refused::new("BAD_REQUEST_BODY", error.to_string()))?;
        let Ok(chunk) = frame.into_data() else {
            continue;
        };
        length += chunk.len();
        if length <= limit {
            kept.extend_from_slice(&chunk);
        } else {
            kept = BytesMut::new();
        }
        if length > MAX_DRAINED_BYTES {
            break;
        }
    }
    if length > limit {
        return Err(Refused::new("REQUEST_TOO_LARGE", "Request Too Long"));
    }
    Ok(kept.freeze())
}
