//! `DELETE /api/accounts/{accountId}`

use axum::extract::State;
use shared::domain::ChangeKind;
use shared::error::Missing;
use shared::http::{AccountPath, NoBody, Reply, Signed};
use shared::store::{Act, Lookup, Tries, Written};
use shared::{App, Error};

/// Its owner deletes it, and platform administrators may: gone at once, its name free at once.
pub(crate) async fn delete(
    State(app): State<App>,
    request: Signed<AccountPath, NoBody>,
) -> Result<Reply, Error> {
    let now = app.clock.now();
    let id = request.path.account;
    let seen = app.store.see(Lookup::standing(&request.caller, id)).await?;
    let mut standing = seen.standing(&request.caller, id, &app.config, now)?;
    let act = Act::new(&request.origin, Some(standing.user.actor()), now);
    let change = act.on_account(ChangeKind::AccountDeleted, id);
    let mut tries = Tries::new();
    loop {
        standing.may_delete()?;
        request.if_match.check(standing.account.version)?;
        match app.store.delete_account(&standing.account, &change).await? {
            Written::Done => return Ok(Reply::success("Account deleted")),
            Written::Stale(None) => return Err(Missing::Account.into()),
            Written::Stale(Some(account)) => standing.account = account,
        }
        tries.again().await?;
    }
}
