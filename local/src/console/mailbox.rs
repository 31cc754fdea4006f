//! The mailbox for people and for tests.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get};
use axum::{Json, Router};
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use serde::Deserialize;

use super::{escaped, page, problem};
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
}

async fn list(State(mailbox): State<Mailbox>, Query(wanted): Query<Wanted>) -> Json<Vec<Mail>> {
    Json(mailbox.to(wanted.to.as_deref()))
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

async fn show(State(mailbox): State<Mailbox>, Query(wanted): Query<Wanted>) -> Response {
    let mails = mailbox.to(wanted.to.as_deref());
    let mut body = String::new();
    if mails.is_empty() {
        body.push_str("<p>No mail has been sent yet. Reload this page to look again.</p>");
    }
    for mail in &mails {
        body.push_str(&shown(mail));
    }
    page("Mailbox", &body)
}

fn shown(mail: &Mail) -> String {
    let text = mail
        .text
        .as_deref()
        .map(|text| format!("<pre>{}</pre>", escaped(text)));
    let html = mail.html.as_ref().map(|_| {
        let id = escaped(&mail.id);
        format!(
            "<details><summary>As HTML</summary><iframe title=\"The mail as HTML\" loading=\"lazy\" \
             sandbox=\"allow-popups allow-popups-to-escape-sandbox\" src=\"/_local/mailbox/{id}/html\">\
             </iframe></details>"
        )
    });
    format!(
        "<article><h2>{}</h2><p>to {}, from {}, at {}: {}</p>{}{}</article>",
        escaped(&mail.subject),
        escaped(&mail.to),
        escaped(&mail.from),
        escaped(&mail.sent_at),
        escaped(&mail.delivery),
        text.unwrap_or_default(),
        html.unwrap_or_default(),
    )
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

#[cfg(test)]
mod tests {
    use super::{Mail, shown};

    #[test]
    fn whatever_a_mail_says_is_shown_as_text() {
        let mail = Mail {
            id: "1\"".into(),
            subject: "<script>".into(),
            text: Some("</pre><img src=x>".into()),
            html: Some("<b>".into()),
            ..Mail::default()
        };
        let shown = shown(&mail);
        assert!(!shown.contains("<script") && !shown.contains("<img") && !shown.contains("<b>"));
        assert!(shown.contains("/_local/mailbox/1&quot;/html"));
    }
}
