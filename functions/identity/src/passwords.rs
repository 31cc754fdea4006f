//! Argon2id (RFC 9106) with OWASP's parameters, off the async thread, one at a time in a function. Hashes of other services are
//! compared by their own functions, and replaced by ours at the first sign-in.

mod foreign;

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use shared::model::{Argon2Hash, Argon2Variant, Error, Password, PasswordAttempt, PasswordHash};
use tokio::sync::Semaphore;

/// OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Bytes of our hashes.
const OUTPUT: usize = 32;

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Passwords {
    argon2: Argon2<'static>,
    turn: Arc<Semaphore>,
}

impl Passwords {
    pub(crate) fn new() -> Result<Self, shared::runtime::Error> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Ok(Self {
            argon2,
            turn: Arc::new(Semaphore::new(1)),
        })
    }

    /// The hash of `password` in PHC form, with the parameters in it.
    pub(crate) async fn hash(&self, password: Password) -> Result<String, Error> {
        self.work(move |argon2| hashed(argon2, password.expose()))
            .await?
            .map_err(Error::internal)
    }

    /// Whether `attempt` is the password behind `hash`. Without a hash it never is, and takes the same work.
    pub(crate) async fn verify(
        &self,
        attempt: PasswordAttempt,
        hash: Option<&str>,
    ) -> Result<bool, Error> {
        let known = hash.is_some();
        let hash = hash.unwrap_or(PasswordHash::VOID).to_owned();
        let matches = self
            .work(move |argon2| matches(&mut Ours::new(argon2), &attempt, &hash))
            .await?;
        Ok(known && matches)
    }

    /// The hash of the right `attempt` anew, if `hash` is not one of today's: made by another service, or with other parameters.
    pub(crate) async fn renew(
        &self,
        attempt: PasswordAttempt,
        hash: &str,
    ) -> Result<Option<String>, Error> {
        if PasswordHash::parse(hash).is_ok_and(|hash| is_ours(&hash)) {
            if attempt.is_normal() {
                return Ok(None);
            }
            // Another service may have hashed the text as it was typed, with our parameters.
            let (attempt, hash) = (attempt.clone(), hash.to_owned());
            let normal =
                self.work(move |argon2| Ours::new(argon2).verifies(attempt.expose(), &hash));
            if normal.await? {
                return Ok(None);
            }
        }
        let hash = self.work(move |argon2| hashed(argon2, attempt.expose()));
        hash.await?.map(Some).map_err(Error::internal)
    }

    async fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Argon2<'static>) -> T + Send + 'static,
    ) -> Result<T, Error> {
        // Without a word of whose: a test counts these, since their number must tell nothing.
        tracing::trace!(target: "identity::passwords", "hash run");
        let _turn = self.turn.acquire().await.map_err(Error::internal)?;
        let argon2 = self.argon2.clone();
        tokio::task::spawn_blocking(move || job(&argon2))
            .await
            .map_err(Error::internal)
    }
}

/// Whether `attempt` is the password behind `hash`. A wrong attempt at a hash of another service takes the work of that hash and
/// then as much as one at ours. So it is never refused faster.
fn matches(ours: &mut Ours<'_>, attempt: &PasswordAttempt, hash: &str) -> bool {
    match PasswordHash::parse(hash) {
        Ok(parsed) if is_ours(&parsed) => ours.matches(attempt, hash),
        Ok(parsed) if foreign::matches(&parsed, attempt) => true,
        _ => {
            ours.matches(attempt, PasswordHash::VOID);
            false
        }
    }
}

/// Comparison with our own hashes.
struct Ours<'a> {
    argon2: &'a Argon2<'static>,
    /// How often the function ran.
    runs: usize,
}

impl<'a> Ours<'a> {
    fn new(argon2: &'a Argon2<'static>) -> Self {
        Self { argon2, runs: 0 }
    }

    /// Another service may have hashed the text as it was typed, with our parameters, so both forms are tried if they differ. An
    /// empty attempt is never right.
    fn matches(&mut self, attempt: &PasswordAttempt, hash: &str) -> bool {
        let right = self.verifies(attempt.expose(), hash)
            || (!attempt.is_normal() && self.verifies(attempt.expose_typed(), hash));
        right && !attempt.expose().is_empty()
    }

    fn verifies(&mut self, password: &[u8], hash: &str) -> bool {
        self.runs += 1;
        Phc::new(hash).is_ok_and(|hash| self.argon2.verify_password(password, &hash).is_ok())
    }
}

fn is_ours(hash: &PasswordHash) -> bool {
    matches!(
        hash,
        PasswordHash::Argon2(Argon2Hash {
            variant: Argon2Variant::Id,
            version: 19,
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            lanes: LANES,
            output,
            ..
        }) if output.len() == OUTPUT
    )
}

fn hashed(argon2: &Argon2<'_>, password: &[u8]) -> Result<String, String> {
    let hash = argon2.hash_password(password);
    hash.map(|hash| hash.to_string())
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So comparing with it takes the same work as comparing with a new hash.
    #[test]
    fn the_void_hash_has_the_parameters_of_new_hashes() {
        let passwords = Passwords::new().unwrap();
        let new = hashed(&passwords.argon2, b"a good password").unwrap();
        let parameters = |hash: &str| {
            let hash = Phc::new(hash).unwrap();
            let length = |part: Option<usize>| part.unwrap();
            let salt = length(hash.salt.as_ref().map(|salt| salt.to_string().len()));
            let output = length(hash.hash.as_ref().map(|output| output.as_bytes().len()));
            let numbers = ["m", "t", "p"].map(|name| hash.params.get_decimal(name).unwrap());
            let algorithm = (hash.algorithm.to_string(), hash.version);
            (algorithm, numbers, salt, output)
        };
        assert_eq!(parameters(PasswordHash::VOID), parameters(&new));
        assert!(is_ours(&PasswordHash::parse(&new).unwrap()));
    }
}
