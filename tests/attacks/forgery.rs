//! Access tokens that are not ours, or not quite: algorithm confusion, key confusion, extensions, claims.
//!
//! The signing secret is rotated to one that the test knows, so that it can sign any token with the genuine key.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use aws_lc_rs::{hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use local::sam::Template;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{PASSWORD, Person, TestApp};

const SECRET: &str = "a secret that the test knows";

/// Ada, signed in, and the genuine key.
struct Forge {
    app: TestApp,
    ada: Person,
    key: Ed25519KeyPair,
    header: Value,
    claims: Value,
}

impl Forge {
    async fn start() -> Self {
        let app = TestApp::start().await;
        app.owner("ada@example.com", "Acme").await;
        let template = Template::embedded(&BTreeMap::new()).unwrap();
        let secrets = template.secrets().unwrap();
        let signing = secrets
            .iter()
            .find(|secret| secret.name.contains("Signing"));
        assert!(app.stack.rotate_secret(&signing.unwrap().arn, SECRET));
        // Read, published, and signing.
        for _ in 0..2 {
            app.stack.advance(5 * 60 + 1);
            app.get("/.well-known/jwks.json").await.expect(200);
        }
        let ada = app.sign_in("ada@example.com", PASSWORD).await;
        let mut seed = [0; 32];
        hkdf::Salt::new(hkdf::HKDF_SHA256, b"accounts")
            .extract(SECRET.as_bytes())
            .expand(&[b"access-token/ed25519/1"], hkdf::HKDF_SHA256)
            .unwrap()
            .fill(&mut seed)
            .unwrap();
        let parts: Vec<_> = ada.token.split('.').collect();
        let read = |part: &str| serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap();
        Self {
            key: Ed25519KeyPair::from_seed_unchecked(&seed).unwrap(),
            header: read(parts[0]),
            claims: read(parts[1]),
            ada,
            app,
        }
    }

    fn signed(&self, header: &Value, claims: &Value) -> String {
        sign(&self.key, header, claims)
    }

    async fn status(&self, token: &str) -> u16 {
        let request = self.app.request(Method::GET, "/api/users/me");
        let answer = request.bearer(token).send().await;
        if answer.status != 200 {
            answer.refused(401, "UNAUTHENTICATED");
        }
        answer.status.as_u16()
    }

    async fn refuses(&self, token: &str, why: &Value) {
        assert_eq!(self.status(token).await, 401, "accepted: {why}");
    }
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| BASE64.encode(value.to_string());
    format!("{}.{}", encode(header), encode(claims))
}

fn sign(key: &Ed25519KeyPair, header: &Value, claims: &Value) -> String {
    let message = unsigned(header, claims);
    let signature = BASE64.encode(key.sign(message.as_bytes()).as_ref());
    format!("{message}.{signature}")
}

/// `base` with `changes`; `null` leaves a member out.
fn with(base: &Value, changes: &Value) -> Value {
    let mut other = base.clone();
    let members = other.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    other
}

#[tokio::test]
async fn the_forge_makes_tokens_that_work() {
    let forge = Forge::start().await;
    let Forge { header, claims, .. } = &forge;
    assert_eq!(forge.status(&forge.signed(header, claims)).await, 200);
    // RFC 9068 section 4 allows the long form of the type.
    let long = with(header, &json!({ "typ": "application/at+jwt" }));
    assert_eq!(forge.status(&forge.signed(&long, claims)).await, 200);
}

#[tokio::test]
async fn another_algorithm_is_refused() {
    let forge = Forge::start().await;
    let Forge { header, claims, .. } = &forge;
    let genuine = forge.ada.token.rsplit('.').next().unwrap();
    for algorithm in [
        "none", "None", "NONE", "HS256", "HS512", "ES256", "RS256", "Ed448", "",
    ] {
        let header = with(header, &json!({ "alg": algorithm }));
        let message = unsigned(&header, claims);
        for signature in ["", "AA", genuine] {
            forge
                .refuses(&format!("{message}.{signature}"), &header)
                .await;
        }
        forge.refuses(&forge.signed(&header, claims), &header).await;
    }
    // The public key as the secret of an HMAC, in every form that it is published in.
    let public = forge.key.public_key().as_ref();
    let text = BASE64.encode(public);
    let jwk = json!({ "crv": "Ed25519", "kty": "OKP", "x": text }).to_string();
    let header = with(header, &json!({ "alg": "HS256" }));
    let message = unsigned(&header, claims);
    for secret in [public, text.as_bytes(), jwk.as_bytes(), b""] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let signature = BASE64.encode(hmac::sign(&key, message.as_bytes()).as_ref());
        forge
            .refuses(&format!("{message}.{signature}"), &header)
            .await;
    }
}

