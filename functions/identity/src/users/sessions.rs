//! `GET /api/users/me/sessions` and `DELETE /api/users/me/sessions/{id}`

use axum::extract::State;
use serde::Serialize;
use serde_json::json;
use shared::error::Missing;
use shared::http::{NoBody, NoPath, Reply, SessionPath, Signed};
use shared::values::{SessionId, Timestamp};
use shared::{App, Error};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    id: &'a SessionId,
    created_at: Timestamp,
    last_used_at: Timestamp,
    user_agent: &'a str,
    current: bool,
}

/// Where the caller is signed in, the latest use first.
pub(crate) async fn list(
    State(app): State<App>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Error> {
    let now = app.clock.now();
    let user = app.store.live_user(&request.caller, now).await?;
    let mut sessions: Vec<_> = user
        .sessions
        .iter()
        .filter(|(_, session)| now < session.expires_at)
        .collect();
    sessions.sort_by_key(|(_, session)| std::cmp::Reverse(session.last_used_at));
    let sessions = sessions.into_iter().map(|(id, session)| Answer {
        id,
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        user_agent: &session.user_agent,
        current: *id == request.caller.session,
    });
    Ok(Reply::ok(&json!({ "value": sessions.collect::<Vec<_>>() })))
}

/// Signs the caller out there, or here.
pub(crate) async fn end(
    State(app): State<App>,
    request: Signed<SessionPath, NoBody>,
) -> Result<Reply, Error> {
    let now = app.clock.now();
    let user = app.store.live_user(&request.caller, now).await?;
    let session = &request.path.session;
    user.live_session(session, now).ok_or(Missing::Session)?;
    app.store.end_session(user.id, session).await?;
    Ok(Reply::no_content())
}
