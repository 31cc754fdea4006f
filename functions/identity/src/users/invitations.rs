//! `GET /api/users/me/invitations`, and `POST .../{id}/accept` and `.../decline` with the account's id.
//!
//! Only for whoever has shown that the address is theirs: to anybody else its invitations do not exist.

use std::collections::BTreeSet;

use axum::extract::State;
use serde::Serialize;
use serde_json::json;
use shared::model::{
    AccountId, AccountName, Answerable, AuditContext, ChangeKind, Denied, Error, MemberState,
    Missing, Roles, Timestamp, UserId,
};
use shared::store::{Acceptance, Accepted, Backoff, ReadSet, Snapshot, Written};
use shared::{App, Early, FromBody, InvitationPath, NoBody, NoPath, Reader, Reply, Signed};

use crate::invitations::{Invited, accepted};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    account_id: AccountId,
    account_name: AccountName,
    roles: Roles,
    /// `None` once the inviter is erased.
    inviter_name: Option<String>,
    #[serde(skip)]
    inviter: Option<UserId>,
    expires_at: Timestamp,
}

/// Accounts whose invitations one read looks at: two items each, of a hundred that DynamoDB takes.
const READ_TOGETHER: usize = 50;

/// The caller's pending invitations, the first to expire first.
pub(crate) async fn list(
    State(app): State<App>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Early> {
    let caller = &request.caller;
    let now = app.clock.now();
    let (user, memberships) = tokio::try_join!(
        app.store.live_user(caller, now),
        app.store.memberships(caller.user),
    )?;
    let pending = memberships
        .iter()
        .filter(|membership| user.verified && membership.state == MemberState::Invited);
    let accounts: Vec<_> = pending.map(|membership| membership.account).collect();
    let mut answers = Vec::new();
    for accounts in accounts.chunks(READ_TOGETHER) {
        let reads = accounts.iter().fold(ReadSet::default(), |reads, account| {
            reads.account(*account).member(*account, user.id)
        });
        let snapshot = app.store.read(reads).await?;
        for account in accounts {
            answers.extend(answer(&snapshot, *account, &request, now)?);
        }
    }
    let inviters: BTreeSet<_> = answers
        .iter()
        .filter_map(|answer: &Answer| answer.inviter)
        .collect();
    let inviters: Vec<_> = inviters.into_iter().collect();
    let names = app.store.known_names(&inviters).await?;
    for answer in &mut answers {
        answer.inviter_name = answer
            .inviter
            .and_then(|inviter| names.get(&inviter).cloned());
    }
    answers.sort_by_key(|answer| (answer.expires_at, answer.account_id));
    Ok(Reply::ok(&json!({ "value": answers })))
}

/// The invitation to `account`, unless it was answered or revoked since the index told of it, or has expired.
fn answer(
    snapshot: &Snapshot,
    account: AccountId,
    request: &Signed<NoPath, NoBody>,
    now: Timestamp,
) -> Result<Option<Answer>, Error> {
    let (Some(account), Some(member)) = (
        snapshot.account(account)?,
        snapshot.member(account, request.caller.user)?,
    ) else {
        return Ok(None);
    };
    let Ok(answerable) = Answerable::by_holder(Some(&member), now) else {
        return Ok(None);
    };
    let invitation = answerable.invitation();
    Ok(Some(Answer {
        account_id: account.id,
        account_name: account.name,
        roles: member.roles.clone(),
        inviter_name: None,
        inviter: invitation.inviter,
        expires_at: invitation.link.expires_at,
    }))
}

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
