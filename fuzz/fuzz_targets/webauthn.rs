//! Any bytes as each binary part of a passkey: never a panic, and no assertion that is right.
#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use tokens::webauthn::{
    Assertion, Known, Registration, RelyingParty, UserHandle, UserVerification,
};

const CHALLENGE: &[u8] = b"challenge";

fn client(kind: &str) -> String {
    let client = json!({
        "type": kind, "challenge": BASE64.encode(CHALLENGE), "origin": "https://example.org",
    });
    BASE64.encode(client.to_string())
}

fuzz_target!(|data: &[u8]| {
    let origins = ["https://example.org".to_owned()];
    let relying_party = RelyingParty {
        id: "example.org",
        origins: &origins,
    };
    let credential = |response| json!({ "id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response });
    let registration = credential(json!({
        "clientDataJSON": client("webauthn.create"), "attestationObject": BASE64.encode(data),
    }));
    let registration = Registration::read(&registration).expect("a credential");
    let _ = registration.verify(relying_party, CHALLENGE, UserVerification::Preferred);
    let assertion = credential(json!({
        "clientDataJSON": client("webauthn.get"), "authenticatorData": BASE64.encode(data),
        "signature": BASE64.encode(data),
    }));
    let assertion = Assertion::read(&assertion).expect("a credential");
    let known = Known {
        user_handle: b"7",
        key: data,
        counter: 0,
        backup_eligible: false,
    };
    let asserted = assertion.verify(
        relying_party,
        CHALLENGE,
        UserVerification::Preferred,
        UserHandle::Optional,
        known,
    );
    assert!(asserted.is_err());
});
