//! The stored forms of passwords: our own, and those that other services made.
//!
//! One place decides which forms are known and how much work each may ask for. One absurd hash would stop the service at each
//! guess at it, so every cost has a limit here.

mod base64;
mod bcrypt;
mod phc;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::invalid::Invalid;

/// Most bytes of a stored form. The longest that is known is Firebase's, with its signer key.
const MAX_BYTES: usize = 1024;

/// Most memory that a hash may take, in bytes: three hashes of ours.
const MAX_MEMORY: u64 = 64 << 20;

/// Most bytes that a memory-hard function may write in all its passes: eight times its most memory.
const MAX_WRITTEN: u64 = 512 << 20;

/// Largest cost of bcrypt: the base-2 logarithm of its rounds.
const MAX_BCRYPT_COST: u32 = 14;

/// Most iterations of PBKDF2.
const MAX_ITERATIONS: u32 = 2_000_000;

/// Fewest bytes of a hash that is compared. A shorter one would be guessed by chance.
const MIN_OUTPUT: usize = 16;

/// Most bytes of a hash.
const MAX_OUTPUT: usize = 64;

/// Most bytes of a salt.
const MAX_SALT: usize = 128;

/// A password in its stored form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordHash {
    /// Argon2 (RFC 9106), in PHC form.
    Argon2(Argon2Hash),
    /// bcrypt, in modular-crypt form.
    Bcrypt(BcryptHash),
    /// scrypt (RFC 7914), in PHC form.
    Scrypt(ScryptHash),
    /// PBKDF2 (RFC 8018), in PHC form or in passlib's.
    Pbkdf2(Pbkdf2Hash),
    /// Firebase's scrypt, which encrypts a key of the project, in the form `$fbscrypt$v=1,n=14,r=8,p=1,ss=…,sk=…$salt$hash`.
    Firebase(FirebaseHash),
}

/// A variant of Argon2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argon2Variant {
    /// Argon2d.
    D,
    /// Argon2i.
    I,
    /// Argon2id.
    Id,
}

/// What Argon2 made of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argon2Hash {
    /// The variant.
    pub variant: Argon2Variant,
    /// The version of the algorithm: 16 or 19.
    pub version: u32,
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes of the memory.
    pub lanes: u32,
    /// The salt.
    pub salt: Vec<u8>,
    /// The hash.
    pub output: Vec<u8>,
}

/// What bcrypt made of the first 72 bytes of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BcryptHash {
    /// The base-2 logarithm of the rounds.
    pub cost: u32,
    /// The salt.
    pub salt: [u8; 16],
    /// The hash, which leaves out the last byte.
    pub output: [u8; 23],
}

/// The work of scrypt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScryptCost {
    /// The base-2 logarithm of N.
    pub log_n: u8,
    /// The size of a block, in 128 bytes.
    pub r: u32,
    /// How often it runs.
    pub p: u32,
}

/// What scrypt made of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScryptHash {
    /// The work.
    pub cost: ScryptCost,
    /// The salt.
    pub salt: Vec<u8>,
    /// The hash.
    pub output: Vec<u8>,
}

/// The function that PBKDF2 repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pbkdf2Digest {
    /// HMAC-SHA-1.
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

impl Pbkdf2Digest {
    /// The bytes of one block of output. Further blocks repeat the work and add nothing to a comparison.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

/// What PBKDF2 made of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pbkdf2Hash {
    /// The function.
    pub digest: Pbkdf2Digest,
    /// How often it is repeated.
    pub iterations: u32,
    /// The salt.
    pub salt: Vec<u8>,
    /// The first block of the hash, or less.
    pub output: Vec<u8>,
}

/// What Firebase made of a password: its project's key, encrypted by what scrypt derives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirebaseHash {
    /// The work.
    pub cost: ScryptCost,
    /// The person's salt and the project's separator.
    pub salt: Vec<u8>,
    /// The project's key.
    pub signer_key: Vec<u8>,
    /// The encrypted key.
    pub output: Vec<u8>,
}

