use http::HeaderValue;
use tokens::SecretVersions;
use zeroize::Zeroizing;

use super::*;

const RESOURCE: [&str; 2] = ["POST", "/api/accounts"];

fn headers(values: &[&[u8]]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(HEADER, HeaderValue::from_bytes(value).unwrap());
    }
    headers
}

fn named(key: &[u8]) -> Result<Option<Repeatable>, Error> {
    from_headers(&headers(&[key]), RESOURCE, b"{}")
}

fn fingerprint(resource: [&str; 2], body: &[u8]) -> [u8; 32] {
    let named = from_headers(&headers(&[b"k"]), resource, body).unwrap();
    named.unwrap().fingerprint
}

fn keys(secret: &str) -> LinkKeys {
    let secret = SecretVersions {
        current: Zeroizing::new(secret.to_owned()),
        previous: None,
    };
    LinkKeys::derive(&secret).unwrap()
}

#[test]
fn a_request_without_the_header_has_no_name() {
    assert_eq!(
        from_headers(&HeaderMap::new(), RESOURCE, b"{}").unwrap(),
        None
    );
}

#[test]
fn a_name_has_1_to_255_printable_ascii_characters() {
    for key in [&b"k"[..], &[b'k'; 255], b" ", b"~", b"a b", b"#", b"\"k\""] {
        let read = named(key).unwrap().unwrap();
        assert_eq!(read.key.as_bytes(), key);
    }
    for key in [
        &b""[..],
        &[b'k'; 256],
        b"a\tb",
        b"\t",
        "é".as_bytes(),
        b"\xff",
    ] {
        let refusal = named(key).unwrap_err();
        assert_eq!(
            crate::status::status_and_code(&refusal).1,
            "VALIDATION_FAILED"
        );
        let mistake = &refusal.mistakes()[0];
        assert_eq!(
            (mistake.pointer.as_str(), mistake.code),
            ("Idempotency-Key", "INVALID_HEADER")
        );
    }
}

#[test]
fn two_names_are_refused_even_if_they_are_the_same() {
    for second in [b"k", b"l"] {
        let two = headers(&[b"k", second]);
        assert!(from_headers(&two, RESOURCE, b"{}").is_err());
    }
}

#[test]
fn a_fingerprint_is_that_of_method_path_and_body() {
    let usual = fingerprint(RESOURCE, b"{}");
    assert_eq!(usual, fingerprint(RESOURCE, b"{}"));
    for (resource, body) in [
        (["PUT", "/api/accounts"], &b"{}"[..]),
        (["POST", "/api/accounts/1"], b"{}"),
        (["POST", "/api/account"], b"s{}"),
        (["POST/api", "/accounts"], b"{}"),
        (RESOURCE, b"{ }"),
        (RESOURCE, b""),
    ] {
        assert_ne!(fingerprint(resource, body), usual, "{resource:?}");
    }
}

#[test]
fn a_user_s_name_for_a_request_is_theirs_alone() {
    let read = || named(b"k").unwrap().unwrap();
    let saving = |user| read().by_user(UserId::try_from(user).unwrap());
    assert_eq!((saving(7).caller, saving(7).key), ("7".into(), "k".into()));
    assert_ne!(saving(7), saving(8));
    assert_eq!(saving(7).fingerprint, read().fingerprint);
}

#[test]
fn the_body_stands_for_an_unknown_caller_under_a_key_that_the_table_never_sees() {
    let saving = |secret: &str, body: &[u8]| {
        let read = from_headers(&headers(&[b"k"]), RESOURCE, body).unwrap();
        read.unwrap().by_anybody(&keys(secret))
    };
    let usual = saving("secret", b"{}");
    assert_eq!(usual, saving("secret", b"{}"));
    assert_ne!(usual.caller, saving("secret", b"{ }").caller);
    assert_ne!(usual.caller, saving("another", b"{}").caller);
    assert_ne!(usual.fingerprint, fingerprint(RESOURCE, b"{}"));
    assert_eq!(usual.caller.len(), 64);
    assert!(usual.caller.bytes().all(|byte| byte.is_ascii_hexdigit()));
}
