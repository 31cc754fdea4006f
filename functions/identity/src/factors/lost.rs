//! `DELETE /api/users/{id}/factors`: the way back for a person who has lost every factor.

use axum::extract::State;
use shared::model::{ChangeKind, Missing};
use shared::store::{FactorChange, SessionChange};
use shared::{App, Early, NoBody, Reply, Signed, UserPath};

/// A platform administrator with two factors removes all of a person's. Their sessions end, and they are mailed.
pub(crate) async fn remove_all(
    State(app): State<App>,
    request: Signed<UserPath, NoBody>,
) -> Result<Reply, Early> {
    let read = request.person(&app);
    let read = match request.path.user {
        Some(id) => read.user(id),
        None => read,
    };
    let person = read.read().await?;
    app.config.policy.require_platform_admin(&person.user)?;
    let id = request.path.user.ok_or(Missing::User)?;
    let stored = person.snapshot.stored_user(id)?.ok_or(Missing::User)?;
    person
        .user
        .require_recent_factor(&person.session, person.now)?;
    if !stored.user.factors.exist() {
        return Ok(Reply::no_content());
    }
    let audit = person.audit.by_platform();
    let change = audit.on_user(ChangeKind::SecondFactorRemoved, id);
    let removed = app.store.change_factors(stored, |user| {
        Ok(FactorChange {
            factors: user.factors.without_any(),
            sessions: SessionChange::End,
            change: Some(change.clone()),
        })
    });
    removed.await?.ok_or(Missing::User)?;
    Ok(Reply::no_content())
}
