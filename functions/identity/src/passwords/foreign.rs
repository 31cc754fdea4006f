//! Comparison with hashes that other services made.
//!
//! Most of them hashed the text as it was typed, some its normal form, so both are tried if they differ.

use std::num::NonZeroU32;

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::pbkdf2;
use shared::model::{
    Argon2Hash, Argon2Variant, BcryptHash, FirebaseHash, PasswordAttempt, PasswordHash,
    Pbkdf2Digest, Pbkdf2Hash, ScryptCost, ScryptHash, Secret,
};
use subtle::ConstantTimeEq as _;

/// bcrypt ignores what follows.
const BCRYPT_BYTES: usize = 72;

/// Whether `attempt` is the password behind `hash`. An empty attempt never is: an attempt that is too long to be a password of ours
/// is empty too.
pub(super) fn matches(hash: &PasswordHash, attempt: &PasswordAttempt) -> bool {
    let (typed, normal) = (attempt.expose_typed(), attempt.expose());
    let right = derives(hash, typed) || (!attempt.is_normal() && derives(hash, normal));
    right && !normal.is_empty()
}

fn derives(hash: &PasswordHash, password: &[u8]) -> bool {
    match hash {
        PasswordHash::Argon2(hash) => argon2(hash, password),
        PasswordHash::Bcrypt(hash) => bcrypt(hash, password),
        PasswordHash::Scrypt(hash) => scrypt(hash, password),
        PasswordHash::Pbkdf2(hash) => pbkdf2(hash, password),
        PasswordHash::Firebase(hash) => firebase(hash, password).unwrap_or(false),
    }
}

fn argon2(hash: &Argon2Hash, password: &[u8]) -> bool {
    let algorithm = match hash.variant {
        Argon2Variant::D => Algorithm::Argon2d,
        Argon2Variant::I => Algorithm::Argon2i,
        Argon2Variant::Id => Algorithm::Argon2id,
    };
    let version = if hash.version == 16 {
        Version::V0x10
    } else {
        Version::V0x13
    };
    let length = Some(hash.output.len());
    let Ok(params) = Params::new(hash.memory_kib, hash.passes, hash.lanes, length) else {
        return false;
    };
    let mut output = vec![0; hash.output.len()];
    let argon2 = Argon2::new(algorithm, version, params);
    let derived = argon2.hash_password_into(password, &hash.salt, &mut output);
    derived.is_ok() && output.ct_eq(&hash.output).into()
}

/// bcrypt repeats the password with a zero byte at its end, so a password with one inside could equal a shorter one: it is wrong.
fn bcrypt(hash: &BcryptHash, password: &[u8]) -> bool {
    let ended = Secret::new([password, &[0]].concat());
    let key = &ended.expose()[..ended.expose().len().min(BCRYPT_BYTES)];
    let output = bcrypt::bcrypt(hash.cost, hash.salt, key);
    let same: bool = output[..hash.output.len()].ct_eq(&hash.output).into();
    same && !password.contains(&0)
}

fn scrypt(hash: &ScryptHash, password: &[u8]) -> bool {
    let mut output = vec![0; hash.output.len()];
    derive(hash.cost, &hash.salt, password, &mut output) && output.ct_eq(&hash.output).into()
}

fn derive(cost: ScryptCost, salt: &[u8], password: &[u8], output: &mut [u8]) -> bool {
    scrypt::Params::new(cost.log_n, cost.r, cost.p)
        .is_ok_and(|params| scrypt::scrypt(password, salt, &params, output).is_ok())
}

fn pbkdf2(hash: &Pbkdf2Hash, password: &[u8]) -> bool {
    let algorithm = match hash.digest {
        Pbkdf2Digest::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
        Pbkdf2Digest::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
        Pbkdf2Digest::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
    };
    let iterations = NonZeroU32::new(hash.iterations);
    iterations.is_some_and(|iterations| {
        pbkdf2::verify(algorithm, iterations, &hash.salt, password, &hash.output).is_ok()
    })
}

