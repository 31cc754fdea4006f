use proptest::prelude::*;

use super::*;

/// One hash of each form, with the salt `saltsaltsaltsalt` where it can be chosen.
const KNOWN: [&str; 12] = [
    PasswordHash::VOID,
    "$argon2i$v=19$m=4096,t=3,p=1$c2FsdHNhbHRzYWx0$nMnYjCGxKAqKRZz0vyeFYv/3TG6xlcNiH2yV1oZjmYg",
    "$argon2d$m=64,t=1,p=8$c2FsdHNhbHQ$nMnYjCGxKAqKRZz0vyeFYv/3TG6xlcNiH2yV1oZjmYg",
    "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
    "$2b$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
    "$2y$14$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
    "$scrypt$ln=16,r=8,p=1$c2FsdHNhbHRzYWx0$nMnYjCGxKAqKRZz0vyeFYv/3TG6xlcNiH2yV1oZjmYg",
    "$pbkdf2$131000$c2FsdA$nMnYjCGxKAqKRZz0vyeFYv.3TG4",
    "$pbkdf2-sha1$i=1,l=20$c2FsdA$nMnYjCGxKAqKRZz0vyeFYv/3TG4",
    "$pbkdf2-sha256$i=2000000$c2FsdA==$nMnYjCGxKAqKRZz0vyeFYv/3TG6xlcNiH2yV1oZjmYg=",
    "$pbkdf2-sha512$25000$c2FsdA$nMnYjCGxKAqKRZz0vyeFYv.3TG6xlcNiH2yV1oZjmYg",
    "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==$c2FsdA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
];

fn code(text: &str) -> &'static str {
    PasswordHash::parse(text).expect_err(text).code
}

#[test]
fn every_known_form_is_read() {
    for text in KNOWN {
        assert!(PasswordHash::parse(text).is_ok(), "{text}");
    }
    let PasswordHash::Firebase(hash) = PasswordHash::parse(KNOWN[11]).unwrap() else {
        panic!("Firebase's");
    };
    assert_eq!(hash.salt, b"salt\x07");
}

#[test]
fn only_the_first_block_of_pbkdf2_is_kept() {
    let text = "$pbkdf2-sha1$i=5,l=64$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let PasswordHash::Pbkdf2(hash) = PasswordHash::parse(text).unwrap() else {
        panic!("PBKDF2");
    };
    assert_eq!(hash.output, [0; 20]);
}

#[test]
fn other_forms_are_refused() {
    for text in [
        "",
        "$",
        "plain",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "{SSHA}nMnYjCGxKAqKRZz0vyeFYv",
        "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
        "$2x$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
        "$6$salt$hash",
        "$7$C6..../....",
        "pbkdf2_sha256$260000$salt$hash",
        "$Argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$nMnYjCGxKAqKRZz0vyeFYg",
    ] {
        assert_eq!(code(text), "UNKNOWN_HASH", "{text}");
    }
}

#[test]
fn a_mistake_in_a_known_form_is_refused() {
    for text in [
        "$2a$1$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
        "$2a$03$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
        "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhW",
        "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhW!",
        "$2a$10$äöüäöüäöüäöüäöüäöüäöüäöüäöüäöü",
        "$argon2id$v=18$m=64,t=1,p=1$c2FsdHNhbHQ$nMnYjCGxKAqKRZz0vyeFYg",
        "$argon2id$v=19$m=64,t=1$c2FsdHNhbHQ$nMnYjCGxKAqKRZz0vyeFYg",
        "$argon2id$v=19$m=64,m=64,t=1,p=1$c2FsdHNhbHQ$nMnYjCGxKAqKRZz0vyeFYg",
        "$argon2id$v=19$m=64,t=1,p=1,keyid=AA$c2FsdHNhbHQ$nMnYjCGxKAqKRZz0vyeFYg",
        "$argon2id$v=19$m=7,t=1,p=1$c2FsdHNhbHQ$nMnYjCGxKAqKRZz0vyeFYg",
        "$argon2id$v=19$m=64,t=0,p=1$c2FsdHNhbHQ$nMnYjCGxKAqKRZz0vyeFYg",
        "$argon2id$v=19$m=064,t=1,p=1$c2FsdHNhbHQ$nMnYjCGxKAqKRZz0vyeFYg",
        "$argon2id$v=19$m=64,t=1,p=1$c2FsdA$nMnYjCGxKAqKRZz0vyeFYg",
        "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$nMnYjCGxKAqKRZz0vyeF",
        "$scrypt$ln=0,r=8,p=1$c2FsdA$nMnYjCGxKAqKRZz0vyeFYg",
        "$scrypt$ln=16,r=1,p=1$c2FsdA$nMnYjCGxKAqKRZz0vyeFYg",
        "$scrypt$ln=14,r=8,p=1$$nMnYjCGxKAqKRZz0vyeFYg",
        "$pbkdf2-sha256$0$c2FsdA$nMnYjCGxKAqKRZz0vyeFYg",
        "$pbkdf2-sha256$i=5,l=17$c2FsdA$nMnYjCGxKAqKRZz0vyeFYg",
        "$pbkdf2-sha256$5$c2FsdA$nMnYjCGxKAqKRZz0vyeFYg$",
        "$fbscrypt$v=1,n=14,r=8,p=1$c2FsdA$nMnYjCGxKAqKRZz0vyeFYg",
    ] {
        assert_eq!(code(text), "INVALID_HASH", "{text}");
    }
    assert_eq!(code(&format!("$2b${}", "a".repeat(1024))), "INVALID_HASH");
}

