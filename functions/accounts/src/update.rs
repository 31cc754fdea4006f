//! `PUT /api/accounts/{id}`

use axum::extract::State;
use shared::model::{
    AccountName, AccountPatch, AccountStatus, ChangeKind, Country, Description, EmailAddress,
};
use shared::{Access, AccountPath, App, Early, FromBody, Reader, Reply, Signed};

use crate::reply::AccountReply;

pub(crate) struct Body(AccountPatch);

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        reader.not_empty();
        let name = reader.change("name", AccountName::parse);
        let description = reader.patch("description", Description::parse);
        let primary_contact = reader.patch("primaryContact", EmailAddress::parse);
        let country = reader.patch("country", Country::parse);
        let status = reader.change("status", AccountStatus::parse);
        Some(Self(AccountPatch {
            name: name?,
            description: description?,
            primary_contact: primary_contact?,
            country: country?,
            status: status?,
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
    let Access {
        standing,
        audit,
        now,
        ..
    } = request.access(&app, id).read().await?;
    let change = audit.on_account(ChangeKind::AccountChanged, id);
    let mut standing = standing;
    let account = app
        .store
        .update_account(standing.account.clone(), &change, |account| {
            standing.account = account.clone();
            standing.may_change(patch)?;
            request.if_match.check(account.version)?;
            Ok(account.patched(patch, now))
        })
        .await?;
    Ok(Reply::ok(&AccountReply::from(&account)).etag(account.version))
}
