use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use expect_test::expect;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::*;
use crate::{SecretVersions, SigningKeys, encode};

const ISSUER: &str = "https://accounts.example.com";
const NOW: i64 = 1_780_396_200;

fn claims() -> Claims {
    Claims {
        iss: ISSUER.into(),
        sub: "7".into(),
        aud: "accounts".into(),
        client_id: "accounts".into(),
        exp: NOW + LIFETIME,
        iat: NOW,
        nbf: None,
        jti: "token".into(),
        sid: "session".into(),
        email: "ada@example.com".into(),
        email_verified: true,
        auth_time: NOW - 60,
        amr: vec!["pwd".into()],
        acr: "1fa".into(),
    }
}

fn keys(current: &str, previous: Option<&str>) -> SigningKeys {
    let secret = |value: &str| Zeroizing::new(value.to_owned());
    let secret = SecretVersions {
        current: secret(current),
        previous: previous.map(secret),
    };
    SigningKeys::derive(&secret).unwrap()
}

/// A key of an attacker or of ours. It signs any claims.
struct Pen {
    pair: Ed25519KeyPair,
    public: PublicKey,
}

impl Pen {
    fn new(seed: u8) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let public = PublicKey {
            kid: "ours".into(),
            x: encode(pair.public_key().as_ref()),
        };
        Self { pair, public }
    }

    fn write(&self, header: &Value, payload: &Value) -> String {
        let message = message(header, payload);
        let signature = encode(self.pair.sign(message.as_bytes()).as_ref());
        format!("{message}.{signature}")
    }
}

fn message(header: &Value, payload: &Value) -> String {
    let part = |value: &Value| encode(value.to_string().as_bytes());
    format!("{}.{}", part(header), part(payload))
}

fn header() -> Value {
    json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "ours" })
}

fn payload() -> Value {
    serde_json::to_value(claims()).unwrap()
}

/// `object` with `member` set, or without it if `value` is the string `-`.
fn with(mut object: Value, member: &str, value: Value) -> Value {
    if value == "-" {
        object.as_object_mut().unwrap().shift_remove(member);
    } else {
        object[member] = value;
    }
    object
}

/// Verifies as the authorizer does: the key by its id, then everything else.
fn accept_at(token: &str, key: &PublicKey, now: i64) -> Result<Claims, Refused> {
    if key_id(token)? != key.kid {
        return Err(Refused);
    }
    let now = Timestamp::from_seconds(now);
    verify(token, key, ISSUER, "accounts", now)
}

fn accept(token: &str) -> Result<Claims, Refused> {
    accept_at(token, &Pen::new(1).public, NOW)
}

#[test]
fn what_is_signed_is_verified_and_reads_the_same() {
    let keys = keys("current", None);
    let token = sign(&claims(), &keys.current).unwrap();
    assert!(token.len() < 600, "{}", token.len());
    assert_eq!(accept_at(&token, &keys.current.public, NOW), Ok(claims()));
}

#[test]
fn a_token_of_the_key_before_is_still_verified_and_of_one_older_is_not() {
    let token = sign(&claims(), &keys("first", None).current).unwrap();
    let opens = |keys: &SigningKeys| {
        let public = keys.public();
        let mut keys = public.iter();
        keys.any(|key| accept_at(&token, key, NOW).is_ok())
    };
    assert!(opens(&keys("second", Some("first"))));
    assert!(!opens(&keys("third", Some("second"))));
}

