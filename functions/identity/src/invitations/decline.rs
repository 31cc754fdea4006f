//! `POST /api/invitations/decline`

use axum::extract::State;
use shared::model::{AuditContext, ChangeKind, MemberState};
use shared::{Early, Public, Reply};

use super::link::open;
use super::lookup::Body;
use crate::identity::Identity;

/// The membership is gone then, and the user may be invited again. With the link of a notice, a member leaves.
pub(crate) async fn decline(
    State(identity): State<Identity>,
    request: Public<Body>,
) -> Result<Reply, Early> {
    let opened = open(&identity, &request.body.token).await?;
    let store = &identity.app.store;
    let now = identity.app.clock.now();
    let snapshot = store.read(opened.reads()).await?;
    let invited = opened.declinable(&snapshot, now)?;
    let audit = AuditContext::new(&request.origin, Some(invited.user.actor()), now);
    let kind = match invited.member.state {
        MemberState::Invited => ChangeKind::InvitationDeclined,
        _ => ChangeKind::MemberRemoved,
    };
    let change = audit.on_user(kind, invited.user.id);
    store
        .decline(invited.member, &change, |member| {
            opened.may_decline(member, now)
        })
        .await?;
    Ok(Reply::no_content())
}
