//! An offer of the ownership ends with the nominee's membership.

use shared::model::UserId;
use shared::{Access, App};

/// Ends the offer to `user`, who is no active member any more. `trail` does the same within seconds, so a failure is not the caller's.
pub(crate) async fn end_offer(app: &App, access: &Access, user: UserId) {
    let account = &access.standing.account;
    if account.nominates(user) {
        drop(app.store.end_offer(account.id, user, access.now).await);
    }
}
