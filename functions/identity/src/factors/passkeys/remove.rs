//! `DELETE /api/users/me/factors/passkeys/{id}`

use axum::extract::State;
use shared::{App, Early, NoBody, PasskeyPath, Reply, Signed};

use crate::factors::change::remove_own;

/// Removes a passkey; with the last factor, the recovery codes too.
pub(crate) async fn remove(
    State(app): State<App>,
    request: Signed<PasskeyPath, NoBody>,
) -> Result<Reply, Early> {
    let id = request.path.passkey;
    remove_own(&app, &request, |factors| factors.without_passkey(id)).await
}
