//! `GET /api/accounts`

use axum::extract::State;
use shared::domain::{Account, MemberState};
use shared::http::{Caller, List, NoBody, NoPath, Reply, Signed};
use shared::values::{EmailAddress, Timestamp};
use shared::{App, Error};

use crate::reply::AccountReply;

/// The accounts that the caller is an active member of; for platform administrators, every account.
pub(crate) async fn list(
    State(app): State<App>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Error> {
    let now = app.clock.now();
    let caller = &request.caller;
    let list = List::parse::<Account>(&request.query);
    let accounts = match list {
        Err(_) => {
            app.store.live_user(caller, now).await?;
            Vec::new()
        }
        Ok(_) if may_administer(&app, caller) => every(&app, caller, now).await?,
        Ok(_) => own(&app, caller, now).await?,
    };
    list?.reply::<_, AccountReply>(accounts, "/api/accounts", &request.origin, now)
}

/// Whether the caller's token suggests it: what to read is decided by this, what to show is not. Whether the address is
/// verified, the token does not know: it may have been since.
fn may_administer(app: &App, caller: &Caller) -> bool {
    let address = EmailAddress::parse(&caller.email);
    address.is_ok_and(|address| app.config.platform_admins.contains(address.normal_form()))
}

async fn every(app: &App, caller: &Caller, now: Timestamp) -> Result<Vec<Account>, Error> {
    let (user, accounts) =
        tokio::try_join!(app.store.live_user(caller, now), app.store.every_account(),)?;
    if app.config.is_platform_admin(&user) {
        Ok(accounts)
    } else {
        own(app, caller, now).await
    }
}

async fn own(app: &App, caller: &Caller, now: Timestamp) -> Result<Vec<Account>, Error> {
    let (user, memberships) = tokio::try_join!(
        app.store.live_user(caller, now),
        app.store.memberships(caller.user),
    )?;
    app.config.hold_back(&user)?;
    let active = memberships
        .iter()
        .filter(|membership| membership.state == MemberState::Active);
    let ids: Vec<_> = active.map(|membership| membership.account).collect();
    app.store.accounts(&ids).await
}
