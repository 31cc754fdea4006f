//! `DELETE /api/accounts/{id}/users/{userId}`

use axum::extract::State;
use shared::model::{AuditContext, ChangeKind, Conflict, Missing};
use shared::store::{Backoff, ReadSet, Written};
use shared::{App, MemberPath, NoBody, Problem, Reply, Signed};

/// Managers remove members and revoke invitations; anybody but the owner may leave.
pub(crate) async fn remove(
    State(app): State<App>,
    request: Signed<MemberPath, NoBody>,
) -> Result<Reply, Problem> {
    let now = app.clock.now();
    let MemberPath { account, user } = request.path;
    let reads = ReadSet::standing(&request.caller, account).member(account, user);
    let snapshot = app.store.read(reads).await?;
    let mut standing = snapshot.standing(&request.caller, account, &app.config.policy, now)?;
    let leaving = standing.user.id == user;
    let authority = if leaving {
        None
    } else {
        Some(standing.may_manage()?)
    };
    let act = AuditContext::new(&request.origin, Some(standing.user.actor()), now);
    let change = act.on_user(ChangeKind::MemberRemoved, user);
    let mut target = snapshot.member(account, user)?;
    let mut backoff = Backoff::new();
    loop {
        let member = match authority {
            None => {
                standing.member = target;
                // A stale tag is told before that the owner has to stay.
                if let Some(member) = standing
                    .member
                    .as_ref()
                    .filter(|member| member.status().is_some())
                {
                    request.if_match.check(member.version)?;
                }
                standing.may_leave()?.clone()
            }
            Some(authority) => {
                let member = target.filter(|member| member.status().is_some());
                let member = member.ok_or(Missing::User)?;
                authority.may_touch(&member)?;
                if member.owner {
                    return Err(Conflict::OwnerRequired.into());
                }
                member
            }
        };
        request.if_match.check(member.version)?;
        let next = member.removed(now);
        match app.store.change_member(&member, &next, &change).await? {
            Written::Done => return Ok(Reply::success("User removed from account")),
            Written::Outdated(existing) => target = existing,
        }
        backoff.wait().await?;
    }
}
