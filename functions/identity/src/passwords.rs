//! Argon2id (RFC 9106) with OWASP's parameters, off the async thread, one at a time in a function.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use shared::model::{Error, Password, PasswordAttempt};
use tokio::sync::Semaphore;

/// OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// What an attempt is compared with where there is no password, and what takes the place of a void password: a hash of random bytes
/// that were thrown away, with the parameters above. It is constant, because hashing at every start would cost a cold start 45 ms.
pub(crate) const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$gm24UKU79bkXZhoGJfygkw$CK4s6JrxB2t1TKn9GDY1o7HMgNwzzyMp3ZKnEeSIBYU";

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
        let hash = hash.unwrap_or(DUMMY_HASH).to_owned();
        let matches = self
            .work(move |argon2| {
                PasswordHash::new(&hash)
                    .is_ok_and(|hash| argon2.verify_password(attempt.expose(), &hash).is_ok())
            })
            .await?;
        Ok(known && matches)
    }

    /// The hash of the right `attempt` anew, if `hash` was made with less work than is asked today.
    pub(crate) async fn renew(
        &self,
        attempt: PasswordAttempt,
        hash: &str,
    ) -> Result<Option<String>, Error> {
        let today = [("m", MEMORY_KIB), ("t", PASSES), ("p", LANES)];
        let less = PasswordHash::new(hash).is_ok_and(|hash| {
            let made_with = |name: &str| hash.params.get_decimal(name);
            today
                .iter()
                .any(|(name, value)| made_with(name).is_none_or(|made| made < *value))
        });
        if !less {
            return Ok(None);
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

fn hashed(argon2: &Argon2<'_>, password: &[u8]) -> Result<String, String> {
    let hash = argon2.hash_password(password);
    hash.map(|hash| hash.to_string())
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Comparing with the dummy takes the same work as comparing with a new hash.
    #[test]
    fn the_dummy_hash_has_the_parameters_of_new_hashes() {
        let passwords = Passwords::new().unwrap();
        let new = hashed(&passwords.argon2, b"a good password").unwrap();
        let parameters = |hash: &str| {
            let hash = PasswordHash::new(hash).unwrap();
            let length = |part: Option<usize>| part.unwrap();
            let salt = length(hash.salt.as_ref().map(|salt| salt.to_string().len()));
            let output = length(hash.hash.as_ref().map(|output| output.as_bytes().len()));
            let numbers = ["m", "t", "p"].map(|name| hash.params.get_decimal(name).unwrap());
            let algorithm = (hash.algorithm.to_string(), hash.version);
            (algorithm, numbers, salt, output)
        };
        assert_eq!(parameters(DUMMY_HASH), parameters(&new));
    }
}
