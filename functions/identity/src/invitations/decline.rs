//! `POST /api/invitations/decline`

use axum::extract::State;
use shared::model::{AuditContext, ChangeKind, MemberState};
use shared::store::{Backoff, Written};
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
    let mut backoff = Backoff::new();
    loop {
        let snapshot = store.read(opened.lookup()).await?;
        let invited = opened.declinable(&snapshot, now)?;
        invited.member.may_go()?;
        let act = AuditContext::new(&request.origin, Some(invited.user.actor()), now);
        let kind = match invited.member.state {
            MemberState::Invited => ChangeKind::InvitationDeclined,
            _ => ChangeKind::MemberRemoved,
        };
        let change = act.on_user(kind, invited.user.id);
        let gone = invited.member.removed(now);
        match store.change_member(&invited.member, &gone, &change).await? {
            Written::Done => return Ok(Reply::no_content()),
            Written::Outdated(_) => backoff.wait().await?,
        }
    }
}
