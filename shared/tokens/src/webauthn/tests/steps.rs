//! Every step of sections 7.1 and 7.2, broken once.

use serde_json::{Value, json};

use crate::encode;
use crate::webauthn::authenticator::{Authenticator, CHALLENGE, HANDLE, ORIGIN};
use crate::webauthn::{
    Asserted, Assertion, Known, Registered, Registration, Rejected, RelyingParty, UserHandle,
    UserVerification,
};

type Break = fn(&mut Authenticator);

fn relying_party(origins: &[String]) -> RelyingParty<'_> {
    RelyingParty {
        id: "example.com",
        origins,
    }
}

fn register(credential: &Value) -> Result<Registered, Rejected> {
    Registration::read(credential)?.verify(
        relying_party(&[ORIGIN.to_owned()]),
        CHALLENGE,
        UserVerification::Required,
    )
}

/// What both ceremonies refuse.
const BOTH: [(Rejected, Break); 13] = [
    (Rejected::Type, |it| {
        it.client["type"] = json!("payment.get");
    }),
    (Rejected::Challenge, |it| {
        it.client["challenge"] = json!(encode(b"another challenge"));
    }),
    (Rejected::Challenge, |it| it.client["challenge"] = json!("")),
    (Rejected::Origin, |it| {
        it.client["origin"] = json!("https://accounts.example.com.evil.example");
    }),
    (Rejected::Origin, |it| {
        it.client["origin"] = json!("http://accounts.example.com");
    }),
    (Rejected::CrossOrigin, |it| {
        it.client["crossOrigin"] = json!(true);
    }),
    (Rejected::CrossOrigin, |it| {
        it.client["topOrigin"] = json!(ORIGIN);
    }),
    (Rejected::RelyingParty, |it| {
        it.relying_party = "example.org";
    }),
    (Rejected::UserPresence, |it| it.flags = 0b100),
    (Rejected::UserVerification, |it| it.flags = 0b001),
    (Rejected::Backup, |it| it.flags = 0b1_0101),
    (Rejected::Malformed("authenticatorData"), |it| {
        it.tail = vec![0xa0]; // more than the flags say
    }),
    (Rejected::Malformed("clientDataJSON"), |it| {
        it.client = json!(["webauthn.create", encode(CHALLENGE), ORIGIN]);
    }),
];

#[test]
fn each_step_of_a_registration_refuses() {
    let kind = "webauthn.create";
    let own: [(Rejected, Break); 6] = [
        (Rejected::Type, |it| {
            it.client["type"] = json!("webauthn.get");
        }),
        (Rejected::Algorithm, |it| it.algorithm = -35),
        (Rejected::Algorithm, |it| it.algorithm = -257),
        (Rejected::CredentialId, |it| it.id = vec![1; 1024]),
        (Rejected::CredentialId, |it| it.id = Vec::new()),
        (Rejected::Malformed("authenticatorData"), |it| {
            it.flags |= 1 << 7;
        }),
    ];
    let right = Authenticator::new(kind);
    let registered = register(&right.registration(right.registration_data())).unwrap();
    assert_eq!(registered.id, right.id);
    assert_eq!(registered.key, right.public_key());
    for (place, (expected, wrong)) in BOTH.iter().chain(&own).enumerate() {
        let mut authenticator = Authenticator::new(kind);
        wrong(&mut authenticator);
        let credential = authenticator.registration(authenticator.registration_data());
        assert_eq!(register(&credential), Err(*expected), "{place}");
    }
    // The id in the credential is not the one that the authenticator made.
    let (one, mut other) = (Authenticator::new(kind), Authenticator::new(kind));
    let data = one.registration_data();
    assert_eq!(
        register(&other.registration(data.clone())),
        Err(Rejected::CredentialId)
    );
    other.id = one.id.clone();
    assert!(register(&other.registration(data.clone())).is_ok());
    // Any part of the authenticator data that is missing.
    for length in 0..data.len() {
        let cut = register(&one.registration(data[..length].to_vec()));
        assert_eq!(
            cut,
            Err(Rejected::Malformed("authenticatorData")),
            "{length}"
        );
    }
}

#[test]
fn a_key_that_is_not_on_the_curve_is_refused() {
    let authenticator = Authenticator::new("webauthn.create");
    let mut data = authenticator.registration_data();
    *data.last_mut().unwrap() ^= 1;
    let refused = register(&authenticator.registration(data));
    assert_eq!(refused, Err(Rejected::Algorithm));
}

