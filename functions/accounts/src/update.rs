//! `PUT /api/accounts/{id}`

use axum::extract::State;
use shared::model::{
    Account, AccountName, AccountPatch, AccountStatus, AuditContext, ChangeKind, Country,
    Description, EmailAddress, Missing, Standing,
};
use shared::store::{Backoff, ReadSet, Written};
use shared::{AccountPath, App, FromBody, Patch, Problem, Reader, Reply, Signed};

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
            description: cleared_or_set(description?),
            primary_contact: cleared_or_set(primary_contact?),
            country: cleared_or_set(country?),
            status: status?,
        }))
    }
}

#[expect(
    clippy::option_option,
    reason = "kept, cleared and set are three states"
)]
fn cleared_or_set<T>(patch: Patch<T>) -> Option<Option<T>> {
    match patch {
        Patch::Keep => None,
        Patch::Clear => Some(None),
        Patch::Set(value) => Some(Some(value)),
    }
}

/// Managers change it, suspended or not; platform administrators suspend and reactivate.
pub(crate) async fn update(
    State(app): State<App>,
    request: Signed<AccountPath, Body>,
) -> Result<Reply, Problem> {
    let now = app.clock.now();
    let id = request.path.account;
    let patch = &request.body.0;
    let snapshot = app
        .store
        .read(ReadSet::standing(&request.caller, id))
        .await?;
    let mut standing: Standing = snapshot.standing(&request.caller, id, &app.config.policy, now)?;
    let act = AuditContext::new(&request.origin, Some(standing.user.actor()), now);
    let mut backoff = Backoff::new();
    loop {
        standing.may_change(patch)?;
        request.if_match.check(standing.account.version)?;
        let next = standing.account.patched(patch, now);
        let change = act.on_account(ChangeKind::AccountChanged, id);
        let written = app
            .store
            .change_account(&standing.account, &next, &change)
            .await?;
        match written {
            Written::Done => return Ok(answer(&next)),
            Written::Outdated(None) => return Err(Missing::Account.into()),
            Written::Outdated(Some(account)) => standing.account = account,
        }
        backoff.wait().await?;
    }
}

fn answer(account: &Account) -> Reply {
    Reply::ok(&AccountReply::from(account)).etag(account.version)
}
