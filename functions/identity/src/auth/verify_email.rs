//! `POST /api/auth/verify-email` and `.../resend`

use axum::extract::State;
use shared::model::{
    AuditContext, ChangeKind, Error, LinkState, PendingLink, Purpose, UserId, one_more_mail,
};
use shared::store::{Backoff, ReadSet};
use shared::{App, Early, FromBody, NoBody, NoPath, Public, Reader, Reply, Signed};

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

/// Whoever has the mailed link has shown that the address is theirs. It works once.
pub(crate) async fn verify(
    State(identity): State<Identity>,
    request: Public<Body>,
) -> Result<Reply, Early> {
    let App { clock, store, .. } = &identity.app;
    let opened = identity
        .keyring
        .open(&request.body.token, Purpose::Verification);
    let link = opened.await.ok_or(Error::InvalidToken)?;
    let id = UserId::try_from(link.user).map_err(|_| Error::InvalidToken)?;
    let snapshot = store.read(ReadSet::default().user(id)).await?;
    let user = snapshot.user(id)?.ok_or(Error::InvalidToken)?;
    let pending = user.verification.ok_or(Error::InvalidToken)?;
    let now = clock.now();
    match pending.state_of(&link, now) {
        LinkState::Works => {}
        LinkState::Expired => return Err(Error::TokenExpired.into()),
        LinkState::Replaced => return Err(Error::InvalidToken.into()),
    }
    let act = AuditContext::new(&request.origin, Some(user.actor()), now);
    let change = act.on_user(ChangeKind::EmailVerified, user.id);
    if store.verify_email(&user, &pending, &change).await? {
        Ok(Reply::no_content())
    } else {
        Err(Error::InvalidToken.into())
    }
}

/// A new link, a few times an hour; the old one stops working. For whoever is verified already, nothing happens.
pub(crate) async fn resend(
    State(identity): State<Identity>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Early> {
    let App {
        config,
        clock,
        store,
        ..
    } = &identity.app;
    let now = clock.now();
    let per_hour = config.limits.account_mails_per_address_and_hour;
    let mut backoff = Backoff::new();
    loop {
        let user = store.live_user(&request.caller, now).await?;
        if user.verified {
            return Ok(Reply::accepted());
        }
        let mailed_at = one_more_mail(&user.verification_mails, per_hour, now)?;
        let link = PendingLink::new(config.limits.verification_lifetime, now);
        let act = AuditContext::new(&request.origin, Some(user.actor()), now);
        let change = act.on_user(ChangeKind::EmailVerificationRequested, user.id);
        let requested = store.request_verification(&user, &link, &mailed_at, &change);
        if requested.await? {
            return Ok(Reply::accepted());
        }
        backoff.wait().await?;
    }
}
