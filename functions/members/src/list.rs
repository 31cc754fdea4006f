//! `GET /api/accounts/{id}/users`

use axum::extract::State;
use shared::store::{ListedMember, ReadSet};
use shared::{AccountPath, Collection, Early, List, Listing, NoBody, Reply, Signed};

use crate::reply::MemberReply;

/// Everybody in the account, invited and suspended members too.
pub(crate) async fn list(
    State(Listing { app, cursors }): State<Listing>,
    request: Signed<AccountPath, NoBody>,
) -> Result<Reply, Early> {
    let now = app.clock.now();
    let (caller, id) = (&request.caller, request.path.account);
    let list =
        List::parse::<ListedMember>(Collection::Members(id), caller, &request.query, &cursors);
    let reading = app.store.read(ReadSet::standing(caller, id));
    let list = match list {
        Ok(list) => list,
        Err(mistakes) => {
            reading.await?.live_user(caller, now)?;
            return Err(mistakes.into());
        }
    };
    let filter = list.filter().cloned();
    let read = |range| app.store.members(id, range, filter.as_ref());
    let (snapshot, first) = tokio::try_join!(reading, read(list.first()))?;
    let standing = snapshot.standing(caller, id, &app.config.policy, now)?;
    standing.may_read()?;
    Ok(list
        .reply::<_, MemberReply, _, _>(first, read, &app.store, &request.origin, now)
        .await?)
}
