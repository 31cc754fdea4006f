//! `PUT /api/accounts/{id}/owner`

use axum::extract::State;
use shared::model::{
    AuditContext, ChangeKind, Conflict, Error, Member, MemberState, Missing, UserId,
};
use shared::store::{Backoff, ReadSet, Written};
use shared::{AccountPath, App, Early, FromBody, Reader, Reply, Signed};

use crate::reply::AccountReply;

pub(crate) struct Body {
    user: UserId,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let user = reader.user_id("userId")?;
        Some(Self { user })
    }
}

/// The owner hands the account to an active member, and keeps the roles.
pub(crate) async fn transfer(
    State(app): State<App>,
    request: Signed<AccountPath, Body>,
) -> Result<Reply, Early> {
    let now = app.clock.now();
    let id = request.path.account;
    let taker = request.body.user;
    let mut backoff = Backoff::new();
    loop {
        let reads = ReadSet::standing(&request.caller, id).member(id, taker);
        let snapshot = app.store.read(reads).await?;
        let standing = snapshot.standing(&request.caller, id, &app.config.policy, now)?;
        standing.may_transfer()?;
        let target = present(snapshot.member(id, taker)?)?;
        let account = &standing.account;
        request.if_match.check(account.version)?;
        let giver = standing.member.as_ref().ok_or(Missing::User)?;
        if taker == standing.user.id {
            return Ok(Reply::ok(&AccountReply::from(account)).etag(account.version));
        }
        if !target.is_active() {
            return Err(Conflict::MemberNotActive.into());
        }

        let next = account.owned_by(taker, now);
        let act = AuditContext::new(&request.origin, Some(standing.user.actor()), now);
        let change = act.on_account(ChangeKind::OwnershipTransferred, id);
        let written = app
            .store
            .transfer(
                (account, &next),
                (giver, &giver.owning(false, now)),
                (&target, &target.owning(true, now)),
                app.config.limits.accounts_per_owner,
                &change,
            )
            .await?;
        match written {
            Written::Done => {
                return Ok(Reply::ok(&AccountReply::from(&next)).etag(next.version));
            }
            Written::Outdated(_) => backoff.wait().await?,
        }
    }
}

fn present(member: Option<Member>) -> Result<Member, Error> {
    let member = member.filter(|member| member.state != MemberState::Removed);
    member.ok_or(Missing::User.into())
}
