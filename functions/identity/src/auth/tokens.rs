//! The pair of tokens that a session hands out.

use aws_lc_rs::digest;
use serde::Serialize;
use shared::model::{Error, Origin, Timestamp, User};
use shared::tokens::access::{self, Claims};
use shared::tokens::encode;
use shared::tokens::refresh::RefreshToken;

use crate::identity::Identity;

/// The answer to a sign-in and to a refresh (RFC 6749 section 5.1, in camelCase).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: String,
    refresh_expires_in: i64,
}

/// What a pair is made of. The same parts give the same pair, to the letter.
pub(crate) struct Issued<'a> {
    /// The user, with the session.
    pub(crate) user: &'a User,
    /// The session's refresh token.
    pub(crate) token: &'a RefreshToken,
    /// What leads to it.
    pub(crate) nonce: &'a [u8],
    /// When it was issued.
    pub(crate) at: Timestamp,
}

impl Tokens {
    /// The pair of `issued`.
    pub(crate) async fn new(
        identity: &Identity,
        origin: &Origin,
        issued: &Issued<'_>,
    ) -> Result<Self, Error> {
        let Issued {
            user,
            token,
            nonce,
            at,
        } = issued;
        let session = user.sessions.get(&token.session);
        let session = session.ok_or(Error::Unauthenticated)?;
        // No token outlives its session.
        let left = (session.end().seconds() - at.seconds()).max(1);
        let lifetime = access::LIFETIME.min(left);
        let config = &identity.app.config;
        let claims = Claims {
            iss: origin.base_url.clone(),
            sub: user.id.to_string(),
            aud: config.audience.clone(),
            client_id: config.client_id.clone(),
            exp: at.seconds() + lifetime,
            iat: at.seconds(),
            nbf: None,
            jti: encode(nonce),
            sid: token.session.to_string(),
            email: user.email.as_str().to_owned(),
            email_verified: user.verified,
            auth_time: session.authenticated_at.seconds(),
            amr: session.amr().into_iter().map(str::to_owned).collect(),
            acr: session.assurance().acr().to_owned(),
        };
        let keys = identity.keyring.keys().await;
        let signer = keys.signer(identity.app.clock.now());
        Ok(Self {
            access_token: access::sign(&claims, signer).map_err(Error::internal)?,
            token_type: "Bearer",
            expires_in: lifetime,
            refresh_token: token.reveal(&session.family),
            refresh_expires_in: left,
        })
    }
}

/// Identifies a client in any network: a hash of its `User-Agent`. Phones change networks.
pub(crate) fn client(origin: &Origin) -> [u8; 16] {
    let hash = digest::digest(&digest::SHA256, origin.user_agent.as_bytes());
    let mut client = [0; 16];
    client.copy_from_slice(&hash.as_ref()[..16]);
    client
}
