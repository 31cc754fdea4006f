//! `POST /api/auth/verify-email` and `.../resend`

use axum::extract::State;
use shared::model::{
    AuditContext, ChangeKind, Error, LinkState, PasswordAttempt, PendingLink, Purpose, User,
};
use shared::store::{LinkMail, Mailbox, ReadSet};
use shared::{App, Early, FromBody, NoBody, NoPath, Public, Reader, Reply, Signed};

use super::holder::Evidence;
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

/// The address is proven by the mailed link together with the person's password or a live session of theirs: reading a mail that
/// a stranger caused proves nothing about the stranger's password. A link that has done its work does it again.
pub(crate) async fn verify(
    State(identity): State<Identity>,
    request: Public<Body>,
) -> Result<Reply, Early> {
    let App { clock, store, .. } = &identity.app;
    let linked = identity.linked(&request.body.token, Purpose::Verification);
    let (link, user) = linked.await?;
    let now = clock.now();
    let pending = user.verification.ok_or(Error::InvalidToken)?;
    match pending.state_of(&link, now) {
        LinkState::Replaced => return Err(Error::InvalidToken.into()),
        LinkState::Expired if !user.verified => return Err(Error::TokenExpired.into()),
        LinkState::Expired | LinkState::Works => {}
    }
    let evidence = Evidence {
        password: request.body.password.as_ref(),
        bearer: request.bearer.as_deref(),
        origin: &request.origin,
    };
    let proof = identity.prove_holder(&user, &evidence, now).await?;
    if !user.verified {
        let audit = AuditContext::new(&request.origin, Some(user.actor()), now);
        let change = audit.on_user(ChangeKind::EmailVerified, user.id);
        let verified = store.verify_email(&user, proof.holder(), &pending, &change);
        if !verified.await? {
            return Err(outrun(&identity, &user).await?.into());
        }
    }
    identity.forgive(&proof).await;
    Ok(Reply::no_content())
}

/// Why the address could not be verified: the link is not the same any more, or the credentials are not.
async fn outrun(identity: &Identity, before: &User) -> Result<Error, Error> {
    let reads = ReadSet::default().user(before.id);
    let user = identity.app.store.read(reads).await?.user(before.id)?;
    let same = user.is_some_and(|user| !user.verified && user.verification == before.verification);
    Ok(if same {
        Error::InvalidCredentials
    } else {
        Error::InvalidToken
    })
}

/// A new link, a few times an hour; the old one stops working. For a verified person, nothing happens.
pub(crate) async fn resend(
    State(identity): State<Identity>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Early> {
    let App { config, store, .. } = &identity.app;
    let person = request.person(&identity.app).read().await?;
    let (user, now) = (&person.user, person.now);
    if user.verified {
        return Ok(Reply::accepted());
    }
    let mailbox = Mailbox::of(&user.email, &identity.keyring.keys().await.links);
    let per_hour = config.limits.account_mails_per_address_and_hour;
    let taken = store.take_link_mail(mailbox, LinkMail::Verification, per_hour, now);
    let taken = taken.await?;
    let taken = taken.map_err(|until| Error::too_many_requests(until, now))?;
    let link = PendingLink::new(config.limits.verification_lifetime, now);
    let kind = ChangeKind::EmailVerificationRequested;
    let change = person.audit.on_user(kind, user.id);
    if !store.request_verification(user, &link, &change).await? {
        // Verified or erased meanwhile: there is no mail.
        store.return_link_mail(&taken).await;
    }
    Ok(Reply::accepted())
}
