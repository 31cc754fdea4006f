//! The service's clock, which a person or a test may move forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::json;
use shared::runtime::Clock;
use tokio::sync::watch;

use super::problem;

/// A hundred years, so that every expiry can be seen and no sum overflows.
const FURTHEST_SECONDS: i64 = 100 * 366 * 24 * 60 * 60;

/// The clock of one stack.
#[derive(Clone, Debug, Default)]
pub(crate) struct LocalClock {
    milliseconds: Arc<AtomicI64>,
    /// Counts the times that it was moved.
    moves: watch::Sender<u64>,
}

impl LocalClock {
    /// The clock as the functions have it.
    pub(crate) fn shared(&self) -> Clock {
        Clock::Shifted(self.milliseconds.clone())
    }

    /// Hears of it whenever the clock is moved.
    pub(crate) fn moved(&self) -> watch::Receiver<u64> {
        self.moves.subscribe()
    }

    fn offset_seconds(&self) -> i64 {
        self.milliseconds.load(Ordering::Relaxed) / 1000
    }

    /// Moves the clock forward; says whether it could.
    pub(crate) fn advance(&self, seconds: i64) -> bool {
        let moved = self
            .milliseconds
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |shift| {
                let within = (0..=FURTHEST_SECONDS).contains(&seconds)
                    && shift / 1000 + seconds <= FURTHEST_SECONDS;
                within.then(|| shift + seconds * 1000)
            });
        self.moves.send_modify(|moves| *moves += 1);
        moved.is_ok()
    }
}

pub(super) fn router(clock: LocalClock) -> Router {
    Router::new()
        .route("/clock", get(show).post(advance))
        .with_state(clock)
}

async fn show(State(clock): State<LocalClock>) -> Response {
    let now = clock.shared().now().to_string();
    let body = json!({ "now": now, "offsetSeconds": clock.offset_seconds() });
    ([(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Advance {
    advance_seconds: i64,
}

async fn advance(State(clock): State<LocalClock>, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    if !kind.starts_with("application/json") {
        let detail = "The content type must be application/json.";
        return problem(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            detail,
        );
    }
    match serde_json::from_slice::<Advance>(&body) {
        Ok(Advance { advance_seconds }) if clock.advance(advance_seconds) => {
            show(State(clock)).await
        }
        Ok(_) => {
            let detail = "The clock only moves forward: advanceSeconds is 0 or more, a hundred years in all.";
            problem(StatusCode::BAD_REQUEST, "VALIDATION_FAILED", detail)
        }
        Err(error) => {
            let detail = format!("Send {{\"advanceSeconds\": N}} with a whole number: {error}.");
            problem(StatusCode::BAD_REQUEST, "VALIDATION_FAILED", &detail)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FURTHEST_SECONDS, LocalClock};

    #[test]
    fn the_clock_moves_forward_only() {
        let clock = LocalClock::default();
        let before = clock.shared().now();
        assert!(clock.advance(900));
        assert!(clock.shared().now() >= before.plus_seconds(900));
        assert!(!clock.advance(-1));
        assert!(!clock.advance(FURTHEST_SECONDS));
        assert!(!clock.advance(i64::MAX));
        assert_eq!(clock.offset_seconds(), 900);
    }
}