struct Use {
    counter: u32,
    backup_eligible: bool,
    handle: UserHandle,
}

const FIRST_USE: Use = Use {
    counter: 0,
    backup_eligible: false,
    handle: UserHandle::Required,
};

fn assert(authenticator: &Authenticator, earlier: &Use) -> Result<Asserted, Rejected> {
    Assertion::read(&authenticator.assertion())?.verify(
        relying_party(&[ORIGIN.to_owned()]),
        CHALLENGE,
        UserVerification::Required,
        earlier.handle,
        Known {
            user_handle: HANDLE,
            key: &authenticator.public_key(),
            counter: earlier.counter,
            backup_eligible: earlier.backup_eligible,
        },
    )
}

#[test]
fn each_step_of_an_assertion_refuses() {
    let kind = "webauthn.get";
    let own: [(Rejected, Break); 4] = [
        (Rejected::Type, |it| {
            it.client["type"] = json!("webauthn.create");
        }),
        (Rejected::UserHandle, |it| it.user_handle = Some(vec![0; 8])),
        (Rejected::UserHandle, |it| it.user_handle = None),
        (Rejected::BackupEligibility, |it| it.flags |= 1 << 3),
    ];
    let right = assert(&Authenticator::new(kind), &FIRST_USE).unwrap();
    assert!(right.user_verified && !right.backed_up);
    for (place, (expected, wrong)) in BOTH.iter().chain(&own).enumerate() {
        let mut authenticator = Authenticator::new(kind);
        wrong(&mut authenticator);
        assert_eq!(
            assert(&authenticator, &FIRST_USE),
            Err(*expected),
            "{place}"
        );
    }
    let (mut one, other) = (Authenticator::new(kind), Authenticator::new(kind));
    let signed_by_another = Assertion::read(&one.assertion()).unwrap().verify(
        relying_party(&[ORIGIN.to_owned()]),
        CHALLENGE,
        UserVerification::Required,
        UserHandle::Required,
        Known {
            user_handle: HANDLE,
            key: &other.public_key(),
            counter: 0,
            backup_eligible: false,
        },
    );
    assert_eq!(signed_by_another, Err(Rejected::Signature));
    let known_person = Use {
        handle: UserHandle::Optional,
        ..FIRST_USE
    };
    one.user_handle = None;
    assert!(assert(&one, &known_person).is_ok());
    one.user_handle = Some(vec![0; 8]);
    assert_eq!(assert(&one, &known_person), Err(Rejected::UserHandle));
}

#[test]
fn a_counter_has_to_rise_where_there_is_one() {
    for (before, now, backup_eligible, accepted) in [
        (0, 0, false, true),
        (0, 1, false, true),
        (1, 2, false, true),
        (1, 0, false, true),
        (1, 1, false, false),
        (2, 1, false, false),
        (2, 1, true, true),
    ] {
        let mut authenticator = Authenticator::new("webauthn.get");
        authenticator.counter = now;
        authenticator.flags |= u8::from(backup_eligible) << 3;
        let earlier = Use {
            counter: before,
            backup_eligible,
            ..FIRST_USE
        };
        let expected = if accepted {
            Ok(now)
        } else {
            Err(Rejected::Counter)
        };
        let asserted = assert(&authenticator, &earlier).map(|asserted| asserted.counter);
        assert_eq!(asserted, expected, "{before} {now} {backup_eligible}");
    }
}

#[test]
fn a_credential_that_is_none_is_malformed() {
    let right = Authenticator::new("webauthn.get").assertion();
    assert!(Assertion::read(&right).is_ok());
    for (pointer, value) in [
        ("", json!([])),
        ("", Value::Null),
        ("/id", json!("AAAA")),
        ("/id", json!("not base64url!")),
        ("/rawId", Value::Null),
        ("/type", json!("password")),
        ("/response", json!([])),
        ("/response/signature", json!(7)),
        ("/response/clientDataJSON", json!("AAAA=")),
        ("/response/userHandle", json!("+")),
    ] {
        let mut credential = right.clone();
        *credential.pointer_mut(pointer).unwrap() = value;
        let read = Assertion::read(&credential).map(|_| ());
        assert_eq!(
            read,
            Err(Rejected::Malformed("the credential")),
            "{pointer}"
        );
    }
}
