//! The public keys, and how they rotate.

use std::collections::{BTreeMap, BTreeSet};

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use local::sam::Template;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp};

const ADA: &str = "ada@example.com";

async fn published(app: &TestApp) -> Vec<Value> {
    let keys = app.get("/.well-known/jwks.json").await.expect(200);
    keys["keys"].as_array().unwrap().clone()
}

fn kid(token: &str) -> String {
    decode_header(token).unwrap().kid.unwrap()
}

/// What `token` says, verified as any other service would, with what is published.
async fn verified(app: &TestApp, token: &str) -> Value {
    let configuration = app
        .get("/.well-known/openid-configuration")
        .await
        .expect(200);
    let id = kid(token);
    let keys = published(app).await;
    let key = keys
        .iter()
        .find(|key| key["kid"] == id)
        .expect("a published key");
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_issuer(&[configuration["issuer"].as_str().unwrap()]);
    rules.set_audience(&["accounts"]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    rules.validate_exp = false;
    let key = DecodingKey::from_ed_components(key["x"].as_str().unwrap()).unwrap();
    decode::<Value>(token, &key, &rules).unwrap().claims
}

#[tokio::test]
async fn a_token_is_verified_with_the_published_key() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let claims = verified(&app, &ada.token).await;
    let configuration = app
        .get("/.well-known/openid-configuration")
        .await
        .expect(200);
    let supported = configuration["claims_supported"].as_array().unwrap().iter();
    let supported: BTreeSet<_> = supported.map(|name| name.as_str().unwrap()).collect();
    let carried: BTreeSet<_> = claims
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(supported, carried);
    assert_eq!(claims["sub"], ada.id.to_string());
    assert_eq!(claims["email"], ADA);
    assert_eq!(claims["email_verified"], false);
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        900
    );
    // RFC 9068 section 2.2, and the time of the sign-in.
    assert_eq!(claims["client_id"], "accounts");
    let age = claims["iat"].as_i64().unwrap() - claims["auth_time"].as_i64().unwrap();
    assert_eq!(age, 0);
    for name in ["jti", "sid"] {
        assert!(
            claims[name].as_str().is_some_and(|text| text.len() >= 16),
            "{claims}"
        );
    }
    let header = decode_header(&ada.token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    assert_eq!(header.alg, Algorithm::EdDSA);
}

#[tokio::test]
async fn the_configuration_says_where_everything_is() {
    let app = TestApp::start().await;
    let configuration = app
        .get("/.well-known/openid-configuration")
        .await
        .expect(200);
    let url = app.stack.url();
    assert_eq!(configuration["issuer"], url);
    assert_eq!(
        configuration["jwks_uri"],
        format!("{url}/.well-known/jwks.json")
    );
    let keys = published(&app).await;
    assert_eq!(keys.len(), 1);
    let members: Vec<_> = keys[0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(members.len(), 6);
    assert!(!members.contains(&"d"));
}

#[tokio::test]
async fn a_rotated_secret_signs_nobody_out_and_refuses_no_fresh_token() {
    let app = TestApp::start().await;
    let ada = app.owner(ADA, "Acme").await.owner;
    let old = kid(&ada.token);
    assert!(
        app.stack
            .rotate_secret(&secret_id("SigningSecret"), "a new secret, just as random")
    );

    let mut pair = ada.refresh_token.clone();
    let mut signed_by = vec![old.clone()];
    // Half a minute at a time, for a quarter of an hour: every token works when it is made, and until it runs out.
    let mut tokens = vec![ada.token.clone()];
    for _ in 0..29 {
        app.stack.advance(30);
        let body = json!({ "refreshToken": pair });
        let answer = app.post("/api/auth/refresh", &body).await.expect(200);
        answer["refreshToken"]
            .as_str()
            .unwrap()
            .clone_into(&mut pair);
        let token = answer["accessToken"].as_str().unwrap().to_owned();
        verified(&app, &token).await;
        if signed_by.last() != Some(&kid(&token)) {
            signed_by.push(kid(&token));
        }
        tokens.push(token);
        for token in [tokens.first().unwrap(), tokens.last().unwrap()] {
            let request = app.request(reqwest::Method::GET, "/api/users/me");
            request.bearer(token).send().await.expect(200);
        }
    }
    assert_eq!(signed_by.len(), 2, "the key changed once: {signed_by:?}");
    let keys = published(&app).await;
    assert_eq!(keys[0]["kid"], signed_by[1]);
    assert_eq!(keys[1]["kid"], old);
    assert_eq!(keys.len(), 2);
}

#[tokio::test]
async fn mailed_links_outlive_a_rotation() {
    let app = TestApp::start().await;
    app.owner(ADA, "Acme").await;
    let verification = app.link_tokens(ADA, "Verify", 1).await.remove(0);
    let id = secret_id("LinkSecret");
    assert!(app.stack.rotate_secret(&id, "a new secret, just as random"));
    app.stack.advance(5 * 60 + 1);
    // The mailer has the new key at once, `identity` has it when it needs it.
    app.post("/api/auth/password/forgot", &json!({ "email": ADA }))
        .await
        .expect(202);
    let reset = app
        .link_tokens(ADA, "Set a new password", 1)
        .await
        .remove(0);
    let body = json!({ "token": reset, "password": PASSWORD });
    app.post("/api/auth/password/reset", &body)
        .await
        .expect(204);
    // The reset has proved the address, and spent this link: it is real all the same.
    let body = json!({ "token": verification });
    app.post("/api/auth/verify-email", &body)
        .await
        .refused(400, "INVALID_TOKEN");

    app.owner("bob@example.com", "Globex").await;
    let verification = app
        .link_tokens("bob@example.com", "Verify", 1)
        .await
        .remove(0);
    assert!(app.stack.rotate_secret(&id, "and another one"));
    app.stack.advance(5 * 60 + 1);
    app.get("/.well-known/jwks.json").await.expect(200);
    let body = json!({ "token": verification, "password": PASSWORD });
    app.post("/api/auth/verify-email", &body).await.expect(204);
}

fn secret_id(name: &str) -> String {
    let template = Template::embedded(&BTreeMap::new()).unwrap();
    let secrets = template.secrets().unwrap();
    let secret = secrets.iter().find(|secret| secret.name.contains(name));
    secret.unwrap().arn.clone()
}
