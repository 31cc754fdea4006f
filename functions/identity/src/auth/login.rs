//! `POST /api/auth/login`

use axum::extract::State;
use shared::model::{AuditContext, ChangeKind, EmailAddress, Error, PasswordAttempt};
use shared::store::{Begun, Credential};
use shared::{Early, FromBody, Public, Reader, Reply};

use super::session::NewSession;
use crate::identity::Identity;

pub(crate) struct Body {
    /// `None` for text that is no valid address. It is refused like an unknown address.
    email: Option<EmailAddress>,
    password: PasswordAttempt,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let email = reader.text("email", |text| Ok(EmailAddress::parse(text).ok()));
        let password = reader.text("password", |text| Ok(PasswordAttempt::new(text)));
        Some(Self {
            email: email?,
            password: password?,
        })
    }
}

/// A new session, for the right password of an address with fewer failures than the limit, from a network within its budget. The write
/// begins none for a person with a second factor, who completes the sign-in by it.
pub(crate) async fn login(
    State(identity): State<Identity>,
    request: Public<Body>,
) -> Result<Reply, Early> {
    let Body { email, password } = request.body;
    let Some(email) = email else {
        identity.passwords.verify(password, None).await?;
        return Err(Error::InvalidCredentials.into());
    };
    let proof = identity
        .prove_to_sign_in(&email, password.clone(), &request.origin)
        .await?;
    let credential = &proof.credential;
    let renewed = renewed_hash(&identity, credential, password).await?;
    let now = identity.app.clock.now();
    let new = NewSession::new(&identity, &request.origin, credential.user, now);
    // Every sign-in asks for a mail. The mailer knows the devices of earlier sessions, and writes only about new ones.
    let change = AuditContext::new(&request.origin, None, now)
        .on_user(ChangeKind::SignedIn, credential.user);
    let store = &identity.app.store;
    let (user, version) = (credential.user, credential.version);
    let (begun, forgiven, replaced) = tokio::join!(
        store.begin_session(user, version, &new.id, &new.session, &change),
        store.release(&proof.guess),
        async {
            match &renewed {
                Some(hash) => store.renew_hash(credential, hash).await,
                None => Ok(()),
            }
        },
    );
    if let Err(error) = forgiven {
        // One guess fewer for a while, which is no reason to fail the sign-in.
        tracing::warn!(user_id = user.get(), error = %error, "a right password counts as a wrong one");
    }
    if let Err(error) = replaced {
        // The old hash goes on to work, and the next sign-in tries again.
        tracing::warn!(user_id = user.get(), error = %error, "a hash was not renewed");
    }
    let user = match begun? {
        Begun::Done(user) => user,
        Begun::NeedsFactor(user) => return Err(identity.second_step(&user, now).await.into()),
        Begun::Outdated => {
            // The password was changed while it was being checked, so it is wrong now.
            store.mark_wrong(&proof.guess).await?;
            return Err(Error::InvalidCredentials.into());
        }
    };
    let tokens = new.tokens(&identity, &request.origin, &user).await?;
    Ok(Reply::ok(&tokens))
}

/// The hash that takes the place of the present one, if that one is another service's, or was made with other parameters.
async fn renewed_hash(
    identity: &Identity,
    credential: &Credential,
    password: PasswordAttempt,
) -> Result<Option<String>, Error> {
    match &credential.hash {
        Some(hash) => identity.passwords.renew(password, hash).await,
        None => Ok(None),
    }
}
