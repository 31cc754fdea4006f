//! The test vectors of Web Authentication Level 3 (section 16). The file names its source.

use serde_json::{Value, json};

use crate::encode;
use crate::webauthn::{
    Assertion, Known, Registered, Registration, Rejected, RelyingParty, UserHandle,
    UserVerification,
};

const HANDLE: &[u8] = b"somebody";

struct Case {
    id: String,
    registration: Value,
    authentication: Value,
}

fn cases() -> Vec<Case> {
    let file: Value = serde_json::from_str(include_str!("../vectors.json")).unwrap();
    let case = |case: &Value| Case {
        id: case["id"].as_str().unwrap().to_owned(),
        registration: case["registration"].clone(),
        authentication: case["authentication"].clone(),
    };
    file["cases"].as_array().unwrap().iter().map(case).collect()
}

fn bytes(part: &Value, name: &str) -> Vec<u8> {
    let hex = part[name].as_str().unwrap().as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    hex.chunks(2).map(byte).collect()
}

fn registered(case: &Case, verification: UserVerification) -> Result<Registered, Rejected> {
    let part = &case.registration;
    let id = encode(&bytes(part, "credential_id"));
    let credential = json!({
        "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
        "response": {
            "clientDataJSON": encode(&bytes(part, "clientDataJSON")),
            "attestationObject": encode(&bytes(part, "attestationObject")),
        },
    });
    let origins = ["https://example.org".to_owned()];
    Registration::read(&credential).unwrap().verify(
        relying_party(&origins),
        &bytes(part, "challenge"),
        verification,
    )
}

fn assertion(case: &Case) -> Assertion {
    let part = &case.authentication;
    let id = encode(&bytes(&case.registration, "credential_id"));
    let credential = json!({
        "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
        "response": {
            "clientDataJSON": encode(&bytes(part, "clientDataJSON")),
            "authenticatorData": encode(&bytes(part, "authenticatorData")),
            "signature": encode(&bytes(part, "signature")),
        },
    });
    Assertion::read(&credential).unwrap()
}

fn relying_party(origins: &[String]) -> RelyingParty<'_> {
    RelyingParty {
        id: "example.org",
        origins,
    }
}

#[test]
fn each_vector_of_an_offered_algorithm_registers_and_signs_in_and_others_are_refused() {
    let origins = ["https://example.org".to_owned()];
    let mut accepted = Vec::new();
    for case in cases() {
        let refused = match case.id.as_str() {
            "packed-es384" | "packed-es512" | "packed-ed448" => Some(Rejected::Algorithm),
            id if id.contains("Origin") => Some(Rejected::CrossOrigin),
            _ => None,
        };
        let registered = match registered(&case, UserVerification::Preferred) {
            Ok(registered) => registered,
            Err(rejected) => {
                assert_eq!(Some(rejected), refused, "{}", case.id);
                continue;
            }
        };
        assert_eq!(refused, None, "{}", case.id);
        assert_eq!(registered.id, bytes(&case.registration, "credential_id"));
        let known = Known {
            user_handle: HANDLE,
            key: &registered.key,
            counter: registered.counter,
            backup_eligible: registered.backup_eligible,
        };
        let verify = |assertion: &Assertion| {
            assertion.verify(
                relying_party(&origins),
                &bytes(&case.authentication, "challenge"),
                UserVerification::Preferred,
                UserHandle::Optional,
                known,
            )
        };
        let mut assertion = assertion(&case);
        verify(&assertion).unwrap_or_else(|rejected| panic!("{}: {rejected}", case.id));
        *assertion.signature.last_mut().unwrap() ^= 1;
        assert_eq!(verify(&assertion), Err(Rejected::Signature), "{}", case.id);
        accepted.push(case.id);
    }
    assert_eq!(accepted.len(), cases().len() - 5, "{accepted:?}");
    for needed in ["none-es256", "packed-rs256", "packed-eddsa"] {
        assert!(accepted.iter().any(|id| id == needed), "{needed}");
    }
}

#[test]
fn a_vector_without_user_verification_is_refused_where_it_is_required() {
    let (mut verified, mut not_verified) = (0, 0);
    for case in cases() {
        let required = registered(&case, UserVerification::Required);
        let preferred = registered(&case, UserVerification::Preferred);
        match (required, preferred) {
            (Ok(required), Ok(preferred)) => {
                assert_eq!(required, preferred);
                verified += 1;
            }
            (Err(Rejected::UserVerification), Ok(_)) => not_verified += 1,
            (required, preferred) => assert!(required.is_err() && preferred.is_err()),
        }
    }
    assert!(
        verified > 0 && not_verified > 0,
        "{verified} {not_verified}"
    );
}
