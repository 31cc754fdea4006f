//! `POST /api/auth/password`, `.../forgot` and `.../reset`

use axum::extract::State;
use shared::model::{
    AuditContext, ChangeKind, EmailAddress, Error, Link, LinkState, Password, PasswordAttempt,
    PendingLink, Purpose, Timestamp, User, UserId,
};
use shared::store::{
    Credential, LinkMail, Mailbox, Network, PasswordByMail, PasswordLink, ReadSet,
};
use shared::{App, Early, FromBody, NoPath, Public, Reader, Reply, Signed};

use crate::identity::Identity;

pub(crate) struct Change {
    current: PasswordAttempt,
    new: Password,
}

impl FromBody for Change {
    fn read(reader: &mut Reader) -> Option<Self> {
        let current = reader.text("currentPassword", |text| Ok(PasswordAttempt::new(text)));
        let new = reader.text("newPassword", Password::parse);
        Some(Self {
            current: current?,
            new: new?,
        })
    }
}

/// A new password in the place of the present one; every other session ends.
pub(crate) async fn change(
    State(identity): State<Identity>,
    request: Signed<NoPath, Change>,
) -> Result<Reply, Early> {
    let person = request.person(&identity.app).read().await?;
    let (user, new) = (&person.user, &request.body.new);
    identity.require_own(new, user, "/newPassword").await?;
    let current = request.body.current.clone();
    let credential = identity
        .prove_again(&user.email, current, &request.origin)
        .await?;
    let hash = identity.passwords.hash(new.clone()).await?;
    let audit = AuditContext::new(
        &request.origin,
        Some(user.actor()),
        identity.app.clock.now(),
    );
    let change = audit.on_user(ChangeKind::PasswordChanged, user.id);
    identity
        .app
        .store
        .change_password(&request.caller, &credential, &hash, &change)
        .await?;
    Ok(Reply::no_content())
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

/// Mails a link to the holder of the address, a few times an hour. The answer and the calls are the same for an address without a
/// holder, and for one that was mailed enough.
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
    let (email, now) = (request.body.email, clock.now());
    let mailbox = Mailbox::of(&email, &identity.keyring.keys().await.links);
    let per_hour = config.limits.account_mails_per_address_and_hour;
    let (credential, taken) = tokio::try_join!(
        store.credential(&email),
        store.take_link_mail(mailbox, LinkMail::Reset, per_hour, now),
    )?;
    let credential = credential.filter(|_| taken.is_ok());
    let credential = credential.unwrap_or_else(|| Credential::nobody(email));
    let link = PendingLink::new(config.limits.reset_lifetime, now);
    let change = AuditContext::new(&request.origin, None, now)
        .on_user(ChangeKind::PasswordResetRequested, credential.user);
    store.request_reset(&credential, &link, &change).await?;
    Ok(Reply::accepted())
}

pub(crate) struct Reset {
    token: String,
    password: Password,
}

impl FromBody for Reset {
    fn read(reader: &mut Reader) -> Option<Self> {
        let token = reader.text("token", |text| Ok(text.to_owned()));
        let password = reader.text("password", Password::parse);
        Some(Self {
            token: token?,
            password: password?,
        })
    }
}

/// A new password by a mailed link, which proves the address too; every session ends. The link is a reset link, or the
/// verification link of a sign-up that was not the reader's.
pub(crate) async fn reset(
    State(identity): State<Identity>,
    request: Public<Reset>,
) -> Result<Reply, Early> {
    let App { clock, store, .. } = &identity.app;
    let body = &request.body;
    let (link, purpose) = open(&identity, &body.token).await?;
    let id = UserId::try_from(link.user).map_err(|_| Error::InvalidToken)?;
    let snapshot = store.read(ReadSet::default().user(id)).await?;
    let user = snapshot.user(id)?.ok_or(Error::InvalidToken)?;
    let credential = store.credential(&user.email).await?;
    let credential = credential.filter(|credential| credential.user == id);
    let credential = credential.ok_or(Error::InvalidToken)?;
    let pending = match purpose {
        Purpose::Verification => user.verification.filter(|_| !user.verified),
        _ => credential.reset,
    };
    let pending = works(pending, &link, clock.now())?;
    identity
        .require_own(&body.password, &user, "/password")
        .await?;
    let hash = identity.passwords.hash(body.password.clone()).await?;
    let audit = AuditContext::new(&request.origin, Some(user.actor()), clock.now());
    let change = audit.on_user(ChangeKind::PasswordChanged, user.id);
    let new = PasswordByMail {
        user: &user,
        current: &credential,
        hash: &hash,
        link: match purpose {
            Purpose::Verification => PasswordLink::Verification(pending),
            _ => PasswordLink::Reset(pending),
        },
        network: Network::of(&request.origin, &identity.keyring.keys().await.links),
    };
    let limits = &identity.app.config.limits;
    if store.set_password(&new, limits, &change).await? {
        Ok(Reply::no_content())
    } else {
        Err(Error::InvalidToken.into())
    }
}

async fn open(identity: &Identity, token: &str) -> Result<(Link, Purpose), Error> {
    for purpose in [Purpose::Reset, Purpose::Verification] {
        if let Some(link) = identity.keyring.open(token, purpose).await {
            return Ok((link, purpose));
        }
    }
    Err(Error::InvalidToken)
}

/// The pending link, if it is `link` and not too old.
fn works(pending: Option<PendingLink>, link: &Link, now: Timestamp) -> Result<PendingLink, Error> {
    let pending = pending.ok_or(Error::InvalidToken)?;
    match pending.state_of(link, now) {
        LinkState::Works => Ok(pending),
        LinkState::Expired => Err(Error::TokenExpired),
        LinkState::Replaced => Err(Error::InvalidToken),
    }
}

impl Identity {
    /// Refuses a password that is nothing but what everybody knows of `user`: address, names, their accounts' names, the product's.
    async fn require_own(
        &self,
        password: &Password,
        user: &User,
        pointer: &str,
    ) -> Result<(), Error> {
        let store = &self.app.store;
        let memberships = store.memberships(user.id).await?;
        let active = memberships
            .iter()
            .filter(|membership| membership.is_active());
        let accounts: Vec<_> = active.map(|membership| membership.account).collect();
        let accounts = store.accounts(&accounts).await?;
        let known = accounts.iter().fold(self.known(user), |known, account| {
            known.account(&account.name)
        });
        let differs = password.differs_from(&known);
        differs.map_err(|invalid| Error::invalid(pointer, invalid))
    }
}
