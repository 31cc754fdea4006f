//! The first page, and the API's description.

use std::fmt::Write as _;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use http::header::CONTENT_TYPE;

use super::{About, escaped, page};

/// The description as it stood when this was built.
const OPENAPI: &str = include_str!("../../../openapi.yaml");

pub(super) fn router(about: About) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/openapi.yaml", get(openapi))
        .route("/docs", get(docs))
        .with_state(about)
}

async fn index(State(about): State<About>) -> Response {
    let rows = [
        (
            "The API",
            about.url.as_str(),
            "what a front end or a script talks to",
        ),
        (
            "DynamoDB",
            about.dynamodb.as_str(),
            "aws dynamodb --endpoint-url takes it",
        ),
        ("Its table", about.table.as_str(), ""),
        ("Kept in", about.data.as_str(), ""),
    ];
    let mut body = String::from("<dl>");
    for (what, value, note) in rows {
        let (value, note) = (escaped(value), escaped(note));
        let _ = write!(body, "<dt>{what}</dt><dd><code>{value}</code> {note}</dd>");
    }
    body.push_str(
        "</dl><ul><li><a href=\"/_local/mailbox\">Mailbox</a>: the mails that the service has sent; \
         <a href=\"/_local/mailbox.json\">as JSON</a></li>\
         <li><a href=\"/_local/mails\">Every kind of mail</a>, with the data of an example</li>\
         <li><a href=\"/_local/events\">Events</a>: the changes that the service has put on its bus, as JSON</li>\
         <li><a href=\"/_local/clock\">Clock</a>: <code>POST {\"advanceSeconds\": 900}</code> moves it forward</li>\
         <li><a href=\"/_local/docs\">The API's operations</a>; \
         <a href=\"/_local/openapi.yaml\">openapi.yaml</a></li></ul>",
    );
    page("Accounts, on this machine", &body)
}

async fn openapi() -> Response {
    ([(CONTENT_TYPE, "application/yaml")], OPENAPI).into_response()
}

async fn docs() -> Response {
    let Ok(document) = serde_norway::from_str::<serde_json::Value>(OPENAPI) else {
        return Redirect::to("/_local/openapi.yaml").into_response();
    };
    let mut body = String::new();
    for (path, operations) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            if !["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                continue;
            }
            let text = |name: &str| escaped(operation[name].as_str().unwrap_or_default());
            let statuses = operation["responses"].as_object().into_iter().flatten();
            let statuses: Vec<&str> = statuses.map(|(status, _)| status.as_str()).collect();
            let _ = write!(
                body,
                "<article><h2><code>{} {}</code></h2><p>{}</p><p>{}</p><p>Answers {}.</p></article>",
                method.to_uppercase(),
                escaped(path),
                text("summary"),
                text("description"),
                escaped(&statuses.join(", ")),
            );
        }
    }
    page("The API's operations", &body)
}
