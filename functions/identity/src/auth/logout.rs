//! `POST /api/auth/logout`

use axum::extract::State;
use shared::store::ReadSet;
use shared::tokens::refresh::RefreshToken;
use shared::{Early, FromBody, Public, Reader, Reply};

use crate::identity::Identity;

pub(crate) struct Body {
    token: Option<RefreshToken>,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let token = reader.text("refreshToken", |text| Ok(RefreshToken::parse(text)))?;
        Some(Self { token })
    }
}

/// Ends the session of a token that works, or did. A repeated sign-out and a token that never worked succeed too: the client is
/// signed out (RFC 7009 section 2.2).
pub(crate) async fn logout(
    State(identity): State<Identity>,
    request: Public<Body>,
) -> Result<Reply, Early> {
    let Some(token) = request.body.token else {
        return Ok(Reply::no_content());
    };
    let store = &identity.app.store;
    let snapshot = store.read(ReadSet::default().user(token.user)).await?;
    let user = snapshot.user(token.user)?;
    let session = user
        .as_ref()
        .and_then(|user| user.sessions.get(&token.session));
    if session.is_some_and(|session| token.is_of(&session.family)) {
        store.end_session(token.user, &token.session).await?;
    }
    Ok(Reply::no_content())
}