/// Firebase encrypts its project's key in counter mode, from zero, with the first half of what scrypt derives.
fn firebase(hash: &FirebaseHash, password: &[u8]) -> Option<bool> {
    let mut derived = [0; 64];
    derive(hash.cost, &hash.salt, password, &mut derived).then_some(())?;
    let key = UnboundCipherKey::new(&AES_256, &derived[..32]).ok()?;
    let key = EncryptingKey::ctr(key).ok()?;
    let mut encrypted = hash.signer_key.clone();
    let start = EncryptionContext::Iv128(FixedLength::from([0; 16]));
    key.less_safe_encrypt(&mut encrypted, start).ok()?;
    Some(encrypted.ct_eq(&hash.output).into())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::super::{Ours, Passwords};
    use super::*;

    #[derive(Deserialize)]
    struct Made {
        by: String,
        password: String,
        hash: String,
    }

    fn made() -> Vec<Made> {
        let made = include_str!("../../../../tests/data/password-hashes/hashes.json");
        serde_json::from_str(made).unwrap()
    }

    fn right(hash: &str, attempt: &str) -> bool {
        matches(
            &PasswordHash::parse(hash).expect(hash),
            &PasswordAttempt::new(attempt),
        )
    }

    #[test]
    fn a_hash_of_another_library_has_one_password() {
        for Made { by, password, hash } in made() {
            assert!(right(&hash, &password), "{by}: {hash}");
            let other = password.replacen('e', "E", 1).replacen("ma", "mA", 1);
            assert_ne!(other, password);
            for wrong in ["", &other, &password[1..], &format!("!{password}")] {
                assert!(!right(&hash, wrong), "{by}: {hash}: {wrong}");
            }
        }
    }

    #[test]
    fn bcrypt_sees_72_bytes_and_no_zero_byte() {
        let long = made().into_iter().find(|made| made.password.len() > 72);
        let Made { password, hash, .. } = long.unwrap();
        assert!(right(&hash, &format!("{}!", &password[..72])));
        assert!(!right(&hash, &password[..71]));
        let short = made()
            .into_iter()
            .find(|made| made.hash.starts_with("$2b$10$"));
        let Made { password, hash, .. } = short.unwrap();
        // The bytes that bcrypt would repeat are the same.
        assert!(!right(&hash, &format!("{password}\0{password}")));
    }

    #[test]
    fn an_empty_attempt_is_never_right() {
        let salt = b"saltsaltsaltsalt";
        let mut output = [0; 32];
        let one = NonZeroU32::MIN;
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, one, salt, b"", &mut output);
        let of_nothing = PasswordHash::Pbkdf2(Pbkdf2Hash {
            digest: Pbkdf2Digest::Sha256,
            iterations: 1,
            salt: salt.to_vec(),
            output: output.to_vec(),
        });
        for attempt in ["", &"a".repeat(129)] {
            assert!(!matches(&of_nothing, &PasswordAttempt::new(attempt)));
        }
    }

    #[test]
    fn a_wrong_attempt_takes_as_many_runs_of_our_function_at_any_hash() {
        let argon2 = Passwords::new().unwrap().argon2;
        let runs = |attempt: &str, hash: &str| {
            let mut ours = Ours::new(&argon2);
            let right = super::super::matches(&mut ours, &PasswordAttempt::new(attempt), hash);
            assert!(!right, "{hash}");
            ours.runs
        };
        // As it is typed, the second one is another text than in normal form.
        for (attempt, expected) in [("not the password", 1), ("not the \u{fb01}rst password", 2)] {
            assert_eq!(runs(attempt, PasswordHash::VOID), expected);
            for Made { by, hash, .. } in made() {
                assert_eq!(runs(attempt, &hash), expected, "{by}: {hash}");
            }
        }
    }

    #[test]
    fn an_empty_attempt_is_wrong_at_a_hash_of_nothing_with_our_parameters() {
        let argon2 = Passwords::new().unwrap().argon2;
        let of_nothing = super::super::hashed(&argon2, b"").unwrap();
        for attempt in ["", &"a".repeat(129)] {
            let attempt = PasswordAttempt::new(attempt);
            let mut ours = Ours::new(&argon2);
            assert!(!super::super::matches(&mut ours, &attempt, &of_nothing));
        }
    }
}
