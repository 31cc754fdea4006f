//! Every kind of mail with the data of an example, for people who look at the words or change the brand.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use mailer::Sample;
use serde_json::{Value, json};

use super::mailbox::POLICY;
use super::{escaped, page, problem};
use crate::aws::lambda::Functions;

pub(super) fn router(functions: Functions) -> Router {
    Router::new()
        .route("/mails", get(show))
        .route("/mails.json", get(list))
        .route("/mails/{kind}/html", get(html))
        .with_state(functions)
}

async fn samples(functions: &Functions) -> Result<Vec<Sample>, Response> {
    let mailer = functions
        .values()
        .find_map(|function| function.mailer())
        .ok_or_else(|| problem(StatusCode::NOT_FOUND, "NOT_FOUND", "There is no mailer."))?;
    mailer.samples().await.map_err(|error| {
        let detail = error.to_string();
        problem(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", &detail)
    })
}

async fn list(State(functions): State<Functions>) -> Result<Json<Vec<Value>>, Response> {
    let shown = |mail: Sample| json!({ "kind": mail.kind, "subject": mail.subject, "text": mail.text, "html": mail.html });
    let samples = samples(&functions).await?;
    Ok(Json(samples.into_iter().map(shown).collect()))
}

async fn show(State(functions): State<Functions>) -> Result<Response, Response> {
    let samples = samples(&functions).await?;
    let body: String = samples.iter().map(shown).collect();
    Ok(page("Every kind of mail", &body))
}

fn shown(mail: &Sample) -> String {
    let kind = mail.kind;
    format!(
        "<article><h2>{}</h2><p>{kind}</p><pre>{}</pre><details open><summary>As HTML</summary>\
         <iframe title=\"The mail as HTML\" loading=\"lazy\" sandbox src=\"/_local/mails/{kind}/html\"></iframe>\
         </details></article>",
        escaped(&mail.subject),
        escaped(&mail.text),
    )
}

async fn html(
    State(functions): State<Functions>,
    Path(kind): Path<String>,
) -> Result<Response, Response> {
    let samples = samples(&functions).await?;
    let sample = samples.into_iter().find(|mail| mail.kind == kind);
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    let sample = sample.ok_or_else(|| {
        problem(
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            "There is no such kind of mail.",
        )
    })?;
    Ok((headers, sample.html).into_response())
}
