//! A session that begins.

use shared::model::{
    Error, FactorId, Method, Methods, Origin, Session, SessionId, Timestamp, User, UserId,
};
use shared::observe;
use shared::tokens::random;
use shared::tokens::refresh::{self, RefreshToken};

use super::tokens::{Issued, Tokens, client};
use crate::identity::Identity;

/// A session before it is written, and its first token.
pub(crate) struct NewSession {
    pub(crate) id: SessionId,
    pub(crate) token: RefreshToken,
    pub(crate) session: Session,
}

impl NewSession {
    /// A session of `user` in a request from `origin`.
    pub(crate) fn new(identity: &Identity, origin: &Origin, user: UserId, now: Timestamp) -> Self {
        let id = SessionId::random();
        let token = RefreshToken::first(user, id.clone());
        let lifetime = identity.app.config.limits.session_lifetime;
        let session = Session {
            family: random(),
            digest: token.digest(),
            previous: None,
            nonce: random(),
            last_used_at: now,
            client: client(origin),
            created_at: now,
            expires_at: now.plus_seconds(refresh::LIFETIME),
            ends_at: now.plus_seconds(lifetime),
            user_agent: origin.user_agent.clone(),
            authenticated_at: now,
            methods: Methods::only(Method::Password),
            factor: None,
        };
        Self { id, token, session }
    }

    /// The same session, by `methods`, based on `factor`.
    pub(crate) fn by(&self, methods: Methods, factor: FactorId) -> Session {
        Session {
            methods,
            factor: Some(factor),
            ..self.session.clone()
        }
    }

    /// The first pair of tokens, once `user` has the session.
    pub(crate) async fn tokens(
        &self,
        identity: &Identity,
        origin: &Origin,
        user: &User,
    ) -> Result<Tokens, Error> {
        let issued = Issued {
            user,
            token: &self.token,
            nonce: &self.session.nonce,
            at: self.session.created_at,
        };
        let tokens = Tokens::new(identity, origin, &issued).await?;
        observe::count("signIns");
        Ok(tokens)
    }
}
