//! `PUT /api/accounts/{id}`

use axum::extract::State;
use shared::model::{
    AccountName, AccountPatch, AccountStatus, ChangeKind, Country, Description, EmailAddress,
};
use shared::store::AccountUpdate;
use shared::{AccountPath, App, Early, FromBody, Reader, Reply, Signed};

use crate::reply::reply;

pub(crate) struct Body(AccountPatch);

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        reader.not_empty();
        let name = reader.change("name", AccountName::parse);
        let description = reader.patch("description", Description::parse);
        let primary_contact = reader.patch("primaryContact", EmailAddress::parse);
        let country = reader.patch("country", Country::parse);
        let require_second_factor = reader.flag("requireSecondFactor");
        let status = reader.change("status", AccountStatus::parse);
        Some(Self(AccountPatch {
            name: name?,
            description: description?,
            primary_contact: primary_contact?,
            country: country?,
            status: status?,
            require_second_factor: require_second_factor?,
        }))
    }
}

/// Managers change it, suspended or not; platform administrators suspend and reactivate.
pub(crate) async fn update(
    State(app): State<App>,
    request: Signed<AccountPath, Body>,
) -> Result<Reply, Early> {
    let id = request.path.account;
    let patch = &request.body.0;
    let mut access = request.access(&app, id).read().await?;
    let account = access.standing.account.clone();
    let account = app
        .store
        .update_account(account, |account| {
            access.standing.account = account.clone();
            let by = access.standing.may_change(patch)?;
            request.if_match.check(account.version)?;
            let audit = access.audit.decided_by(by);
            let update = |account| AccountUpdate {
                account,
                change: audit.on_account(ChangeKind::AccountChanged, id),
            };
            Ok(account.patched(patch, by, access.now).map(update))
        })
        .await?;
    Ok(reply(&account, access.now))
}
