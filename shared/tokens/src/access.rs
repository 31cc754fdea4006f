//! Access tokens: JWTs by RFC 9068, signed with Ed25519 (RFC 8037).

use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header, encode};
use model::Timestamp;
use serde::{Deserialize, Serialize};

use super::{PublicKey, SigningKey};

/// The life time of an access token, in seconds (contract, *Sign-in*).
pub const LIFETIME: i64 = 15 * 60;
/// How much the clock of the machine that issued a token may be ahead, in seconds.
const CLOCK_DIFFERENCE: i64 = 10;
/// RFC 9068 section 2.1.
const TYP: &str = "at+jwt";
/// Our tokens are below 600 bytes. API Gateway accepts headers of 10,240 bytes in all.
const MAX_BYTES: usize = 4096;

/// The claims of an access token (RFC 9068 section 2.2). Times are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The issuer: the API's address.
    pub iss: String,
    /// The user's id, in decimal.
    pub sub: String,
    /// The audience.
    pub aud: String,
    /// The client (RFC 8693 section 4.3).
    pub client_id: String,
    /// The expiry.
    pub exp: i64,
    /// The time of issue.
    pub iat: i64,
    /// The time before which it is invalid. Our tokens do not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// The token's id.
    pub jti: String,
    /// The session's id.
    pub sid: String,
    /// The user's address.
    pub email: String,
    /// Whether that address is verified.
    pub email_verified: bool,
    /// The time at which the person last authenticated in the session (`OpenID` Connect Core section 2).
    pub auth_time: i64,
    /// How the person authenticated (RFC 8176). Tokens of before have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// The strength of that: `1fa` or `2fa`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub acr: String,
}

/// An invalid token. Callers do not learn the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the access token is not acceptable")]
pub struct Refused;

/// Signs `claims`.
///
/// # Errors
///
/// The cryptographic library refuses to sign.
pub fn sign(claims: &Claims, key: &SigningKey) -> Result<String, jsonwebtoken::errors::Error> {
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TYP.into());
    header.kid = Some(key.public.kid.clone());
    encode(&header, claims, &key.key)
}

/// The token in an `Authorization` header (RFC 6750 section 2.1). The scheme's name ignores case (RFC 9110 section 11.1).
#[must_use]
pub fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim_start_matches(' ');
    let plain = !token.is_empty() && !token.contains(|c: char| c.is_whitespace() || c == ',');
    (scheme.eq_ignore_ascii_case("bearer") && plain).then_some(token)
}

/// The key id in the header of `token`.
///
/// # Errors
///
/// [`Refused`] if it cannot be one of our tokens, independent of its signature.
pub fn key_id(token: &str) -> Result<String, Refused> {
    if token.len() > MAX_BYTES {
        return Err(Refused);
    }
    let header = decode_header(token).map_err(|_| Refused)?;
    // RFC 9068 section 4 allows the long form as well; media types ignore case.
    let typ = header
        .typ
        .as_deref()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let typed = typ.strip_prefix("application/").unwrap_or(&typ) == TYP;
    // RFC 7515 section 4.1.11: a critical extension is refused, because we support none.
    let plain = header.crit.is_none() && header.enc.is_none() && header.zip.is_none();
    if header.alg != Algorithm::EdDSA || !typed || !plain {
        return Err(Refused);
    }
    header.kid.ok_or(Refused)
}

/// The claims of `token`, if `key` signed it and it is valid at `now`.
///
/// # Errors
///
/// [`Refused`] for a forged, foreign, expired or not yet valid token.
pub fn verify(
    token: &str,
    key: &PublicKey,
    issuer: &str,
    audience: &str,
    now: Timestamp,
) -> Result<Claims, Refused> {
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    rules.set_issuer(&[issuer]);
    rules.set_audience(&[audience]);
    // The library only knows the machine's clock, so the times are checked here.
    rules.validate_exp = false;
    rules.validate_nbf = false;
    let key = DecodingKey::from_ed_components(&key.x).map_err(|_| Refused)?;
    let claims = decode::<Claims>(token, &key, &rules)
        .map_err(|_| Refused)?
        .claims;
    let seconds = now.seconds();
    let begun = |start: i64| start <= seconds + CLOCK_DIFFERENCE;
    let current = seconds < claims.exp && begun(claims.iat) && claims.nbf.is_none_or(begun);
    if !current || claims.sub.is_empty() || claims.sid.is_empty() {
        return Err(Refused);
    }
    Ok(claims)
}

#[cfg(test)]
mod tests;
