//! `POST /api/invitations/decline`

use axum::extract::State;
use shared::model::{AuditContext, ChangeKind};
use shared::store::{Backoff, Written};
use shared::{Early, Public, Reply};

use super::link::open;
use super::lookup::Body;
use crate::identity::Identity;

/// The membership is gone then, and the user may be invited again.
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
        let invited = opened.invited(&snapshot, now)?;
        let act = AuditContext::new(&request.origin, Some(invited.user.actor()), now);
        let change = act.on_user(ChangeKind::InvitationDeclined, invited.user.id);
        let gone = invited.member.removed(now);
        match store.change_member(&invited.member, &gone, &change).await? {
            Written::Done => return Ok(Reply::no_content()),
            Written::Outdated(_) => backoff.wait().await?,
        }
    }
}
