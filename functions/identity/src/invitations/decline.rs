//! `POST /api/invitations/decline`

use axum::extract::State;
use shared::model::{AuditContext, ChangeKind};
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
    let snapshot = store.read(opened.reads()).await?;
    let invited = opened.invited(&snapshot, now)?;
    let audit = AuditContext::new(&request.origin, Some(invited.user.actor()), now);
    let change = audit.on_user(ChangeKind::InvitationDeclined, invited.user.id);
    store
        .decline(invited.member, &change, |member| {
            opened.answerable(member, now)
        })
        .await?;
    Ok(Reply::no_content())
}