#[test]
fn the_signed_form_says_its_type_and_key() {
    let keys = keys("current", None);
    let token = sign(&claims(), &keys.current).unwrap();
    let parts: Vec<_> = token.split('.').collect();
    let text = |part| String::from_utf8(crate::decode(part).unwrap()).unwrap();
    assert_eq!(key_id(&token).as_ref(), Ok(&keys.current.public.kid));
    expect![[r#"
        {"typ":"at+jwt","alg":"EdDSA","kid":"4qBn8YXyS3IpVIH1tuLV6kIOzNHzqHYfPAzpNuX9QT4"}
        {"iss":"https://accounts.example.com","sub":"7","aud":"accounts","client_id":"accounts","exp":1780397100,"iat":1780396200,"jti":"token","sid":"session","email":"ada@example.com","email_verified":true,"auth_time":1780396140,"amr":["pwd"],"acr":"1fa"}"#]].assert_eq(&format!("{}\n{}", text(parts[0]), text(parts[1])));
}

#[test]
fn the_forger_of_these_tests_is_believed_where_nothing_is_wrong() {
    let pen = Pen::new(1);
    assert_eq!(accept(&pen.write(&header(), &payload())), Ok(claims()));
    // RFC 9068 section 4 and RFC 2045 section 5.1.
    for typ in ["application/at+jwt", "AT+JWT", "Application/AT+jwt"] {
        let header = with(header(), "typ", json!(typ));
        assert!(accept(&pen.write(&header, &payload())).is_ok(), "{typ}");
    }
}

#[test]
fn a_header_that_is_not_ours_is_refused_however_well_signed() {
    let pen = Pen::new(1);
    for (member, value) in [
        ("alg", json!("none")),
        ("alg", json!("None")),
        ("alg", json!("HS256")),
        ("alg", json!("ES256")),
        ("alg", json!("-")),
        ("alg", json!(["EdDSA"])),
        ("typ", json!("JWT")),
        ("typ", json!("at+jwt+x")),
        ("typ", json!("application/application/at+jwt")),
        ("typ", json!("-")),
        ("kid", json!("-")),
        ("kid", json!("other")),
        ("kid", json!("")),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("enc", json!("A128GCM")),
        ("zip", json!("DEF")),
    ] {
        let forged = pen.write(&with(header(), member, value.clone()), &payload());
        assert_eq!(accept(&forged), Err(Refused), "{member}: {value}");
    }
}

#[test]
fn claims_that_are_not_ours_are_refused_however_well_signed() {
    let pen = Pen::new(1);
    for (member, value) in [
        ("iss", json!("https://evil.example.com")),
        ("iss", json!("https://accounts.example.com/")),
        ("iss", json!([ISSUER])),
        ("aud", json!("other")),
        ("aud", json!(["accounts"])),
        ("aud", json!(["accounts", "other"])),
        ("aud", json!("")),
        ("exp", json!(NOW)),
        ("exp", json!(NOW - 1)),
        ("exp", json!("9999999999")),
        ("exp", json!(null)),
        ("nbf", json!(NOW + 11)),
        ("iat", json!(NOW + 11)),
        ("sub", json!("")),
        ("sub", json!(7)),
        ("sid", json!("")),
        ("email_verified", json!("true")),
        ("iss", json!("-")),
        ("aud", json!("-")),
        ("exp", json!("-")),
        ("iat", json!("-")),
        ("sub", json!("-")),
        ("sid", json!("-")),
        ("jti", json!("-")),
        ("email", json!("-")),
        ("email_verified", json!("-")),
    ] {
        let forged = pen.write(&header(), &with(payload(), member, value.clone()));
        assert_eq!(accept(&forged), Err(Refused), "{member}: {value}");
    }
}

#[test]
fn a_token_counts_until_the_second_before_its_end_and_from_its_start_on() {
    let pen = Pen::new(1);
    let at = |member, value: i64| {
        let token = pen.write(&header(), &with(payload(), member, json!(value)));
        accept(&token).is_ok()
    };
    assert_eq!([at("exp", NOW), at("exp", NOW + 1)], [false, true]);
    assert_eq!([at("nbf", NOW + 11), at("nbf", NOW + 10)], [false, true]);
    assert_eq!([at("iat", NOW + 11), at("iat", NOW + 10)], [false, true]);
}

#[test]
fn what_another_key_signed_is_refused() {
    let forged = Pen::new(2).write(&header(), &payload());
    assert_eq!(accept(&forged), Err(Refused));
}

/// The classic attack: an HMAC under the public key.
#[test]
fn an_hmac_under_the_public_key_is_refused() {
    let ours = Pen::new(1);
    let raw = ours.pair.public_key().as_ref().to_vec();
    for key in [ours.public.x.clone().into_bytes(), raw] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        for alg in ["HS256", "EdDSA"] {
            let message = message(&with(header(), "alg", json!(alg)), &payload());
            let tag = hmac::sign(&key, message.as_bytes());
            let forged = format!("{message}.{}", encode(tag.as_ref()));
            assert_eq!(accept(&forged), Err(Refused), "{alg}");
        }
    }
}

#[test]
fn an_unsigned_token_is_refused() {
    for alg in ["none", "EdDSA"] {
        let message = message(&with(header(), "alg", json!(alg)), &payload());
        for forged in [format!("{message}."), message.clone()] {
            assert_eq!(accept(&forged), Err(Refused), "{alg}");
        }
    }
}

#[test]
fn a_tampered_part_is_refused() {
    let token = Pen::new(1).write(&header(), &payload());
    let parts: Vec<_> = token.split('.').collect();
    let admin = encode(with(payload(), "sub", json!("8")).to_string().as_bytes());
    let other = encode(with(header(), "x", json!(1)).to_string().as_bytes());
    for forged in [
        format!("{}.{admin}.{}", parts[0], parts[2]),
        format!("{other}.{}.{}", parts[1], parts[2]),
    ] {
        assert_eq!(accept(&forged), Err(Refused));
    }
}

#[test]
fn another_spelling_of_a_token_is_refused() {
    let token = Pen::new(1).write(&header(), &payload());
    for forged in [
        format!("{token}."),
        format!(".{token}"),
        format!("{token}="),
        format!("{token}\n"),
        format!(" {token}"),
        format!("{token}.{token}"),
        token.replace('.', ".."),
        token[..token.len() - 1].to_owned(),
        String::new(),
        "..".into(),
    ] {
        assert_eq!(accept(&forged), Err(Refused), "{forged}");
    }
}

#[test]
fn no_character_of_the_signature_can_be_another() {
    let token = Pen::new(1).write(&header(), &payload());
    let start = token.rfind('.').unwrap() + 1;
    for place in start..token.len() {
        for other in ["A", "B", "_"] {
            let mut forged = token.clone();
            forged.replace_range(place..=place, other);
            if forged != token {
                assert_eq!(accept(&forged), Err(Refused), "{place}");
            }
        }
    }
}

#[test]
fn a_token_beyond_any_header_of_ours_is_not_even_read() {
    let long = with(payload(), "email", json!("a".repeat(MAX_BYTES)));
    assert_eq!(accept(&Pen::new(1).write(&header(), &long)), Err(Refused));
}
