//! `POST /api/accounts`

use axum::extract::State;
use shared::model::{
    Account, AccountId, AccountName, AuditContext, ChangeKind, Country, Description, EmailAddress,
    Member, NewAccount, Role, Roles,
};
use shared::store::{Backoff, Created, ReadSet};
use shared::{App, FromBody, NoPath, Problem, Reader, Repeatable, Reply, Signed};

use crate::reply::AccountReply;

pub(crate) struct Body(NewAccount);

impl FromBody for Body {
    const IDEMPOTENT: bool = true;

    fn read(reader: &mut Reader) -> Option<Self> {
        let name = reader.text("name", AccountName::parse);
        let description = reader.optional("description", Description::parse);
        let primary_contact = reader.optional("primaryContact", EmailAddress::parse);
        let country = reader.optional("country", Country::parse);
        Some(Self(NewAccount {
            name: name?,
            description: description?,
            primary_contact: primary_contact?,
            country: country?,
        }))
    }
}

/// The caller becomes the owner, with role `admin`.
pub(crate) async fn create(
    State(app): State<App>,
    request: Signed<NoPath, Body>,
) -> Result<Reply, Problem> {
    let now = app.clock.now();
    let saving = request
        .repeatable
        .map(|named: Repeatable| named.by_user(request.caller.user));
    let reads = ReadSet::caller(&request.caller).saved(saving.as_ref());
    let snapshot = app.store.read(reads).await?;
    let user = snapshot.live_user(&request.caller, now)?;
    if let Some(saved) = snapshot.replay(saving.as_ref(), now)? {
        return Ok(Reply::replayed(&saved)?);
    }
    app.config.policy.require_verified(&user)?;

    let act = AuditContext::new(&request.origin, Some(user.actor()), now);
    let mut backoff = Backoff::new();
    loop {
        let account = Account::new(AccountId::random(), request.body.0.clone(), user.id, now);
        let owner = Member {
            owner: true,
            ..Member::new(account.id, &user, Roles::only(Role::Admin), now)
        };
        let location = format!("{}/api/accounts/{}", request.origin.base_url, account.id);
        let reply = Reply::created(location, &AccountReply::from(&account)).etag(account.version);
        let change = act.on_account(ChangeKind::AccountCreated, account.id);
        let created = app
            .store
            .create_account(
                &account,
                &owner,
                &change,
                saving.as_ref(),
                &reply.to_saved(),
            )
            .await?;
        match created {
            Created::Done => return Ok(reply),
            Created::Replay(saved) => return Ok(Reply::replayed(&saved)?),
            Created::IdTaken => backoff.wait().await?,
        }
    }
}
