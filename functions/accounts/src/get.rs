//! `GET /api/accounts/{id}` and `GET /api/accounts/{name}`

use axum::extract::State;
use shared::model::{AccountId, AccountName, Error, Missing};
use shared::store::ReadSet;
use shared::{AccountReference, App, Early, NoBody, Reply, Signed};

use crate::reply::reply;

/// Any active member reads the account, and platform administrators read all.
pub(crate) async fn get(
    State(app): State<App>,
    request: Signed<AccountReference, NoBody>,
) -> Result<Reply, Early> {
    let now = app.clock.now();
    let (id, name) = match &request.path {
        AccountReference::Id(id) => (Some(*id), None),
        AccountReference::Name(name) => named(&app, name).await?.unzip(),
    };
    let Some(id) = id else {
        // A caller whose session has ended gets that error first.
        app.store.live_user(&request.caller, now).await?;
        return Err(Missing::Account.into());
    };
    let snapshot = app
        .store
        .read(ReadSet::standing(&request.caller, id))
        .await?;
    let standing = snapshot.standing(&request.caller, id, &app.config.policy, now)?;
    let account = &standing.account;
    // Renamed between the two reads: the account does not have that name any more.
    if name.is_some_and(|name: AccountName| name.normal_form() != account.name.normal_form()) {
        return Err(Missing::Account.into());
    }
    standing.may_read()?;
    Ok(reply(account, now))
}

/// The account called `name`, if it can be a name.
async fn named(app: &App, name: &str) -> Result<Option<(AccountId, AccountName)>, Error> {
    let Ok(name) = AccountName::parse(name) else {
        return Ok(None);
    };
    let id = app.store.account_named(&name).await?;
    Ok(id.map(|id| (id, name)))
}
