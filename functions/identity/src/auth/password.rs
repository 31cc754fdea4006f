//! `POST /api/auth/password`, `.../forgot` and `.../reset`

use axum::extract::State;
use shared::model::{
    AuditContext, ChangeKind, EmailAddress, Error, Invalid, LinkState, PasswordAttempt,
    PendingLink, PersonalName, Purpose, UserId, one_more_mail,
};
use shared::store::{Backoff, ByMail, Credential, Network, ReadSet};
use shared::{App, Early, FromBody, NoPath, Public, Reader, Reply, Signed};

use super::chosen::ChosenPassword;
use crate::identity::Identity;

pub(crate) struct Change {
    current: PasswordAttempt,
    new: ChosenPassword,
}

impl FromBody for Change {
    fn read(reader: &mut Reader) -> Option<Self> {
        let current = reader.text("currentPassword", |text| Ok(PasswordAttempt::new(text)));
        let new = reader.text("newPassword", ChosenPassword::parse);
        Some(Self {
            current: current?,
            new: new?,
        })
    }
}

/// A new password for whoever knows the present one; every other session ends.
pub(crate) async fn change(
    State(identity): State<Identity>,
    request: Signed<NoPath, Change>,
) -> Result<Reply, Early> {
    let App { clock, store, .. } = &identity.app;
    let user = store.live_user(&request.caller, clock.now()).await?;
    let new = request.body.new.of(&user.email, "/newPassword")?;
    let credential = identity
        .prove_again(&user.email, request.body.current, &request.origin)
        .await?;
    let hash = identity.passwords.hash(new).await?;
    let act = AuditContext::new(&request.origin, Some(user.actor()), clock.now());
    let change = act.on_user(ChangeKind::PasswordChanged, user.id);
    let kept = Some(&request.caller.session);
    let mut backoff = Backoff::new();
    loop {
        // The session is the caller's own: it may be refreshed meanwhile, or end.
        let user = store.live_user(&request.caller, clock.now()).await?;
        if user.credential != credential.version {
            // Somebody else changed it meanwhile: the current one is not current any more.
            return Err(Error::InvalidCredentials.into());
        }
        let changed = store
            .change_password(&user, &credential, hash.clone(), kept, None, &change)
            .await?;
        if changed {
            return Ok(Reply::no_content());
        }
        backoff.wait().await?;
    }
}

pub(crate) struct Forgot {
    email: EmailAddress,
}

impl FromBody for Forgot {
    fn read(reader: &mut Reader) -> Option<Self> {
        let email = reader.text("email", EmailAddress::parse)?;
        Some(Self { email })
    }
}

/// Mails a link to whoever holds the address, a few times an hour. Nobody is told whether anybody does, or was mailed
/// enough: the calls are the same.
pub(crate) async fn forgot(
    State(identity): State<Identity>,
    request: Public<Forgot>,
) -> Result<Reply, Early> {
    let App {
        config,
        clock,
        store,
        ..
    } = &identity.app;
    let email = request.body.email;
    let now = clock.now();
    let per_hour = config.limits.account_mails_per_address_and_hour;
    let due = store.credential(&email).await?.and_then(|credential| {
        let mailed_at = one_more_mail(&credential.reset_mails, per_hour, now);
        Some((credential, mailed_at.ok()?))
    });
    let (credential, mailed_at) = match due {
        Some(due) => due,
        None => (nobody(email)?, vec![now]),
    };
    let link = PendingLink::new(config.limits.reset_lifetime, now);
    let change = AuditContext::new(&request.origin, None, now)
        .on_user(ChangeKind::PasswordResetRequested, credential.user);
    // Whoever asked at the same moment gets the mail.
    store
        .request_reset(&credential, &link, &mailed_at, &change)
        .await?;
    Ok(Reply::accepted())
}

/// A credential that no address has, to be looked for in vain.
fn nobody(email: EmailAddress) -> Result<Credential, Error> {
    let name = |invalid: Invalid| Error::internal(invalid.detail.into_owned());
    let name = PersonalName::parse("Nobody").map_err(name)?;
    Ok(Credential {
        user: UserId::random(),
        hash: None,
        version: 0,
        first_name: name.clone(),
        last_name: name,
        email,
        reset: None,
        reset_mails: Vec::new(),
    })
}

pub(crate) struct Reset {
    token: String,
    password: ChosenPassword,
}

impl FromBody for Reset {
    fn read(reader: &mut Reader) -> Option<Self> {
        let token = reader.text("token", |text| Ok(text.to_owned()));
        let password = reader.text("password", ChosenPassword::parse);
        Some(Self {
            token: token?,
            password: password?,
        })
    }
}

/// A new password for whoever has the mailed link, which proves the address too; every session ends.
pub(crate) async fn reset(
    State(identity): State<Identity>,
    request: Public<Reset>,
) -> Result<Reply, Early> {
    let App { clock, store, .. } = &identity.app;
    let body = request.body;
    let opened = identity.keyring.open(&body.token, Purpose::Reset);
    let link = opened.await.ok_or(Error::InvalidToken)?;
    let id = UserId::try_from(link.user).map_err(|_| Error::InvalidToken)?;
    let snapshot = store.read(ReadSet::default().user(id)).await?;
    let user = snapshot.user(id)?.ok_or(Error::InvalidToken)?;
    let credential = store.credential(&user.email).await?;
    let credential = credential.filter(|credential| credential.user == id);
    let credential = credential.ok_or(Error::InvalidToken)?;
    let pending = credential.reset.ok_or(Error::InvalidToken)?;
    match pending.state_of(&link, clock.now()) {
        LinkState::Works => {}
        LinkState::Expired => return Err(Error::TokenExpired.into()),
        LinkState::Replaced => return Err(Error::InvalidToken.into()),
    }
    let password = body.password.of(&user.email, "/password")?;
    let hash = identity.passwords.hash(password).await?;
    let act = AuditContext::new(&request.origin, Some(user.actor()), clock.now());
    let change = act.on_user(ChangeKind::PasswordChanged, user.id);
    let keys = identity.keyring.keys().await;
    let by_mail = ByMail {
        network: Network::of(&request.origin, &keys.links),
        limits: &identity.app.config.limits,
    };
    let changed = store
        .change_password(&user, &credential, hash, None, Some(by_mail), &change)
        .await?;
    if changed {
        Ok(Reply::no_content())
    } else {
        Err(Error::InvalidToken.into())
    }
}
