//! `POST /api/users/me/email/undo`

use axum::extract::State;
use shared::model::{AuditContext, ChangeKind, PasswordHash, PendingLink, Purpose, User};
use shared::{App, Early, FromBody, Public, Reader, Reply};

use crate::identity::Identity;

pub(crate) struct Body {
    token: String,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let token = reader.text("token", |text| Ok(text.to_owned()))?;
        Some(Self { token })
    }
}

/// The change was not the person's: their address is as it was, the password is void, every session ends, and a link that sets a
/// new password is mailed. The link in the notice is enough, because whoever made the change knows password and session.
pub(crate) async fn undo(
    State(identity): State<Identity>,
    request: Public<Body>,
) -> Result<Reply, Early> {
    let App {
        config,
        clock,
        store,
        ..
    } = &identity.app;
    let linked = identity.linked(&request.body.token, Purpose::AddressUndo);
    let (link, user) = linked.await?;
    let now = clock.now();
    let reset = PendingLink::new(config.limits.reset_lifetime, now);
    let audit = AuditContext::new(&request.origin, None, now);
    let change = audit.on_user(ChangeKind::EmailChangeUndone, user.id);
    let decide = |user: &User| user.undoing(&link, reset, now);
    store
        .undo_address(user, PasswordHash::VOID, &change, decide)
        .await?;
    Ok(Reply::no_content())
}
