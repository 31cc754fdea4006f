//! `GET /.well-known/jwks.json` and `GET /.well-known/openid-configuration`: for services that verify our tokens.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use serde::Serialize;
use serde_json::json;
use shared::tokens::PublicKey;
use shared::{Early, NoBody, Public, Reply};

use crate::identity::Identity;

/// A new key signs only once copies of this age are gone.
const CACHED: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// A key as RFC 7517 and RFC 8037 write it.
#[derive(Serialize)]
struct Jwk<'a> {
    kty: &'static str,
    crv: &'static str,
    r#use: &'static str,
    alg: &'static str,
    kid: &'a str,
    x: &'a str,
}

impl<'a> From<&'a PublicKey> for Jwk<'a> {
    fn from(key: &'a PublicKey) -> Self {
        Self {
            kty: "OKP",
            crv: "Ed25519",
            r#use: "sig",
            alg: "EdDSA",
            kid: &key.kid,
            x: &key.x,
        }
    }
}

/// The public keys (RFC 7517 section 5).
pub(crate) async fn jwks(
    State(identity): State<Identity>,
    _: Public<NoBody>,
) -> Result<Response, Early> {
    // Another instance may have published newer keys than this one has read.
    identity.keyring.keys().await;
    let keys = identity.app.store.public_keys().await?;
    let keys: Vec<_> = keys.iter().map(Jwk::from).collect();
    Ok(cached(&json!({ "keys": keys })))
}

/// Where what is (OpenID Connect Discovery 1.0 section 3; there is no authorization endpoint).
pub(crate) async fn configuration(
    State(_): State<Identity>,
    request: Public<NoBody>,
) -> Result<Response, Early> {
    let issuer = request.origin.base_url;
    Ok(cached(&json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "token_endpoint": format!("{issuer}/api/auth/login"),
        "userinfo_endpoint": format!("{issuer}/api/users/me"),
        "response_types_supported": [],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "claims_supported": [
            "iss", "sub", "aud", "client_id", "exp", "iat", "jti", "sid", "email", "email_verified",
            "auth_time",
            "amr",
            "acr",
        ],
    })))
}

fn cached(body: &impl Serialize) -> Response {
    let mut response = Reply::ok(body).into_response();
    response.headers_mut().insert(CACHE_CONTROL, CACHED);
    response
}
