//! `DELETE /api/accounts/{accountId}`

use axum::extract::State;
use shared::model::ChangeKind;
use shared::store::Deletion;
use shared::{AccountPath, App, Early, NoBody, Reply, Signed};

/// Its owner deletes it, and platform administrators may: gone at once, its name free at once.
pub(crate) async fn delete(
    State(app): State<App>,
    request: Signed<AccountPath, NoBody>,
) -> Result<Reply, Early> {
    let id = request.path.account;
    let mut access = request.ownership(&app, id).read().await?;
    let account = access.standing.account.clone();
    app.store
        .delete_account(account, |account| {
            access.standing.account = account.clone();
            let by = access.standing.may_delete()?;
            access.require_recent_factor()?;
            request.if_match.check(account.version)?;
            let audit = access.audit.decided_by(by);
            let change = audit.on_account(ChangeKind::AccountDeleted, id);
            Ok(Deletion { by, change })
        })
        .await?;
    Ok(Reply::success("Account deleted"))
}
