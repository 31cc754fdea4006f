//! `GET` and `DELETE /api/users/me/sessions`, and `DELETE /api/users/me/sessions/{id}`

use axum::extract::State;
use serde::Serialize;
use shared::model::{Method, Methods, Missing, SessionId, Timestamp};
use shared::odata::{Listable, Schema, Type, UnixMillis, Value};
use shared::{App, Early, InMemoryList, NoBody, NoPath, Reply, SessionPath, Signed};

/// A session as it is answered.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed {
    id: SessionId,
    created_at: Timestamp,
    last_used_at: Timestamp,
    user_agent: String,
    methods: Methods,
    current: bool,
}

/// Characters of the longest method.
const METHOD_CHARACTERS: usize = 13;

impl Listable for Listed {
    const SCHEMA: &'static Schema = &Schema(&[
        ("id", Type::String(64)),
        ("createdAt", Type::DateTime),
        ("lastUsedAt", Type::DateTime),
        ("userAgent", Type::String(200)),
        (
            "methods",
            Type::StringCollection {
                most: Method::ALL.len(),
                characters: METHOD_CHARACTERS,
            },
        ),
        ("current", Type::Boolean),
    ]);

    fn property(&self, name: &'static str) -> Value<'_> {
        match name {
            "id" => self.id.as_str().into(),
            "createdAt" => Value::DateTime(UnixMillis(self.created_at.millis())),
            "lastUsedAt" => Value::DateTime(UnixMillis(self.last_used_at.millis())),
            "userAgent" => self.user_agent.as_str().into(),
            "methods" => Value::Strings(self.methods.iter().map(Method::as_str).collect()),
            "current" => Value::Boolean(self.current),
            _ => Value::Null,
        }
    }
}

/// The caller's sessions.
pub(crate) async fn list(
    State(app): State<App>,
    request: InMemoryList<NoPath, Listed>,
) -> Result<Reply, Early> {
    let person = request.person(&app).read().await?;
    let sessions = person.user.sessions.into_iter();
    let live = sessions.filter(|(_, session)| person.now < session.end());
    let rows = live.map(|(id, session)| Listed {
        current: id == request.caller.session,
        id,
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        user_agent: session.user_agent,
        methods: session.methods,
    });
    let page = request.page(rows.collect(), person.now)?;
    Ok(page.reply(|session| session)?)
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

/// Signs the caller out everywhere else.
pub(crate) async fn end_others(
    State(app): State<App>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Early> {
    let person = request.person(&app).read().await?;
    let kept = &request.caller.session;
    app.store.end_other_sessions(person.user, kept).await?;
    Ok(Reply::no_content())
}
