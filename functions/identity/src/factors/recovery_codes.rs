//! `POST /api/users/me/factors/recovery-codes`

use axum::extract::State;
use serde::Serialize;
use shared::model::ChangeKind;
use shared::store::{FactorChange, SessionChange};
use shared::{App, Early, NoBody, NoPath, Reply, Signed};

use super::change::{change_own, new_codes};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replaced<'a> {
    recovery_codes: Vec<&'a str>,
}

/// New recovery codes. Those before are void.
pub(crate) async fn replace(
    State(app): State<App>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Early> {
    let person = request.person(&app).read().await?;
    let (new, fresh) = new_codes();
    let change = person
        .audit
        .on_user(ChangeKind::RecoveryCodesReplaced, person.user.id);
    let replaced = change_own(&app, &person, &request.caller.session, |user, live| {
        let factors = user.factors.with_new_codes(fresh.clone())?;
        user.require_recent(live, person.now)?;
        Ok(FactorChange {
            factors,
            sessions: SessionChange::Keep,
            change: Some(change.clone()),
        })
    });
    replaced.await?;
    Ok(Reply::ok(&Replaced {
        recovery_codes: new.codes.iter().map(|code| code.as_str()).collect(),
    }))
}
