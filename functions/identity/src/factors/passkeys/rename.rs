//! `PATCH /api/users/me/factors/passkeys/{id}`

use axum::extract::State;
use shared::model::{Missing, PasskeyName};
use shared::store::{FactorChange, SessionChange};
use shared::{App, Early, FromBody, PasskeyPath, Reader, Reply, Signed};

use super::Named;
use crate::factors::change_own;

pub(crate) struct Body {
    name: PasskeyName,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let name = reader.text("name", PasskeyName::parse)?;
        Some(Self { name })
    }
}

/// Another name for a passkey. It needs no step-up.
pub(crate) async fn rename(
    State(app): State<App>,
    request: Signed<PasskeyPath, Body>,
) -> Result<Reply, Early> {
    let person = request.person(&app).read().await?;
    let (id, name) = (request.path.passkey, &request.body.name);
    let renamed = change_own(&app, &person, &request.caller.session, |user, _| {
        Ok(FactorChange {
            factors: user.factors.with_renamed_passkey(id, name.clone())?,
            sessions: SessionChange::Keep,
            change: None,
        })
    });
    let user = renamed.await?;
    let passkey = user.factors.passkeys.get(&id).ok_or(Missing::Factor)?;
    Ok(Reply::ok(&Named::new(id, passkey)))
}
