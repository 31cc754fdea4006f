//! The pair of tokens that a session hands out.

use aws_lc_rs::digest;
use serde::Serialize;
use shared::model::{Error, Origin, Timestamp, User};
use shared::tokens::access::{self, Claims};
use shared::tokens::encode;
use shared::tokens::refresh::{self, RefreshToken};

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

impl Tokens {
    /// The pair that `user`'s session got at `issued_at`. The same arguments give the same pair, to the letter.
    pub(crate) async fn new(
        identity: &Identity,
        origin: &Origin,
        user: &User,
        token: &RefreshToken,
        nonce: &[u8],
        issued_at: Timestamp,
    ) -> Result<Self, Error> {
        let session = user.sessions.get(&token.session);
        let family = &session.ok_or(Error::Unauthenticated)?.family;
        let claims = Claims {
            iss: origin.base_url.clone(),
            sub: user.id.to_string(),
            aud: identity.app.config.audience.clone(),
            exp: issued_at.seconds() + access::LIFETIME,
            iat: issued_at.seconds(),
            nbf: None,
            jti: encode(nonce),
            sid: token.session.to_string(),
            email: user.email.as_str().to_owned(),
            email_verified: user.verified,
        };
        let keys = identity.keyring.keys().await;
        let signer = keys.signer(identity.app.clock.now());
        Ok(Self {
            access_token: access::sign(&claims, signer).map_err(Error::internal)?,
            token_type: "Bearer",
            expires_in: access::LIFETIME,
            refresh_token: token.reveal(family),
            refresh_expires_in: refresh::LIFETIME,
        })
    }
}

/// What tells one client from another: a hash of its address and its `User-Agent`.
pub(crate) fn client(origin: &Origin) -> [u8; 16] {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(origin.source_ip.as_bytes());
    hash.update(b"\n");
    hash.update(origin.user_agent.as_bytes());
    let mut client = [0; 16];
    client.copy_from_slice(&hash.finish().as_ref()[..16]);
    client
}
