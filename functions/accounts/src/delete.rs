//! `DELETE /api/accounts/{accountId}`

use axum::extract::State;
use shared::model::{AuditContext, ChangeKind, Missing};
use shared::store::{Backoff, ReadSet, Written};
use shared::{AccountPath, App, NoBody, Problem, Reply, Signed};

/// Its owner deletes it, and platform administrators may: gone at once, its name free at once.
pub(crate) async fn delete(
    State(app): State<App>,
    request: Signed<AccountPath, NoBody>,
) -> Result<Reply, Problem> {
    let now = app.clock.now();
    let id = request.path.account;
    let snapshot = app
        .store
        .read(ReadSet::standing(&request.caller, id))
        .await?;
    let mut standing = snapshot.standing(&request.caller, id, &app.config.policy, now)?;
    let act = AuditContext::new(&request.origin, Some(standing.user.actor()), now);
    let change = act.on_account(ChangeKind::AccountDeleted, id);
    let mut backoff = Backoff::new();
    loop {
        standing.may_delete()?;
        request.if_match.check(standing.account.version)?;
        match app.store.delete_account(&standing.account, &change).await? {
            Written::Done => return Ok(Reply::success("Account deleted")),
            Written::Outdated(None) => return Err(Missing::Account.into()),
            Written::Outdated(Some(account)) => standing.account = account,
        }
        backoff.wait().await?;
    }
}
