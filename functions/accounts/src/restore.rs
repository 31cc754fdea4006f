//! `POST /api/accounts/{id}/restore`

use axum::extract::State;
use shared::model::{AccountId, AccountName, ChangeKind, DeletedAccount, Member, UserId};
use shared::store::{ReadSet, Restoration};
use shared::{AccountPath, App, Early, FromBody, Person, Reader, Reply, Signed};

use crate::reply::reply;

/// Another name, if the account's own is taken.
pub(crate) struct Body {
    name: Option<AccountName>,
}

impl FromBody for Body {
    const OPTIONAL: bool = true;

    fn read(reader: &mut Reader) -> Option<Self> {
        let name = reader.optional("name", AccountName::parse)?;
        Some(Self { name })
    }
}

/// Its owner has a deleted account back, with everybody in it, until it is cleared; the platform what it has deleted itself. To
/// anybody else it is not there.
pub(crate) async fn restore(
    State(app): State<App>,
    request: Signed<AccountPath, Body>,
) -> Result<Reply, Early> {
    let id = request.path.account;
    let person = request
        .person(&app)
        .account(id)
        .membership(id)
        .read()
        .await?;
    let Some(deleted) = person.snapshot.deleted_account(id)? else {
        let standing =
            person
                .snapshot
                .standing(&request.caller, id, &app.config.policy, person.now)?;
        standing.may_restore()?;
        return Ok(reply(&standing.account, person.now));
    };
    let policy = &app.config.policy;
    let platform_admin = policy.is_platform_admin(&person.user);
    let window = app.config.purging.restore_window;
    let by = |deleted: &DeletedAccount| {
        deleted.may_restore(person.user.id, platform_admin, window, person.now)
    };
    by(&deleted)?;
    policy.require_verified(&person.user)?;
    let owner = owner(&app, &person, id, deleted.account.owner).await?;
    let limit = app.config.limits.accounts_per_owner;
    let name = request.body.name.as_ref();
    let restored = app
        .store
        .restore_account(deleted, owner, limit, |deleted, owner| {
            let audit = person.audit.decided_by(by(deleted)?);
            let (account, owner) = deleted.restored(owner, name, person.now)?;
            Ok(Restoration {
                account,
                owner,
                change: audit.on_account(ChangeKind::AccountRestored, id),
            })
        })
        .await?;
    Ok(reply(&restored, person.now))
}

/// The membership of `owner`: the caller's own, which was read, or another, which the platform needs.
async fn owner(
    app: &App,
    person: &Person,
    account: AccountId,
    owner: UserId,
) -> Result<Option<Member>, Early> {
    if owner == person.user.id {
        return Ok(person.snapshot.member(account, owner)?);
    }
    let reads = ReadSet::default().member(account, owner);
    Ok(app.store.read(reads).await?.member(account, owner)?)
}
