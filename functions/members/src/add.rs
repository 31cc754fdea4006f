//! `POST /api/accounts/{id}/users/{userId}`

use axum::extract::State;
use shared::model::{AuditContext, ChangeKind, Conflict, Member, Missing, Roles};
use shared::store::{Added, Backoff, ReadSet};
use shared::{App, Early, FromBody, MemberPath, Reader, Repeatable, Reply, Signed};

pub(crate) struct Body {
    roles: Roles,
}

impl FromBody for Body {
    const IDEMPOTENT: bool = true;

    fn read(reader: &mut Reader) -> Option<Self> {
        let roles = reader.roles()?;
        Some(Self { roles })
    }
}

/// An existing user becomes an active member at once, and a notice is mailed.
pub(crate) async fn add(
    State(app): State<App>,
    request: Signed<MemberPath, Body>,
) -> Result<Reply, Early> {
    let now = app.clock.now();
    let MemberPath { account, user } = request.path;
    let saving = request
        .repeatable
        .map(|named: Repeatable| named.by_user(request.caller.user));
    let reads = ReadSet::standing(&request.caller, account)
        .user(user)
        .saved(saving.as_ref());
    let snapshot = app.store.read(reads).await?;
    let caller = snapshot.live_user(&request.caller, now)?;
    if let Some(saved) = snapshot.replay(saving.as_ref(), now)? {
        return Ok(Reply::replayed(&saved)?);
    }
    let standing = snapshot.standing(&request.caller, account, &app.config.policy, now)?;
    let authority = standing.may_manage()?;
    authority.may_give(&request.body.roles)?;
    let user = snapshot.user(user)?.ok_or(Missing::User)?;

    let act = AuditContext::new(&request.origin, Some(caller.actor()), now);
    let change = act.on_user(ChangeKind::MemberAdded, user.id);
    let mut replaced: Option<Member> = None;
    let mut backoff = Backoff::new();
    loop {
        let invitation = replaced
            .as_ref()
            .and_then(|replaced| replaced.invitation.as_ref());
        let member = Member {
            invitation: invitation.map(|invitation| invitation.withdrawn(now)),
            version: replaced.as_ref().map_or(1, |replaced| replaced.version + 1),
            ..Member::new(account, &user, request.body.roles.clone(), now)
        };
        let reply = Reply::success("User added to account").etag(member.version);
        let added = app
            .store
            .add_member(
                &member,
                replaced.as_ref(),
                &change,
                saving.as_ref(),
                &reply.to_saved(),
            )
            .await?;
        match added {
            Added::Done => return Ok(reply),
            Added::Replay(saved) => return Ok(Reply::replayed(&saved)?),
            Added::Exists(standing) if standing.is_replaceable(now) => {
                authority.may_replace(&standing)?;
                replaced = Some(*standing);
            }
            Added::Exists(_) => return Err(Conflict::AlreadyMember.into()),
            Added::Raced => replaced = None,
        }
        backoff.wait().await?;
    }
}
