//! `POST /api/users/me/email/confirm`

use axum::extract::State;
use shared::model::{AuditContext, ChangeKind, Error, PasswordAttempt, Purpose};
use shared::{App, Early, FromBody, Public, Reader, Reply};

use crate::auth::holder::Evidence;
use crate::identity::Identity;

pub(crate) struct Body {
    token: String,
    password: Option<PasswordAttempt>,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let token = reader.text("token", |text| Ok(text.to_owned()));
        let password = reader.optional("password", |text| Ok(PasswordAttempt::new(text)));
        Some(Self {
            token: token?,
            password: password?,
        })
    }
}

/// The new address is the person's, and proven: the mailed link was read at it, by somebody with their password or a session of
/// theirs. A link that has done its work does it again.
pub(crate) async fn confirm(
    State(identity): State<Identity>,
    request: Public<Body>,
) -> Result<Reply, Early> {
    let App { clock, store, .. } = &identity.app;
    let linked = identity.linked(&request.body.token, Purpose::AddressChange);
    let (link, user) = linked.await?;
    let now = clock.now();
    user.confirmation(&link, now)?;
    let evidence = Evidence {
        password: request.body.password.as_ref(),
        bearer: request.bearer.as_deref(),
        origin: &request.origin,
    };
    let proof = identity.prove_holder(&user, &evidence, now).await?;
    let audit = AuditContext::new(&request.origin, Some(user.actor()), now);
    let change = audit.on_user(ChangeKind::EmailChanged, user.id);
    let confirmed = if user.is_suspended() {
        Err(Error::UserSuspended)
    } else {
        let decide = |user: &_| shared::model::User::confirmation(user, &link, now);
        let confirmed = store.confirm_address(user, proof.holder(), &change, decide);
        confirmed.await
    };
    identity.forgive(&proof).await;
    confirmed?;
    Ok(Reply::no_content())
}