#[tokio::test]
async fn a_key_of_ones_own_is_refused_whatever_the_header_says_of_it() {
    let forge = Forge::start().await;
    let Forge { header, claims, .. } = &forge;
    let own = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let jwk =
        json!({ "kty": "OKP", "crv": "Ed25519", "x": BASE64.encode(own.public_key().as_ref()) });
    for changes in [
        json!({}),
        json!({ "kid": null }),
        json!({ "kid": "" }),
        json!({ "kid": 1 }),
        json!({ "kid": ["a"] }),
        json!({ "kid": "../../../../dev/null" }),
        json!({ "kid": "' OR '1'='1" }),
        json!({ "kid": "x".repeat(3000) }),
        json!({ "jwk": jwk }),
        json!({ "kid": null, "jwk": jwk }),
        json!({ "jku": "https://evil.example/jwks.json" }),
        json!({ "kid": "evil", "jku": "https://evil.example/jwks.json" }),
        json!({ "x5u": "https://evil.example/cert.pem" }),
        json!({ "x5c": ["MIIB"] }),
    ] {
        let header = with(header, &changes);
        forge.refuses(&sign(&own, &header, claims), &changes).await;
    }
}

#[tokio::test]
async fn a_genuine_signature_does_not_make_up_for_the_header() {
    let forge = Forge::start().await;
    let Forge { header, claims, .. } = &forge;
    for changes in [
        json!({ "typ": null }),
        json!({ "typ": "JWT" }),
        json!({ "typ": "at+jwt+more" }),
        json!({ "kid": null }),
        json!({ "crit": ["exp"] }),
        json!({ "crit": [] }),
        json!({ "crit": ["b64"], "b64": false }),
        json!({ "crit": "exp" }),
        json!({ "zip": "DEF" }),
        json!({ "enc": "A256GCM" }),
    ] {
        let header = with(header, &changes);
        forge
            .refuses(&forge.signed(&header, claims), &changes)
            .await;
    }
}

#[tokio::test]
async fn a_genuine_signature_does_not_make_up_for_the_claims() {
    let forge = Forge::start().await;
    let Forge { header, claims, .. } = &forge;
    let now = forge.app.stack.clock().now().seconds();
    let bob = forge.app.owner("bob@example.com", "Globex").await.owner;
    for changes in [
        json!({ "exp": null }),
        json!({ "exp": now - 1 }),
        json!({ "exp": "9999999999" }),
        json!({ "nbf": now + 60 }),
        json!({ "iat": now + 60 }),
        json!({ "iss": null }),
        json!({ "iss": "https://evil.example" }),
        json!({ "iss": format!("{}/", forge.app.stack.url()) }),
        json!({ "aud": null }),
        json!({ "aud": "others" }),
        json!({ "aud": ["others", "accounts"] }),
        json!({ "sub": null }),
        json!({ "sub": "" }),
        json!({ "sub": 1 }),
        json!({ "sub": "nobody" }),
        // Another user, in the session of Ada.
        json!({ "sub": bob.id.to_string() }),
        json!({ "sid": null }),
        json!({ "sid": "" }),
        json!({ "sid": "A".repeat(20) }),
    ] {
        let claims = with(claims, &changes);
        forge
            .refuses(&forge.signed(header, &claims), &changes)
            .await;
    }
}

#[tokio::test]
async fn a_token_that_was_touched_is_refused() {
    let forge = Forge::start().await;
    let token = &forge.ada.token;
    let parts: Vec<_> = token.split('.').collect();
    let richer = with(&forge.claims, &json!({ "email_verified": true }));
    for touched in [
        format!(
            "{}.{}.{}",
            parts[0],
            BASE64.encode(richer.to_string()),
            parts[2]
        ),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{token}A"),
        format!("{token}="),
        format!("{token}.AA"),
        format!(".{token}"),
        token[..token.len() - 1].to_owned(),
        token.to_lowercase(),
        "null".to_owned(),
    ] {
        forge.refuses(&touched, &json!(touched)).await;
    }
    for header in [
        token.clone(),
        format!("Basic {token}"),
        format!("Bearer {token} {token}"),
        "Bearer".into(),
    ] {
        let request = forge.app.request(Method::GET, "/api/users/me");
        let answer = request.header("authorization", &header).send().await;
        answer.refused(401, "UNAUTHENTICATED");
    }
}
