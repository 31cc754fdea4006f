//! `DELETE /api/accounts/{accountId}`

use axum::extract::State;
use shared::model::ChangeKind;
use shared::{AccountPath, App, Early, NoBody, Reply, Signed};

/// Its owner deletes it, and platform administrators may: gone at once, its name free at once.
pub(crate) async fn delete(
    State(app): State<App>,
    request: Signed<AccountPath, NoBody>,
) -> Result<Reply, Early> {
    let id = request.path.account;
    let access = request.access(&app, id).read().await?;
    let change = access.audit.on_account(ChangeKind::AccountDeleted, id);
    let mut standing = access.standing;
    app.store
        .delete_account(standing.account.clone(), &change, |account| {
            standing.account = account.clone();
            standing.may_delete()?;
            request.if_match.check(account.version)
        })
        .await?;
    Ok(Reply::success("Account deleted"))
}
