//! `PUT /api/accounts/{id}/users/{userId}`

use axum::extract::State;
use shared::model::{AuditContext, ChangeKind, MemberPatch, MemberStatus, Missing};
use shared::store::{Backoff, ReadSet, Written};
use shared::{App, FromBody, MemberPath, Problem, Reader, Reply, Signed};

pub(crate) struct Body(MemberPatch);

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        reader.not_empty();
        let roles = reader.optional_roles();
        let status = reader.change("status", MemberStatus::parse_settable);
        Some(Self(MemberPatch {
            roles: roles?,
            status: status?,
        }))
    }
}

/// Managers change roles and status, nobody above their own.
pub(crate) async fn update(
    State(app): State<App>,
    request: Signed<MemberPath, Body>,
) -> Result<Reply, Problem> {
    let now = app.clock.now();
    let MemberPath { account, user } = request.path;
    let patch = &request.body.0;
    let reads = ReadSet::standing(&request.caller, account).member(account, user);
    let snapshot = app.store.read(reads).await?;
    let standing = snapshot.standing(&request.caller, account, &app.config.policy, now)?;
    let authority = standing.may_manage()?;
    if let Some(roles) = &patch.roles {
        authority.may_give(roles)?;
    }
    let act = AuditContext::new(&request.origin, Some(standing.user.actor()), now);
    let mut target = snapshot.member(account, user)?;
    let mut backoff = Backoff::new();
    loop {
        let member = target.filter(|member| member.status().is_some());
        let member = member.ok_or(Missing::User)?;
        authority.may_touch(&member)?;
        request.if_match.check(member.version)?;
        let next = member.patched(patch, now)?;
        let change = act.on_user(ChangeKind::MemberChanged, user);
        match app.store.change_member(&member, &next, &change).await? {
            Written::Done => {
                return Ok(Reply::success("User roles updated").etag(next.version));
            }
            Written::Outdated(existing) => target = existing,
        }
        backoff.wait().await?;
    }
}