#[test]
fn no_hash_asks_for_more_work_than_the_limits() {
    let hash = "$c2FsdHNhbHQ$nMnYjCGxKAqKRZz0vyeFYg";
    for (most, more) in [
        (
            "$argon2id$v=19$m=65536,t=8,p=1",
            "$argon2id$v=19$m=65537,t=1,p=1",
        ),
        (
            "$argon2id$v=19$m=65536,t=8,p=16",
            "$argon2id$v=19$m=65536,t=9,p=1",
        ),
        (
            "$argon2id$v=19$m=4096,t=128,p=16",
            "$argon2id$v=19$m=4096,t=1,p=17",
        ),
        (
            "$argon2i$m=8,t=65536,p=1",
            "$argon2i$m=4294967295,t=4294967295,p=1",
        ),
        ("$scrypt$ln=16,r=8,p=8", "$scrypt$ln=17,r=8,p=1"),
        ("$scrypt$ln=12,r=128,p=1", "$scrypt$ln=16,r=8,p=9"),
        (
            "$scrypt$ln=1,r=262144,p=1",
            "$scrypt$ln=255,r=4294967295,p=4294967295",
        ),
        ("$pbkdf2-sha1$2000000", "$pbkdf2-sha1$2000001"),
        ("$pbkdf2-sha512$i=2000000", "$pbkdf2-sha512$i=4294967295"),
    ] {
        let parsed = PasswordHash::parse(&format!("{most}{hash}"));
        assert!(parsed.is_ok(), "{most}");
        assert_eq!(
            code(&format!("{more}{hash}")),
            "HASH_TOO_EXPENSIVE",
            "{more}"
        );
    }
    for cost in 15..=99 {
        let text = format!("$2b${cost}$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy");
        assert_eq!(code(&text), "HASH_TOO_EXPENSIVE", "{text}");
    }
}

/// The limits once more, from the parsed form.
fn affordable(hash: &PasswordHash) -> bool {
    let scrypt = |cost: &ScryptCost| {
        let memory = (128u64 << cost.log_n) * u64::from(cost.r);
        memory <= 64 << 20 && memory * u64::from(cost.p) <= 512 << 20
    };
    match hash {
        PasswordHash::Argon2(hash) => {
            let memory = u64::from(hash.memory_kib) << 10;
            memory <= 64 << 20 && memory * u64::from(hash.passes) <= 512 << 20
        }
        PasswordHash::Bcrypt(hash) => hash.cost <= 14,
        PasswordHash::Scrypt(hash) => scrypt(&hash.cost),
        PasswordHash::Firebase(hash) => scrypt(&hash.cost),
        PasswordHash::Pbkdf2(hash) => hash.iterations <= 2_000_000,
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = PasswordHash::parse(&text);
    }

    #[test]
    fn a_changed_form_is_refused_or_within_the_limits(
        known in 0..KNOWN.len(), place in 0usize..120, put in "[$=,a-z0-9./+]{0,3}", cut in 0usize..4,
    ) {
        let mut text = KNOWN[known].to_owned();
        let from = place.min(text.len());
        let to = (from + cut).min(text.len());
        text.replace_range(from..to, &put);
        if let Ok(hash) = PasswordHash::parse(&text) {
            prop_assert!(affordable(&hash), "{}", text);
        }
    }
}
