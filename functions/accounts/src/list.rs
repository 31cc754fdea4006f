//! `GET /api/accounts`

use std::collections::HashMap;

use axum::extract::State;
use shared::model::{Caller, EmailAddress, Error, MemberState, User};
use shared::store::{Batch, ListedAccount, Membership};
use shared::{App, Collection, Early, List, Listing, NoBody, NoPath, Reply, Signed};

use crate::reply::AccountReply;

/// The accounts that the caller is an active member of; for platform administrators, every account.
pub(crate) async fn list(
    State(listing): State<Listing>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Early> {
    if may_administer(&listing.app, &request.caller)
        && let Some(reply) = Box::pin(every(&listing, &request)).await?
    {
        return Ok(reply);
    }
    Ok(Box::pin(own(&listing, &request)).await?)
}

/// Whether the caller's token suggests it: what to read is decided by this, what to show is not. Whether the address is
/// verified, the token does not know: it may have been since.
fn may_administer(app: &App, caller: &Caller) -> bool {
    let address = EmailAddress::parse(&caller.email);
    address.is_ok_and(|address| {
        app.config
            .policy
            .platform_admins
            .contains(address.normal_form())
    })
}

/// Nothing, if the caller is no platform administrator after all.
async fn every(
    Listing { app, cursors }: &Listing,
    request: &Signed<NoPath, NoBody>,
) -> Result<Option<Reply>, Error> {
    let (now, caller) = (app.clock.now(), &request.caller);
    let list = parse(Collection::EveryAccount, app, request, cursors).await?;
    let filter = list.filter().cloned();
    let read = |range| app.store.every_account(range, filter.as_ref());
    let (user, first) = tokio::try_join!(app.store.live_user(caller, now), read(list.first()))?;
    if !app.config.policy.is_platform_admin(&user) {
        return Ok(None);
    }
    list.reply::<_, AccountReply, _, _>(first, read, &app.store, &request.origin, now)
        .await
        .map(Some)
}

async fn own(
    Listing { app, cursors }: &Listing,
    request: &Signed<NoPath, NoBody>,
) -> Result<Reply, Error> {
    let (now, caller) = (app.clock.now(), &request.caller);
    let list = parse(Collection::OwnAccounts, app, request, cursors).await?;
    let filter = list.filter().cloned();
    let read = |range| {
        app.store
            .memberships_by_account(caller.user, range, filter.as_ref())
    };
    let (user, memberships) =
        tokio::try_join!(app.store.live_user(caller, now), read(list.first()))?;
    app.config.policy.require_verified(&user)?;
    let first = accounts(app, &user, memberships).await?;
    let read = async |range| accounts(app, &user, read(range).await?).await;
    list.reply::<_, AccountReply, _, _>(first, read, &app.store, &request.origin, now)
        .await
}

/// The options; whoever has signed out since is told that before any mistake in them.
async fn parse(
    collection: Collection,
    app: &App,
    request: &Signed<NoPath, NoBody>,
    cursors: &shared::tokens::CursorKeys,
) -> Result<List, Error> {
    let caller = &request.caller;
    let list = List::parse::<ListedAccount>(collection, caller, &request.query, cursors);
    if list.is_err() {
        app.store.live_user(caller, app.clock.now()).await?;
    }
    list
}

/// The accounts of active memberships of `user`, in their order.
async fn accounts(
    app: &App,
    user: &User,
    batch: Batch<Membership>,
) -> Result<Batch<ListedAccount>, Error> {
    let active = batch
        .rows
        .iter()
        .filter(|membership| membership.state == MemberState::Active);
    let ids: Vec<_> = active.map(|membership| membership.account).collect();
    let mut found: HashMap<_, _> = app
        .store
        .accounts(&ids)
        .await?
        .into_iter()
        .filter(|account| account.admits(user))
        .map(|account| (account.id, account.into()))
        .collect();
    let accounts = ids.iter().filter_map(|id| found.remove(id)).collect();
    Ok(batch.with(accounts))
}
