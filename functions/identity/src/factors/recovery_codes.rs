//! `POST /api/users/me/factors/recovery-codes`

use axum::extract::State;
use serde::Serialize;
use shared::model::{ChangeKind, Error, FactorId, RECOVERY_CODES, RecoveryCodes};
use shared::store::{FactorChange, SessionChange};
use shared::tokens::recovery::NewCodes;
use shared::{App, Early, NoBody, NoPath, Reply, Signed};

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
    let new = NewCodes::random(RECOVERY_CODES);
    let fresh = RecoveryCodes {
        id: FactorId::random(),
        salt: new.salt,
        digests: new.digests.clone(),
    };
    let change = person
        .audit
        .on_user(ChangeKind::RecoveryCodesReplaced, person.user.id);
    let stored = person.snapshot.stored_user(person.user.id)?;
    let stored = stored.ok_or(Error::Unauthenticated)?;
    let (session, now) = (&request.caller.session, person.now);
    let replaced = app.store.change_factors(stored, |user| {
        let live = user.live_session(session, now);
        let live = live.ok_or(Error::Unauthenticated)?;
        let factors = user.factors.with_new_codes(fresh.clone())?;
        user.require_recent(live, now)?;
        Ok(FactorChange {
            factors,
            sessions: SessionChange::Keep,
            change: Some(change.clone()),
        })
    });
    replaced.await?.ok_or(Error::Unauthenticated)?;
    Ok(Reply::ok(&Replaced {
        recovery_codes: new.codes.iter().map(|code| code.as_str()).collect(),
    }))
}
