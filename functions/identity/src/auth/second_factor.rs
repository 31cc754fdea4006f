//! `POST /api/auth/login/second-factor`

use axum::extract::State;
use shared::model::{
    AuditContext, ChangeKind, Error, Invalid, LOGIN_TOKEN_LIFETIME, Method, Methods, SecondStep,
    Timestamp, User,
};
use shared::store::{FactorChange, ReadSet, SessionChange};
use shared::tokens::factors::{Statement, StatementPurpose};
use shared::{Early, FromBody, Public, Reader, Reply};

use super::session::NewSession;
use crate::factors::Given;
use crate::identity::Identity;

pub(crate) struct Body {
    token: String,
    given: Given,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let token = reader.text("loginToken", |text| Ok(text.to_owned()));
        let given = Given::read(reader).ok()?;
        if given.is_none() {
            let required = Invalid::new("REQUIRED", "This member is required.");
            reader.mistake("code", required);
        }
        Some(Self {
            token: token?,
            given: given?,
        })
    }
}

impl Identity {
    /// The refusal of a sign-in by the right password of `user`, who has a second factor: what completes it.
    pub(crate) async fn second_step(&self, user: &User, now: Timestamp) -> Error {
        let expires_at = now.plus_seconds(LOGIN_TOKEN_LIFETIME);
        let (purpose, credential) = (StatementPurpose::Login, user.credential);
        let statement = Statement::new(purpose, Some(user.id), credential, expires_at);
        match self.keyring.factors().await {
            Ok(keys) => Error::SecondFactorRequired(SecondStep {
                methods: user.factors.methods(),
                login: Some((keys.state(&statement), LOGIN_TOKEN_LIFETIME)),
            }),
            Err(unavailable) => unavailable,
        }
    }

    /// The statement of a login token that lives at `now`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidToken`]; [`Error::TokenExpired`].
    pub(crate) async fn login_statement(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Statement, Error> {
        let opened = self.keyring.statement(token, StatementPurpose::Login);
        let statement = opened.await?.ok_or(Error::InvalidToken)?;
        if statement.expires_at <= now {
            return Err(Error::TokenExpired);
        }
        Ok(statement)
    }
}

/// The second step of a sign-in. The use of the token and of the factor is part of the write that begins the session.
pub(crate) async fn complete(
    State(identity): State<Identity>,
    request: Public<Body>,
) -> Result<Reply, Early> {
    let Body { token, given } = &request.body;
    let (app, origin) = (&identity.app, &request.origin);
    let now = app.clock.now();
    let statement = identity.login_statement(token, now).await?;
    let id = statement.user.ok_or(Error::InvalidToken)?;
    let (read, placed) = tokio::join!(
        app.store.read(ReadSet::default().user(id)),
        identity.place_guess(id, given),
    );
    let placed = placed?;
    let stored = read?.stored_user(id)?;
    let Some(stored) = stored.filter(|stored| is_open(&stored.user, &statement, now)) else {
        identity.withdraw(placed).await?;
        return Err(Error::InvalidToken.into());
    };
    let attempt = identity
        .attempt_in_place(placed, given, &stored.user, origin)
        .await?;
    let new = NewSession::new(&identity, origin, id, now);
    let audit = AuditContext::new(origin, None, now);
    let signed_in = audit.on_user(ChangeKind::SignedIn, id);
    let recovered = audit.on_user(ChangeKind::RecoveryCodeUsed, id);
    let begun = app.store.change_factors(stored, |user| {
        if !is_open(user, &statement, now) {
            return Err(Error::InvalidToken);
        }
        let spent = user
            .factors
            .spending(statement.nonce, statement.expires_at, now)
            .ok_or(Error::InvalidToken)?;
        let proof = attempt.used(user.id, &spent, now)?;
        let methods = Methods::only(Method::Password).and(proof.method);
        let session = Box::new(new.by(methods, proof.factor));
        Ok(FactorChange {
            factors: proof.factors,
            sessions: SessionChange::Begin(new.id.clone(), session),
            change: Some(match given {
                Given::Code(_) | Given::Passkey(_) => signed_in.clone(),
                Given::RecoveryCode(_) => recovered.clone(),
            }),
        })
    });
    let user = Box::pin(begun).await?.ok_or(Error::InvalidToken)?;
    let tokens = new.tokens(&identity, origin, &user).await?;
    Ok(Reply::ok(&tokens))
}

/// Whether `statement` still completes a sign-in of `user`.
fn is_open(user: &User, statement: &Statement, now: Timestamp) -> bool {
    let factors = &user.factors;
    let fresh = factors
        .spending(statement.nonce, statement.expires_at, now)
        .is_some();
    user.credential == statement.credential && factors.exist() && fresh
}