impl PasswordHash {
    /// What takes the place of a password that is void, and what an attempt is compared with where there is no password: a hash of
    /// random bytes that were thrown away, with the work of new hashes. It is constant, because hashing at every start would cost a
    /// cold start 45 ms.
    pub const VOID: &str = "$argon2id$v=19$m=19456,t=2,p=1$gm24UKU79bkXZhoGJfygkw$CK4s6JrxB2t1TKn9GDY1o7HMgNwzzyMp3ZKnEeSIBYU";

    /// Parses the stored form `text`.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_HASH` for a form that is not known; `INVALID_HASH` for one with a mistake in it; `HASH_TOO_EXPENSIVE` for one that
    /// asks for more work than the limits allow.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.len() > MAX_BYTES {
            return Err(invalid("A password hash has at most 1024 bytes."));
        }
        let Some((kind, rest)) = text.strip_prefix('$').and_then(|text| text.split_once('$'))
        else {
            return Err(unknown());
        };
        match kind {
            "argon2d" => phc::argon2(Argon2Variant::D, rest).map(Self::Argon2),
            "argon2i" => phc::argon2(Argon2Variant::I, rest).map(Self::Argon2),
            "argon2id" => phc::argon2(Argon2Variant::Id, rest).map(Self::Argon2),
            "2a" | "2b" | "2y" => bcrypt::parse(rest).map(Self::Bcrypt),
            "scrypt" => phc::scrypt(rest).map(Self::Scrypt),
            "pbkdf2" | "pbkdf2-sha1" => phc::pbkdf2(Pbkdf2Digest::Sha1, rest).map(Self::Pbkdf2),
            "pbkdf2-sha256" => phc::pbkdf2(Pbkdf2Digest::Sha256, rest).map(Self::Pbkdf2),
            "pbkdf2-sha512" => phc::pbkdf2(Pbkdf2Digest::Sha512, rest).map(Self::Pbkdf2),
            "fbscrypt" => phc::firebase(rest).map(Self::Firebase),
            _ => Err(unknown()),
        }
    }
}

impl ScryptCost {
    /// The work, if it is within the limits.
    fn within_limits(log_n: u32, r: u32, p: u32) -> Result<Self, Invalid> {
        // RFC 7914, section 6: N is less than 2^(128 * r / 8), and all of them are above zero.
        let possible = log_n >= 1 && r >= 1 && p >= 1 && u64::from(log_n) < 16 * u64::from(r);
        let cost = u8::try_from(log_n).ok().filter(|_| possible);
        let log_n = cost.ok_or_else(|| invalid("These parameters of scrypt are impossible."))?;
        let memory = 1u64
            .checked_shl(log_n.into())
            .and_then(|n| n.checked_mul(128 * u64::from(r)));
        let within = memory.filter(|memory| log_n < 64 && *memory <= MAX_MEMORY);
        let written = within.and_then(|memory| memory.checked_mul(p.into()));
        match written {
            Some(written) if written <= MAX_WRITTEN => Ok(Self { log_n, r, p }),
            _ => Err(expensive(
                "scrypt may take 64 MiB, and 512 MiB in all its runs.",
            )),
        }
    }
}

fn unknown() -> Invalid {
    let known = "Known are $argon2id$, $argon2i$, $argon2d$, $2a$, $2b$, $2y$, $scrypt$, $pbkdf2$, $pbkdf2-sha1$, \
                 $pbkdf2-sha256$, $pbkdf2-sha512$ and $fbscrypt$.";
    Invalid::new(
        "UNKNOWN_HASH",
        format!("The form of this password hash is not known. {known}"),
    )
}

fn invalid(detail: impl Into<Cow<'static, str>>) -> Invalid {
    Invalid::new("INVALID_HASH", detail)
}

fn expensive(detail: &'static str) -> Invalid {
    Invalid::new("HASH_TOO_EXPENSIVE", detail)
}
