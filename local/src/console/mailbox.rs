//! The mailbox for people and for tests.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{delete, get};
use axum::{Json, Router};
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use serde::Deserialize;

use super::problem;
use crate::aws::ses::{Mail, Mailbox};

/// A mail's HTML is untrusted. It may be shown, and its links followed in new windows; nothing else is allowed.
pub(super) const POLICY: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
    style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

/// The mailbox's routes.
pub(super) fn router(mailbox: Mailbox) -> Router {
    Router::new()
        .route("/mailbox", get(show).merge(delete(empty)))
        .route("/mailbox.json", get(list))
        .route("/mailbox/{id}/html", get(html))
        .with_state(mailbox)
}

#[derive(Deserialize)]
struct Wanted {
    to: Option<String>,
    /// A word of the recipients or of the subject.
    q: Option<String>,
    /// The most mails.
    limit: Option<usize>,
}

async fn list(State(mailbox): State<Mailbox>, Query(wanted): Query<Wanted>) -> Json<Vec<Mail>> {
    let mut mails = mailbox.to(wanted.to.as_deref());
    if let Some(word) = wanted.q.map(|word| word.trim().to_lowercase()) {
        let has = |text: &str| text.to_lowercase().contains(&word);
        mails.retain(|mail| has(&mail.to) || has(&mail.subject));
    }
    mails.truncate(wanted.limit.unwrap_or(usize::MAX));
    Json(mails)
}

/// The console's page of it.
async fn show() -> Redirect {
    Redirect::temporary("/_local/#/mailbox")
}

async fn empty(State(mailbox): State<Mailbox>) -> Response {
    match mailbox.empty() {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem(
            StatusCode::INTERNAL_SERVER_ERROR,
            "INTERNAL",
            &error.to_string(),
        ),
    }
}

async fn html(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    match mailbox.find(&id).and_then(|mail| mail.html) {
        Some(html) => {
            let headers = [
                (CONTENT_TYPE, "text/html; charset=utf-8"),
                (CONTENT_SECURITY_POLICY, POLICY),
            ];
            // Links open beside the mailbox.
            (headers, format!("<base target=\"_blank\">{html}")).into_response()
        }
        None => problem(StatusCode::NOT_FOUND, "NOT_FOUND", "There is no such mail."),
    }
}
