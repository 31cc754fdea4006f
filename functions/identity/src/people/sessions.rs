//! `DELETE /api/users/{id}/sessions`

use axum::extract::State;
use shared::model::ChangeKind;
use shared::{App, Early, NoBody, Reply, Signed, UserPath};

use super::subject;

/// Signs the person out everywhere. For a person without a session, nothing happens.
pub(crate) async fn end_all(
    State(app): State<App>,
    request: Signed<UserPath, NoBody>,
) -> Result<Reply, Early> {
    let subject = subject(&app, &request).await?;
    let user = subject.user;
    if !user.sessions.is_empty() {
        let change = subject.audit.on_user(ChangeKind::SessionsEnded, user.id);
        app.store.end_all_sessions(user.id, &change).await?;
    }
    Ok(Reply::no_content())
}
