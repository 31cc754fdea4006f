//! `POST /api/auth/refresh`

use axum::extract::State;
use shared::model::{AuditContext, ChangeKind, Error, Origin, SessionEnd, Timestamp, User};
use shared::store::{Replacement, Rotation};
use shared::tokens::random;
use shared::tokens::refresh::{self, RefreshToken};
use shared::{Early, FromBody, Public, Reader, Reply};

use super::tokens::{Issued, Tokens, client};
use crate::identity::Identity;

/// A client that did not get the answer may ask again for so long, in milliseconds (contract, *Signing in*).
const RETRY_WINDOW: i64 = 30_000;

pub(crate) struct Body {
    /// `None` for what cannot be one of our tokens.
    token: Option<RefreshToken>,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let token = reader.text("refreshToken", |text| Ok(RefreshToken::parse(text)))?;
        Some(Self { token })
    }
}

/// A new pair for the session's token; the same new pair for the same client's retry; the end of the session for any
/// other use of a token that was replaced.
pub(crate) async fn refresh(
    State(identity): State<Identity>,
    request: Public<Body>,
) -> Result<Reply, Early> {
    let token = request.body.token.ok_or(Error::Unauthenticated)?;
    let now = identity.app.clock.now();
    let nonce: [u8; 16] = random();
    let replacement = Replacement {
        digest: token.next(&nonce).digest(),
        nonce,
        client: client(&request.origin),
        at: now,
        expires_at: now.plus_seconds(refresh::LIFETIME),
    };
    let store = &identity.app.store;
    let rotation = store
        .rotate(token.user, &token.session, &token.digest(), &replacement)
        .await?;
    let (user, nonce, at) = match rotation {
        Rotation::Done(user) => (user, nonce, now),
        Rotation::Outdated(user) => {
            let user = user.ok_or(Error::SessionEnded(SessionEnd::Revoked))?;
            let Some((nonce, at)) = retried(&user, &token, &replacement) else {
                let end = refused(&identity, &user, &token, &request.origin, now).await?;
                return Err(Error::SessionEnded(end).into());
            };
            (user, nonce, at)
        }
    };
    let issued = Issued {
        user: &user,
        token: &token.next(&nonce),
        nonce: &nonce,
        at,
    };
    let tokens = Tokens::new(&identity, &request.origin, &issued).await?;
    Ok(Reply::ok(&tokens))
}

/// What the first copy of this request got, if this is another of the same client and soon enough.
fn retried(
    user: &User,
    token: &RefreshToken,
    asked: &Replacement,
) -> Option<([u8; 16], Timestamp)> {
    let session = user.live_session(&token.session, asked.at)?;
    let precedes = token.has_digest(session.previous.as_ref()?);
    let soon = asked.at.millis() - session.last_used_at.millis() < RETRY_WINDOW;
    let same = session.client == asked.client;
    (precedes && soon && same).then_some((session.nonce, session.last_used_at))
}

/// Why the session does not go on. A token that was replaced is in two hands, so its session ends; an invented one ends nothing.
async fn refused(
    identity: &Identity,
    user: &User,
    token: &RefreshToken,
    origin: &Origin,
    now: Timestamp,
) -> Result<SessionEnd, Error> {
    let Some(session) = user.sessions.get(&token.session) else {
        return Ok(SessionEnd::Revoked);
    };
    if !token.is_of(&session.family) {
        return Ok(SessionEnd::Revoked);
    }
    if session.end() <= now {
        return Ok(SessionEnd::Expired);
    }
    tracing::warn!(user_id = user.id.get(), "a refresh token was used twice");
    let change =
        AuditContext::new(origin, None, now).on_user(ChangeKind::RefreshTokenReused, user.id);
    let store = &identity.app.store;
    store
        .end_reused_session(user.id, &token.session, &change)
        .await?;
    Ok(SessionEnd::Reused)
}
