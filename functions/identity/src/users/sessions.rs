//! `GET /api/users/me/sessions` and `DELETE /api/users/me/sessions/{id}`

use axum::extract::State;
use serde::Serialize;
use shared::model::{Missing, SessionId, Timestamp};
use shared::odata::{Listable, Schema, Type, UnixMillis, Value};
use shared::{App, Early, InMemoryList, NoBody, NoPath, Reply, SessionPath, Signed};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    id: SessionId,
    created_at: Timestamp,
    last_used_at: Timestamp,
    user_agent: String,
    current: bool,
}

impl Listable for Listed {
    const SCHEMA: &'static Schema = &Schema(&[
        ("id", Type::String(64)),
        ("createdAt", Type::DateTime),
        ("lastUsedAt", Type::DateTime),
        ("userAgent", Type::String(200)),
        ("current", Type::Boolean),
    ]);

    fn property(&self, name: &'static str) -> Value<'_> {
        match name {
            "id" => self.id.as_str().into(),
            "createdAt" => Value::DateTime(UnixMillis(self.created_at.millis())),
            "lastUsedAt" => Value::DateTime(UnixMillis(self.last_used_at.millis())),
            "userAgent" => self.user_agent.as_str().into(),
            "current" => Value::Boolean(self.current),
            _ => Value::Null,
        }
    }
}

/// Where the caller is signed in.
pub(crate) async fn list(
    State(app): State<App>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Early> {
    // A caller who has signed out learns that before any mistake in the options.
    let person = request.person(&app).read().await?;
    let (user, now) = (person.user, person.now);
    let list = InMemoryList::parse::<Listed>(&request.query)?;
    let live = user
        .sessions
        .into_iter()
        .filter(|(_, session)| now < session.end());
    let sessions = live.map(|(id, session)| Listed {
        current: id == request.caller.session,
        id,
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        user_agent: session.user_agent,
    });
    let path = "/api/users/me/sessions";
    Ok(list.reply(sessions.collect(), path, &request.origin, now)?)
}

/// Signs the caller out there, or here.
pub(crate) async fn end(
    State(app): State<App>,
    request: Signed<SessionPath, NoBody>,
) -> Result<Reply, Early> {
    let person = request.person(&app).read().await?;
    let session = &request.path.session;
    let live = person.user.live_session(session, person.now);
    live.ok_or(Missing::Session)?;
    app.store.end_session(person.user.id, session).await?;
    Ok(Reply::no_content())
}
