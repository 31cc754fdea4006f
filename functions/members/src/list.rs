//! `GET /api/accounts/{id}/users`

use axum::extract::State;
use shared::domain::Member;
use shared::http::{AccountPath, List, NoBody, Reply, Signed};
use shared::store::Lookup;
use shared::{App, Error};

use crate::reply::MemberReply;

/// Everybody in the account, invited and suspended members too.
pub(crate) async fn list(
    State(app): State<App>,
    request: Signed<AccountPath, NoBody>,
) -> Result<Reply, Error> {
    let now = app.clock.now();
    let id = request.path.account;
    let list = List::parse::<Member>(&request.query);
    let lookup = Lookup::standing(&request.caller, id);
    let (seen, members) = match &list {
        Ok(_) => tokio::try_join!(app.store.see(lookup), app.store.members(id))?,
        Err(_) => (app.store.see(lookup).await?, Vec::new()),
    };
    seen.live_user(&request.caller, now)?;
    let list = list?;
    let standing = seen.standing(&request.caller, id, &app.config, now)?;
    standing.may_read()?;
    let path = format!("/api/accounts/{id}/users");
    list.reply::<_, MemberReply>(members, &path, &request.origin, now)
}
