//! Any bytes, and right ones with one of them changed.

use proptest::prelude::*;
use serde_json::json;

use crate::encode;
use crate::webauthn::authenticator::{Authenticator, CHALLENGE, HANDLE, ORIGIN};
use crate::webauthn::{Assertion, Known, Registration, RelyingParty, UserHandle, UserVerification};

fn accepted_assertion(credential: &serde_json::Value, key: &[u8]) -> bool {
    let Ok(assertion) = Assertion::read(credential) else {
        return false;
    };
    let known = Known {
        user_handle: HANDLE,
        key,
        counter: 0,
        backup_eligible: false,
    };
    let verified = assertion.verify(
        relying_party(&[ORIGIN.to_owned()]),
        CHALLENGE,
        UserVerification::Required,
        UserHandle::Required,
        known,
    );
    verified.is_ok()
}

fn relying_party(origins: &[String]) -> RelyingParty<'_> {
    RelyingParty {
        id: "example.com",
        origins,
    }
}

fn changed(credential: &serde_json::Value, part: &str, place: usize, bit: u8) -> serde_json::Value {
    let mut credential = credential.clone();
    let text = credential["response"][part].as_str().unwrap();
    let mut bytes = crate::decode(text).unwrap();
    let place = place % bytes.len();
    bytes[place] ^= 1 << bit;
    credential["response"][part] = json!(encode(&bytes));
    credential
}

proptest! {
    #[test]
    fn a_registration_of_any_bytes_is_answered(
        object in prop::collection::vec(any::<u8>(), 0..600),
        client in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let authenticator = Authenticator::new("webauthn.create");
        let mut credential = authenticator.registration(authenticator.registration_data());
        for client in [None, Some(client)] {
            credential["response"]["attestationObject"] = json!(encode(&object));
            if let Some(client) = client {
                credential["response"]["clientDataJSON"] = json!(encode(&client));
            }
            let registered = Registration::read(&credential).unwrap().verify(
                relying_party(&[ORIGIN.to_owned()]),
                CHALLENGE,
                UserVerification::Required,
            );
            prop_assert!(registered.is_err());
        }
    }

    #[test]
    fn authenticator_data_of_any_bytes_is_answered(data in prop::collection::vec(any::<u8>(), 0..400)) {
        let authenticator = Authenticator::new("webauthn.create");
        let credential = authenticator.registration(data);
        let registered = Registration::read(&credential).unwrap().verify(
            relying_party(&[ORIGIN.to_owned()]),
            CHALLENGE,
            UserVerification::Required,
        );
        prop_assert!(registered.is_err());
    }

    #[test]
    fn no_bit_of_an_assertion_can_be_changed(place in any::<usize>(), bit in 0..8_u8) {
        let authenticator = Authenticator::new("webauthn.get");
        let (key, credential) = (authenticator.public_key(), authenticator.assertion());
        prop_assert!(accepted_assertion(&credential, &key));
        for part in ["clientDataJSON", "authenticatorData", "signature", "userHandle"] {
            let credential = changed(&credential, part, place, bit);
            prop_assert!(!accepted_assertion(&credential, &key), "{part}");
        }
    }
}
