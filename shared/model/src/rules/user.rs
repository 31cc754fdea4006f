//! A user and their sessions.

use std::collections::BTreeMap;

use super::change::Actor;
use super::link::PendingLink;
use crate::values::{Country, EmailAddress, PersonalName, SessionId, Timestamp, UserId};

/// A person, whatever accounts they belong to.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their address, unique by normal form.
    pub email: EmailAddress,
    /// Their first name.
    pub first_name: PersonalName,
    /// Their last name.
    pub last_name: PersonalName,
    /// When they took these names: copies of older ones are behind.
    pub names_at: Timestamp,
    /// Where they are.
    pub country: Option<Country>,
    /// Whether they have shown that the address is theirs. A verified user has a password.
    pub verified: bool,
    /// Counts the passwords they have had: a session begun under an older one is void.
    pub credential: u64,
    /// Where they are signed in.
    pub sessions: BTreeMap<SessionId, Session>,
    /// The verification link that works.
    pub verification: Option<PendingLink>,
    /// When they asked for another verification link during the last hour, oldest first.
    pub verification_mails: Vec<Timestamp>,
    /// When they signed up or were first invited.
    pub created_at: Timestamp,
}

/// The key of the tags of a session's refresh tokens. It never leaves the table.
pub type Family = [u8; 16];

/// The SHA-256 hash of a refresh token's secret: all that is stored of it.
pub type Digest = [u8; 32];

/// One sign-in, on one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What tells its refresh tokens from invented ones.
    pub family: Family,
    /// The hash of the refresh token that works.
    pub digest: Digest,
    /// The hash of the one before it.
    pub previous: Option<Digest>,
    /// What led from that one to this one; for the first, where its access token's id comes from.
    pub nonce: [u8; 16],
    /// When the refresh token was last used, or the session begun.
    pub last_used_at: Timestamp,
    /// A hash of the address and the user agent that used it then.
    pub client: [u8; 16],
    /// When the session began.
    pub created_at: Timestamp,
    /// When it ends unless it is refreshed.
    pub expires_at: Timestamp,
    /// The device's `User-Agent`.
    pub user_agent: String,
}

impl User {
    /// A user who has shown nothing yet: no password, no session, no proof of the address.
    #[must_use]
    pub fn new(
        id: UserId,
        email: EmailAddress,
        (first_name, last_name): (PersonalName, PersonalName),
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            email,
            first_name,
            last_name,
            names_at: now,
            country: None,
            verified: false,
            credential: 0,
            sessions: BTreeMap::new(),
            verification: None,
            verification_mails: Vec::new(),
            created_at: now,
        }
    }

    /// Both names, as a person is called.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// The user under these names since `now`, if they are others than before.
    #[must_use]
    pub fn named(&self, first: &PersonalName, last: &PersonalName, now: Timestamp) -> Self {
        let mut user = self.clone();
        if (first, last) != (&self.first_name, &self.last_name) {
            user.first_name = first.clone();
            user.last_name = last.clone();
            // Two clocks may differ, and two changes be of one millisecond: the later names are the later all the same.
            user.names_at = now.max(self.names_at.plus_millis(1));
        }
        user
    }

    /// The session `id`, if it still lives at `now`.
    #[must_use]
    pub fn live_session(&self, id: &SessionId, now: Timestamp) -> Option<&Session> {
        self.sessions
            .get(id)
            .filter(|session| now < session.expires_at)
    }

    /// The user as whoever does something.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { id: self.id }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{NOW, ada, after};

    fn session() -> Session {
        Session {
            family: [1; 16],
            digest: [2; 32],
            previous: None,
            nonce: [3; 16],
            last_used_at: NOW,
            client: [4; 16],
            created_at: NOW,
            expires_at: after(1000),
            user_agent: "curl/8".into(),
        }
    }

    #[test]
    fn a_session_lives_until_the_instant_it_expires() {
        let (id, other) = (SessionId::random(), SessionId::random());
        let mut user = ada();
        user.sessions.insert(id.clone(), session());
        let lives = |id, now| user.live_session(id, now).is_some();
        assert_eq!(
            [lives(&id, after(999)), lives(&id, after(1000))],
            [true, false]
        );
        assert!(!lives(&other, NOW));
    }

    #[test]
    fn whoever_is_new_has_shown_nothing_yet() {
        let user = ada();
        assert!(!user.verified && user.sessions.is_empty() && user.verification.is_none());
        assert_eq!(
            (user.credential, user.full_name()),
            (0, "Ada Lovelace".into())
        );
    }
}
