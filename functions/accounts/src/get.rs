//! `GET /api/accounts/{id}` and `GET /api/accounts/{name}`

use axum::extract::State;
use percent_encoding::percent_decode_str;
use shared::model::{AccountId, AccountName, Error, Missing};
use shared::store::ReadSet;
use shared::{AccountReference, App, Early, NoBody, Reply, Signed};

use crate::reply::AccountReply;

/// Any active member reads the account, and platform administrators read all.
pub(crate) async fn get(
    State(app): State<App>,
    request: Signed<AccountReference, NoBody>,
) -> Result<Reply, Early> {
    let now = app.clock.now();
    let (id, name) = match &request.path {
        AccountReference::Id(id) => (Some(*id), None),
        AccountReference::Name(segment) => named(&app, segment).await?.unzip(),
    };
    let Some(id) = id else {
        // Whoever has signed out since is told that first.
        app.store.live_user(&request.caller, now).await?;
        return Err(Missing::Account.into());
    };
    let snapshot = app
        .store
        .read(ReadSet::standing(&request.caller, id))
        .await?;
    let standing = snapshot.standing(&request.caller, id, &app.config.policy, now)?;
    let account = &standing.account;
    // Renamed between the two reads: it is not called that any more.
    if name.is_some_and(|name: AccountName| name.normal_form() != account.name.normal_form()) {
        return Err(Missing::Account.into());
    }
    standing.may_read()?;
    Ok(Reply::ok(&AccountReply::from(account)).etag(account.version))
}

/// The account called `segment`: as it stands, or else decoded once, where an API Gateway has left it encoded.
async fn named(app: &App, segment: &str) -> Result<Option<(AccountId, AccountName)>, Error> {
    for spelling in spellings(segment) {
        if let Ok(name) = AccountName::parse(&spelling)
            && let Some(id) = app.store.account_named(&name).await?
        {
            return Ok(Some((id, name)));
        }
    }
    Ok(None)
}

fn spellings(segment: &str) -> impl Iterator<Item = String> {
    let decoded = percent_decode_str(segment).decode_utf8().ok();
    let decoded = decoded.filter(|decoded| decoded != segment);
    [Some(segment.to_owned()), decoded.map(String::from)]
        .into_iter()
        .flatten()
}
