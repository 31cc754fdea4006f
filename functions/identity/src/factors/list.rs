//! `GET /api/users/me/factors`

use axum::extract::State;
use serde::Serialize;
use shared::model::{Timestamp, Totp};
use shared::{App, Early, NoBody, NoPath, Reply, Signed};

use super::passkeys::Named;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    totp: Option<ListedTotp>,
    passkeys: Vec<Named>,
    recovery_codes_left: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedTotp {
    created_at: Timestamp,
}

impl From<&Totp> for ListedTotp {
    fn from(totp: &Totp) -> Self {
        Self {
            created_at: totp.created_at,
        }
    }
}

/// The caller's second factors.
pub(crate) async fn list(
    State(app): State<App>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Early> {
    let factors = request.person(&app).read().await?.user.factors;
    Ok(Reply::ok(&Listed {
        totp: factors.totp.as_ref().map(ListedTotp::from),
        passkeys: Named::all(&factors),
        recovery_codes_left: factors.recovery_codes_left(),
    }))
}
