use zeroize::Zeroizing;

use super::*;
use crate::SecretVersions;

const PURPOSES: [Purpose; 3] = [Purpose::Invitation, Purpose::Verification, Purpose::Reset];
const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn keys(current: &str, previous: Option<&str>) -> LinkKeys {
    let secret = |value: &str| Zeroizing::new(value.to_owned());
    let secret = SecretVersions {
        current: secret(current),
        previous: previous.map(secret),
    };
    LinkKeys::derive(&secret).unwrap()
}

fn link(purpose: Purpose) -> Link {
    Link {
        purpose,
        account: 42,
        user: 9_007_199_254_740_991,
        expires_at: Timestamp::from_seconds(1_780_396_200),
        nonce: [0xA5; 16],
    }
}

fn opens(token: &str, keys: &LinkKeys) -> bool {
    let mut purposes = PURPOSES.into_iter();
    purposes.any(|purpose| keys.open(token, purpose).is_some())
}

#[test]
fn a_link_opens_for_its_own_purpose_alone_and_says_what_it_said() {
    let keys = keys("current", None);
    for made in PURPOSES {
        let token = keys.seal(&link(made));
        assert_eq!(token.len(), 98);
        for wanted in PURPOSES {
            let expected = (made == wanted).then(|| link(made));
            assert_eq!(keys.open(&token, wanted), expected, "{made:?}");
        }
    }
}

#[test]
fn the_same_link_has_the_same_token() {
    let one = keys("current", None).seal(&link(Purpose::Reset));
    let other = keys("current", Some("previous")).seal(&link(Purpose::Reset));
    assert_eq!(one, other);
}

#[test]
fn no_bit_of_a_token_can_be_another() {
    let keys = keys("current", Some("previous"));
    let bytes = decode(&keys.seal(&link(Purpose::Invitation))).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut forged = bytes.clone();
        forged[bit / 8] ^= 1 << (bit % 8);
        assert!(!opens(&encode(&forged), &keys), "bit {bit}");
    }
}

#[test]
fn no_character_of_a_token_can_be_another() {
    let keys = keys("current", None);
    let token = keys.seal(&link(Purpose::Invitation));
    for place in 0..token.len() {
        // The lower four bits of the last character carry no data, and only one encoding of them is accepted.
        let spellings = ALPHABET.chars().filter(|other| {
            let mut spelling = token.clone();
            spelling.replace_range(place..=place, &other.to_string());
            opens(&spelling, &keys)
        });
        assert_eq!(spellings.count(), 1, "character {place}");
    }
}

#[test]
fn a_token_that_is_cut_or_extended_is_refused() {
    let keys = keys("current", None);
    let token = keys.seal(&link(Purpose::Reset));
    for length in 0..token.len() {
        assert!(!opens(&token[..length], &keys), "{length}");
    }
    for more in ["A", "AA", "AAAA", "=", "==", "\n", " ", "."] {
        assert!(!opens(&format!("{token}{more}"), &keys), "{more:?}");
        assert!(!opens(&format!("{more}{token}"), &keys), "{more:?}");
    }
}

#[test]
fn a_token_in_the_other_base64_alphabet_is_refused() {
    let keys = keys("current", None);
    let token = keys.seal(&link(Purpose::Reset));
    let standard = token.replace('-', "+").replace('_', "/");
    assert!(standard != token && !opens(&standard, &keys));
}

#[test]
fn the_key_before_still_opens_and_one_older_does_not() {
    let token = keys("first", None).seal(&link(Purpose::Verification));
    assert!(opens(&token, &keys("second", Some("first"))));
    assert!(!opens(&token, &keys("third", Some("second"))));
}

#[test]
fn a_token_under_another_secret_is_refused() {
    let token = keys("theirs", None).seal(&link(Purpose::Reset));
    assert!(!opens(&token, &keys("ours", None)));
}
