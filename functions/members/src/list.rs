//! `GET /api/accounts/{id}/users`

use axum::extract::State;
use shared::Error;
use shared::domain::Member;
use shared::http::{AccountPath, Collection, List, Listing, NoBody, Reply, Signed};
use shared::store::Lookup;

use crate::reply::MemberReply;

/// Everybody in the account, invited and suspended members too.
pub(crate) async fn list(
    State(Listing { app, cursors }): State<Listing>,
    request: Signed<AccountPath, NoBody>,
) -> Result<Reply, Error> {
    let now = app.clock.now();
    let (caller, id) = (&request.caller, request.path.account);
    let list = List::parse::<Member>(Collection::Members(id), caller, &request.query, &cursors);
    let see = app.store.see(Lookup::standing(caller, id));
    let list = match list {
        Ok(list) => list,
        Err(mistakes) => {
            see.await?.live_user(caller, now)?;
            return Err(mistakes);
        }
    };
    let filter = list.filter().cloned();
    let read = |reach| app.store.members(id, reach, filter.as_ref());
    let (seen, first) = tokio::try_join!(see, read(list.first()))?;
    let standing = seen.standing(caller, id, &app.config, now)?;
    standing.may_read()?;
    list.reply::<_, MemberReply, _, _>(first, read, &app.store, &request.origin, now)
        .await
}
