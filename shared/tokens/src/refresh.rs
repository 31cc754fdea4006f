//! Refresh tokens. A token names its session and carries a secret that changes at each use (RFC 9700 section 4.14.2).
//!
//! The next secret is derived from the present one and a nonce in the session's row. Parallel copies of one refresh get the
//! same new token. Neither an old token nor the table alone leads to it. A tag under a key of the session distinguishes a
//! replaced token, whose second use ends the session, from an invented one.

use std::fmt;

use aws_lc_rs::{constant_time, digest, hmac};
use model::{Digest, Family, SessionId, UserId};
use zeroize::Zeroizing;

use super::{decode, encode, random};

/// The life time of a session after its last refresh, in seconds (contract, *Sign-in*).
pub const LIFETIME: i64 = 30 * 24 * 60 * 60;

/// A refresh token. Only [`RefreshToken::reveal`] prints it.
#[derive(Clone)]
pub struct RefreshToken {
    /// The user of the session.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
    secret: Zeroizing<[u8; 32]>,
    tag: Option<[u8; 32]>,
}

impl RefreshToken {
    /// The first token of a session.
    #[must_use]
    pub fn first(user: UserId, session: SessionId) -> Self {
        Self {
            user,
            session,
            secret: Zeroizing::new(random()),
            tag: None,
        }
    }

    /// The token after this one under `nonce`.
    #[must_use]
    pub fn next(&self, nonce: &[u8]) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.as_ref());
        let mut secret = Zeroizing::new([0; 32]);
        secret.copy_from_slice(hmac::sign(&key, nonce).as_ref());
        Self {
            user: self.user,
            session: self.session.clone(),
            secret,
            tag: None,
        }
    }

    /// The hash that the session's row stores.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let hash = digest::digest(&digest::SHA256, self.secret.as_ref());
        let mut digest = [0; 32];
        digest.copy_from_slice(hash.as_ref());
        digest
    }

    /// Whether `digest` is this token's.
    #[must_use]
    pub fn has_digest(&self, digest: &[u8]) -> bool {
        constant_time::verify_slices_are_equal(&self.digest(), digest).is_ok()
    }

    /// Parses `text`, if it has the form of a token.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (user, session) = (parts.next()?, parts.next()?);
        let (secret, tag) = (parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let secret = Zeroizing::new(decode(secret)?);
        Some(Self {
            user: UserId::parse(user).ok()?,
            session: SessionId::parse(session).ok()?,
            secret: Zeroizing::new(secret.as_slice().try_into().ok()?),
            tag: Some(decode(tag)?.try_into().ok()?),
        })
    }

    /// Whether this is or was a token of the session with `family`.
    #[must_use]
    pub fn is_of(&self, family: &Family) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, family);
        let tag = self.tag.as_ref().map_or(&[][..], |tag| tag);
        hmac::verify(&key, self.secret.as_ref(), tag).is_ok()
    }

    /// The text of the token, tagged for `family`.
    #[must_use]
    pub fn reveal(&self, family: &Family) -> String {
        let Self { user, session, .. } = self;
        let key = hmac::Key::new(hmac::HMAC_SHA256, family);
        let tag = hmac::sign(&key, self.secret.as_ref());
        let secret = encode(self.secret.as_ref());
        format!("{user}.{session}.{secret}.{}", encode(tag.as_ref()))
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RefreshToken")
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_leads_to_one_next_token_per_nonce() {
        let token = RefreshToken::first(UserId::random(), SessionId::random());
        let read = RefreshToken::parse(&token.reveal(&[7; 16])).unwrap();
        assert!(read.has_digest(&token.digest()));
        assert!(read.is_of(&[7; 16]) && !read.is_of(&[8; 16]));
        assert_eq!(token.next(b"n").digest(), read.next(b"n").digest());
        assert_ne!(token.next(b"n").digest(), token.next(b"m").digest());
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in [
            "",
            "..",
            "1.a",
            "a.b.c",
            "1.AAAAAAAAAAAAAAAAAAAA.AAAA.AAAA",
            "1.a.b.c.d",
        ] {
            assert!(RefreshToken::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_token_says_whose_it_is_and_which_session() {
        let (user, session) = (UserId::random(), SessionId::random());
        let token = RefreshToken::first(user, session.clone());
        let read = RefreshToken::parse(&token.reveal(&[7; 16])).unwrap();
        assert_eq!((read.user, read.session), (user, session));
    }

    #[test]
    fn parallel_copies_lead_to_one_token_to_the_last_character() {
        let token = RefreshToken::first(UserId::random(), SessionId::random());
        let revealed = token.reveal(&[7; 16]);
        let next = || {
            let copy = RefreshToken::parse(&revealed).unwrap();
            copy.next(&[3; 16]).reveal(&[7; 16])
        };
        assert_eq!(next(), next());
        assert_ne!(next(), revealed);
    }

    #[test]
    fn no_two_sessions_begin_with_the_same_token() {
        let session = SessionId::random();
        let first = || RefreshToken::first(UserId::try_from(7).unwrap(), session.clone());
        assert_ne!(first().digest(), first().digest());
    }

    #[test]
    fn a_token_that_was_replaced_is_told_from_an_invented_one() {
        let family = [7; 16];
        let first = RefreshToken::first(UserId::random(), SessionId::random());
        let next = first.next(b"n");
        let read = |text: &str| RefreshToken::parse(text).unwrap();
        let replaced = read(&first.reveal(&family));
        assert!(replaced.is_of(&family) && !replaced.has_digest(&next.digest()));
        let invented = RefreshToken::first(first.user, first.session.clone());
        assert!(!read(&invented.reveal(&[0; 16])).is_of(&family));
        // A token that was not parsed from a caller's text has no tag.
        assert!(!first.is_of(&family));
    }

    #[test]
    fn no_character_of_the_secret_or_its_tag_can_be_another() {
        let family = [7; 16];
        let token = RefreshToken::first(UserId::random(), SessionId::random());
        let revealed = token.reveal(&family);
        let (names, _) = revealed.match_indices('.').nth(1).unwrap();
        for place in names + 1..revealed.len() {
            for other in ["A", "B", "_"] {
                let mut forged = revealed.clone();
                forged.replace_range(place..=place, other);
                let genuine = RefreshToken::parse(&forged).is_some_and(|read| read.is_of(&family));
                assert_eq!(genuine, forged == revealed, "{place}");
            }
        }
    }

    #[test]
    fn it_is_never_printed() {
        let token = RefreshToken::first(UserId::random(), SessionId::random());
        assert_eq!(format!("{token:?}"), "RefreshToken { .. }");
    }
}
