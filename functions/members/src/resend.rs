//! `PUT /api/accounts/{id}/users/{userId}/invite`

use axum::extract::State;
use shared::model::{AuditContext, ChangeKind, Conflict, Error, MemberState, Missing, Timestamp};
use shared::store::{Backoff, ReadSet, Written};
use shared::{App, MemberPath, NoBody, Problem, Reply, Signed};

use crate::allowance::Allowance;

/// A new link is mailed; the old one stops working.
pub(crate) async fn resend(
    State(app): State<App>,
    request: Signed<MemberPath, NoBody>,
) -> Result<Reply, Problem> {
    let now = app.clock.now();
    let mut allowance = Allowance::new(&app, request.path.account, now);
    let ended = resent(&app, &request, &mut allowance, now).await;
    Ok(allowance.end(ended).await?)
}

async fn resent(
    app: &App,
    request: &Signed<MemberPath, NoBody>,
    allowance: &mut Allowance<'_>,
    now: Timestamp,
) -> Result<Reply, Error> {
    let MemberPath { account, user } = request.path;
    let reads = ReadSet::standing(&request.caller, account).member(account, user);
    let snapshot = app.store.read(reads).await?;
    let standing = snapshot.standing(&request.caller, account, &app.config.policy, now)?;
    let authority = standing.may_manage()?;
    let act = AuditContext::new(&request.origin, Some(standing.user.actor()), now);
    let inviter = standing.user.full_name();
    let limits = &app.config.limits;
    let mut target = snapshot.member(account, user)?;
    let mut backoff = Backoff::new();
    loop {
        let member = target.filter(|member| member.status().is_some());
        let member = member.ok_or(Missing::User)?;
        authority.may_touch(&member)?;
        request.if_match.check(member.version)?;
        if member.state != MemberState::Invited {
            return Err(Conflict::InvitationNotPending.into());
        }
        if member
            .delivery
            .as_ref()
            .is_some_and(|mail| mail.state.is_dead())
        {
            return Err(Error::AddressSuppressed);
        }
        let invitation = member.invitation.as_ref();
        let invitation = invitation
            .ok_or(Conflict::InvitationNotPending)?
            .mailed_again(
                inviter.clone(),
                limits.invitation_lifetime,
                limits.invitation_mails_per_member_and_hour,
                now,
            )?;
        let change = act
            .on_user(ChangeKind::InvitationResent, user)
            .naming(standing.account.name.as_str(), &inviter);
        let next = member.invited(invitation, &change, now);
        allowance.take().await?;
        match app.store.change_member(&member, &next, &change).await? {
            Written::Done => {
                return Ok(Reply::success("Invitation email resent").etag(next.version));
            }
            Written::Outdated(existing) => target = existing,
        }
        backoff.wait().await?;
    }
}
