//! `DELETE /api/users/me/factors/passkeys/{id}`

use axum::extract::State;
use shared::model::ChangeKind;
use shared::store::{FactorChange, SessionChange};
use shared::{App, Early, NoBody, PasskeyPath, Reply, Signed};

use crate::factors::change_own;

/// Removes a passkey; with the last factor, the recovery codes too.
pub(crate) async fn remove(
    State(app): State<App>,
    request: Signed<PasskeyPath, NoBody>,
) -> Result<Reply, Early> {
    let person = request.person(&app).read().await?;
    let id = request.path.passkey;
    let change = person
        .audit
        .on_user(ChangeKind::SecondFactorRemoved, person.user.id);
    let removed = change_own(&app, &person, &request.caller.session, |user, live| {
        let factors = user.factors.without_passkey(id)?;
        user.require_recent(live, person.now)?;
        Ok(FactorChange {
            factors,
            sessions: SessionChange::Keep,
            change: Some(change.clone()),
        })
    });
    removed.await?;
    Ok(Reply::no_content())
}
