//! A user and the user's sessions.

use std::collections::BTreeMap;

use super::address_change::AddressChanges;
use super::authentication::Methods;
use super::change::{Actor, Differences};
use super::factors::{FactorId, Factors};
use super::link::PendingLink;
use crate::values::{
    Country, EmailAddress, PersonalName, SessionId, Timestamp, UserId, UserStatus,
};

/// A person, independent of accounts.
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
    /// The time of the last rename. Copies with an earlier time are outdated.
    pub names_at: Timestamp,
    /// The country.
    pub country: Option<Country>,
    /// Whether the person has proved the address. A verified user has a password.
    pub verified: bool,
    /// Whether the person may sign in.
    pub status: UserStatus,
    /// The number of the password. A session that began under an older number is void.
    pub credential: u64,
    /// The sessions.
    pub sessions: BTreeMap<SessionId, Session>,
    /// The valid verification link. It stays once it has verified the address, so that following it again does no harm.
    pub verification: Option<PendingLink>,
    /// Changes of the address.
    pub addresses: AddressChanges,
    /// The second factors.
    pub factors: Factors,
    /// The time of the sign-up or of the first invitation.
    pub created_at: Timestamp,
}

/// The key of the tags of a session's refresh tokens. It never leaves the table.
pub type Family = [u8; 16];

/// The SHA-256 hash of a refresh token's secret: all that is stored of it.
pub type Digest = [u8; 32];

/// A session: one sign-in on one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The key that distinguishes its refresh tokens from invented ones.
    pub family: Family,
    /// The hash of the valid refresh token.
    pub digest: Digest,
    /// The hash of the refresh token before it.
    pub previous: Option<Digest>,
    /// The nonce from which the valid token was derived. For the first token, the source of its access token's id.
    pub nonce: [u8; 16],
    /// The time of the last refresh, or the beginning of the session.
    pub last_used_at: Timestamp,
    /// A hash of the user agent of the last refresh.
    pub client: [u8; 16],
    /// The beginning of the session.
    pub created_at: Timestamp,
    /// The end of the session, unless it is refreshed.
    pub expires_at: Timestamp,
    /// The end of the session, however often it is refreshed.
    pub ends_at: Timestamp,
    /// The device's `User-Agent`.
    pub user_agent: String,
    /// The time at which the person last authenticated in it.
    pub authenticated_at: Timestamp,
    /// How the person authenticated in it.
    pub methods: Methods,
    /// The second factor that it is based on.
    pub factor: Option<FactorId>,
}

impl Session {
    /// The end of the session, unless it is refreshed.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.expires_at.min(self.ends_at)
    }
}

impl User {
    /// Whether the user may have rights at all in an account of this owner and creator. An unproven person acts only in accounts that
    /// they created: what was given to an address is for its holder.
    #[must_use]
    pub fn may_act_in(&self, owner: UserId, creator: Option<UserId>) -> bool {
        self.verified || owner == self.id || creator == Some(self.id)
    }

    /// A new user: no password, no session, no proof of the address.
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
            status: UserStatus::Active,
            credential: 0,
            sessions: BTreeMap::new(),
            verification: None,
            addresses: AddressChanges::default(),
            factors: Factors::default(),
            created_at: now,
        }
    }

    /// First and last name, for people.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// The name by which people outside their accounts know them: their own if the address is proven, else the address.
    #[must_use]
    pub fn known_as(&self) -> String {
        if self.verified {
            self.full_name()
        } else {
            self.email.as_str().to_owned()
        }
    }

    /// The user with these names since `now`, if they differ from the present ones.
    #[must_use]
    pub fn named(&self, first: &PersonalName, last: &PersonalName, now: Timestamp) -> Self {
        let mut user = self.clone();
        if (first, last) != (&self.first_name, &self.last_name) {
            user.first_name = first.clone();
            user.last_name = last.clone();
            // Clocks may differ, and two changes may have the same millisecond. The later names still get the later time.
            user.names_at = now.max(self.names_at.plus_millis(1));
        }
        user
    }

    /// The differences between the profiles `before` and `after`.
    #[must_use]
    pub fn differences(before: &Self, after: &Self) -> Differences {
        let mut differences = Differences::default();
        differences.note("firstName", &before.first_name, &after.first_name);
        differences.note("lastName", &before.last_name, &after.last_name);
        differences.note("country", &before.country, &after.country);
        differences
    }

    /// The session `id`, if it is alive at `now`. A suspended person has none.
    #[must_use]
    pub fn live_session(&self, id: &SessionId, now: Timestamp) -> Option<&Session> {
        let session = self.sessions.get(id).filter(|_| !self.is_suspended());
        session.filter(|session| now < session.end())
    }

    /// Whether the platform suspended the person.
    #[must_use]
    pub fn is_suspended(&self) -> bool {
        self.status == UserStatus::Suspended
    }

    /// The user as the actor of a change.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::User(self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{NOW, ada, after, session};

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
    fn a_suspended_person_has_no_live_session() {
        let id = SessionId::random();
        let mut user = ada();
        user.sessions.insert(id.clone(), session());
        user.status = UserStatus::Suspended;
        assert!(user.live_session(&id, NOW).is_none());
    }

    #[test]
    fn a_session_that_is_refreshed_for_ever_ends_all_the_same() {
        let id = SessionId::random();
        let mut user = ada();
        let refreshed = Session {
            expires_at: after(9000),
            ..session()
        };
        user.sessions.insert(id.clone(), refreshed);
        let lives = |now| user.live_session(&id, now).is_some();
        assert_eq!([lives(after(2999)), lives(after(3000))], [true, false]);
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
