//! `POST /api/auth/passkey/options` and `POST /api/auth/passkey/login`

use axum::extract::State;
use shared::model::{AuditContext, CHALLENGE_LIFETIME, ChangeKind, Error, Method, Methods};
use shared::store::{FactorChange, ReadSet, SessionChange};
use shared::tokens::factors::{Statement, StatementPurpose};
use shared::tokens::webauthn::RequestOptions;
use shared::{Early, FromBody, Public, Reader, Reply};

use super::session::NewSession;
use crate::factors::{CHALLENGE_MILLISECONDS, Given, RelyingParty, assertion};
use crate::identity::Identity;

pub(crate) struct Asked {
    login_token: Option<String>,
}

impl FromBody for Asked {
    const OPTIONAL: bool = true;

    fn read(reader: &mut Reader) -> Option<Self> {
        let login_token = reader.change("loginToken", |text| Ok(text.to_owned()))?;
        Some(Self { login_token })
    }
}

/// What `navigator.credentials.get()` takes. Nothing is read or stored: the challenge is a statement of ours, for the person of
/// the login token if there is one. Every passkey here is discoverable, so none has to be named.
pub(crate) async fn options(
    State(identity): State<Identity>,
    request: Public<Asked>,
) -> Result<Reply, Early> {
    let app = &identity.app;
    let party = RelyingParty::new(&app.config, &request.origin)?;
    let now = app.clock.now();
    let user = match &request.body.login_token {
        Some(token) => identity.login_statement(token, now).await?.user,
        None => None,
    };
    let end = now.plus_seconds(CHALLENGE_LIFETIME);
    let challenge = Statement::new(StatementPurpose::Passkey, user, 0, end);
    let challenge = identity.keyring.factors().await?.state(&challenge);
    Ok(Reply::ok(&RequestOptions::new(
        &party.id,
        challenge,
        CHALLENGE_MILLISECONDS,
        [],
    )))
}

pub(crate) struct Body {
    passkey: Given,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let passkey = reader.required_object("credential", assertion)?;
        Some(Self {
            passkey: Given::Passkey(Box::new(passkey)),
        })
    }
}

/// A new session by a passkey alone: with its user verified, it is two factors. The authenticator says whose it is.
pub(crate) async fn login(
    State(identity): State<Identity>,
    request: Public<Body>,
) -> Result<Reply, Early> {
    let (app, origin) = (&identity.app, &request.origin);
    RelyingParty::new(&app.config, origin)?;
    let given = &request.body.passkey;
    let now = app.clock.now();
    let id = given.holder().ok_or(Error::InvalidFactor)?;
    let stored = app.store.read(ReadSet::default().user(id)).await?;
    let stored = stored.stored_user(id)?.ok_or(Error::InvalidFactor)?;
    let attempt = identity.attempt(given, &stored.user, origin).await?;
    let new = NewSession::new(&identity, origin, id, now);
    let signed_in = AuditContext::new(origin, None, now).on_user(ChangeKind::SignedIn, id);
    let begun = app.store.change_factors(stored, |user| {
        let proof = attempt.used(user.id, &user.factors, now)?;
        let session = Box::new(new.by(Methods::only(Method::Passkey), proof.factor));
        Ok(FactorChange {
            factors: proof.factors,
            sessions: SessionChange::Begin(new.id.clone(), session),
            change: Some(signed_in.clone()),
        })
    });
    let user = Box::pin(begun).await?.ok_or(Error::InvalidFactor)?;
    let tokens = new.tokens(&identity, origin, &user).await?;
    Ok(Reply::ok(&tokens))
}
