//! `POST /api/accounts/{id}/restore`

use axum::extract::State;
use shared::model::{Account, AuditContext, ChangeKind, Missing};
use shared::store::{Backoff, ReadSet, Written};
use shared::{AccountPath, App, Early, NoBody, Reply, Signed};

use crate::reply::AccountReply;

/// Its owner has a deleted account back, with everybody in it, until it is cleared. To anybody else it is not there.
pub(crate) async fn restore(
    State(app): State<App>,
    request: Signed<AccountPath, NoBody>,
) -> Result<Reply, Early> {
    let now = app.clock.now();
    let (caller, id) = (&request.caller, request.path.account);
    let limit = app.config.limits.accounts_per_owner;
    let mut backoff = Backoff::new();
    loop {
        let snapshot = app.store.read(ReadSet::standing(caller, id)).await?;
        let Some(deleted) = snapshot.deleted_account(id)? else {
            let standing = snapshot.standing(caller, id, &app.config.policy, now)?;
            standing.may_restore()?;
            return Ok(answer(&standing.account));
        };
        let user = snapshot.live_user(caller, now)?;
        let member = snapshot.member(id, user.id)?;
        let window = app.config.purging.restore_window;
        let restored = deleted.restored(member.as_ref(), window, now);
        let ((next, owner), member) = restored.zip(member).ok_or(Missing::Account)?;
        app.config.policy.require_verified(&user)?;
        let act = AuditContext::new(&request.origin, Some(user.actor()), now);
        let change = act.on_account(ChangeKind::AccountRestored, id);
        let written =
            app.store
                .restore_account((&deleted.account, &next), (&member, &owner), limit, &change);
        match written.await? {
            Written::Done => return Ok(answer(&next)),
            Written::Outdated(_) => backoff.wait().await?,
        }
    }
}

fn answer(account: &Account) -> Reply {
    Reply::ok(&AccountReply::from(account)).etag(account.version)
}
