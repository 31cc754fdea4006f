//! `POST /api/users/me/invitations/{id}/accept` and `.../decline`, with the account's id.
//!
//! Only for whoever has shown that the address is theirs: to anybody else its invitations do not exist.

use axum::extract::State;
use shared::model::{
    AccountId, Answerable, AuditContext, ChangeKind, Denied, Error, Missing, Timestamp,
};
use shared::store::{Acceptance, Accepted, Backoff, ReadSet, Snapshot, Written};
use shared::{App, Early, FromBody, InvitationPath, NoBody, Reader, Reply, Signed};

use crate::invitations::{Invited, accepted};

/// No body, but perhaps a name for the request.
pub(crate) struct Named;

impl FromBody for Named {
    const EXPECTED: bool = false;
    const IDEMPOTENT: bool = true;

    fn read(_: &mut Reader) -> Option<Self> {
        Some(Self)
    }
}

/// Makes the caller an active member.
pub(crate) async fn accept(
    State(app): State<App>,
    request: Signed<InvitationPath, Named>,
) -> Result<Reply, Early> {
    let (caller, account) = (&request.caller, request.path.account);
    let saving = request.repeatable.map(|named| named.by_user(caller.user));
    let now = app.clock.now();
    let mut backoff = Backoff::new();
    loop {
        let reads = ReadSet::standing(caller, account).saved(saving.as_ref());
        let snapshot = app.store.read(reads).await?;
        let user = snapshot.live_user(caller, now)?;
        if let Some(saved) = snapshot.replay(saving.as_ref(), now)? {
            return Ok(Reply::replayed(&saved)?);
        }
        let invited = invited(&snapshot, user, account, now)?;
        if !invited.account.is_active() {
            return Err(Denied::Suspended.into());
        }
        let act = AuditContext::new(&request.origin, Some(invited.user.actor()), now);
        let next = invited.member.accepted(&invited.user, now);
        let reply = accepted(&invited, &next);
        let acceptance = Acceptance {
            current: &invited.member,
            next: &next,
            change: &act.on_user(ChangeKind::InvitationAccepted, caller.user),
            saving: saving.as_ref(),
            answer: &reply.to_saved(),
        };
        match app.store.accept(&acceptance).await? {
            Accepted::Done => return Ok(reply),
            Accepted::Replay(saved) => return Ok(Reply::replayed(&saved)?),
            Accepted::Raced => backoff.wait().await?,
        }
    }
}

/// The membership is gone then, and the caller may be invited again.
pub(crate) async fn decline(
    State(app): State<App>,
    request: Signed<InvitationPath, NoBody>,
) -> Result<Reply, Early> {
    let (caller, account) = (&request.caller, request.path.account);
    let now = app.clock.now();
    let mut backoff = Backoff::new();
    loop {
        let snapshot = app.store.read(ReadSet::standing(caller, account)).await?;
        let user = snapshot.live_user(caller, now)?;
        let invited = invited(&snapshot, user, account, now)?;
        let act = AuditContext::new(&request.origin, Some(invited.user.actor()), now);
        let change = act.on_user(ChangeKind::InvitationDeclined, caller.user);
        let gone = invited.member.removed(now);
        let written = app.store.change_member(&invited.member, &gone, &change);
        match written.await? {
            Written::Done => return Ok(Reply::no_content()),
            Written::Outdated(_) => backoff.wait().await?,
        }
    }
}

fn invited(
    snapshot: &Snapshot,
    user: shared::model::User,
    account: AccountId,
    now: Timestamp,
) -> Result<Invited, Error> {
    let member = snapshot.member(account, user.id)?.filter(|_| user.verified);
    let account = snapshot.account(account)?.ok_or(Missing::Invitation)?;
    Answerable::by_holder(member.as_ref(), now)?;
    Ok(Invited {
        account,
        member: member.ok_or(Missing::Invitation)?,
        user,
    })
}
