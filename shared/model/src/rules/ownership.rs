//! An offer of an account's ownership.

use super::account::Account;
use crate::error::{Error, Missing};
use crate::values::{Timestamp, UserId};

/// How long an offer can be accepted, in seconds (contract, *Accounts*).
const LIFETIME: i64 = 7 * 24 * 60 * 60;

/// An offer of an account's ownership to one of its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnershipOffer {
    /// The nominee.
    pub user: UserId,
    /// The time of the offer.
    pub offered_at: Timestamp,
    /// The end of the offer, unless it is answered or withdrawn before.
    pub expires_at: Timestamp,
}

impl OwnershipOffer {
    /// The offer to `user` at `now`.
    #[must_use]
    pub fn new(user: UserId, now: Timestamp) -> Self {
        Self {
            user,
            offered_at: now,
            expires_at: now.plus_seconds(LIFETIME),
        }
    }

    /// Whether it can be accepted at `now`.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}

impl Account {
    /// The offer that can be accepted at `now`.
    #[must_use]
    pub fn open_offer(&self, now: Timestamp) -> Option<&OwnershipOffer> {
        self.pending_owner
            .as_ref()
            .filter(|offer| offer.is_open(now))
    }

    /// Whether the last offer is to `user`, open or expired.
    #[must_use]
    pub fn nominates(&self, user: UserId) -> bool {
        let offer = self.pending_owner.as_ref();
        offer.is_some_and(|offer| offer.user == user)
    }

    /// The open offer to `nominee`.
    ///
    /// # Errors
    ///
    /// [`Missing::Transfer`] if there is none to them, [`Error::TransferExpired`] if it is too old.
    pub fn offer_to(&self, nominee: UserId, now: Timestamp) -> Result<&OwnershipOffer, Error> {
        let offer = self.pending_owner.as_ref();
        let offer = offer.filter(|offer| offer.user == nominee);
        let offer = offer.ok_or(Missing::Transfer)?;
        if offer.is_open(now) {
            Ok(offer)
        } else {
            Err(Error::TransferExpired)
        }
    }

    /// The account after an offer to `nominee`, in the place of any other. None if the same offer is open already.
    #[must_use]
    pub fn offered_to(&self, nominee: UserId, now: Timestamp) -> Option<Self> {
        if self.offer_to(nominee, now).is_ok() {
            return None;
        }
        Some(Self {
            pending_owner: Some(OwnershipOffer::new(nominee, now)),
            ..self.next(now)
        })
    }

    /// The account without an offer.
    #[must_use]
    pub fn without_offer(&self, now: Timestamp) -> Self {
        Self {
            pending_owner: None,
            ..self.next(now)
        }
    }

    /// The account with another owner. Any offer ends.
    #[must_use]
    pub fn owned_by(&self, owner: UserId, now: Timestamp) -> Self {
        Self {
            owner,
            pending_owner: None,
            ..self.next(now)
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::examples::{NOW, acme, after, user_id};

    const WEEK: i64 = 7 * 24 * 60 * 60 * 1000;

    fn offered() -> Account {
        acme().offered_to(user_id(7), NOW).unwrap()
    }

    fn changes(before: &Account, after: &Account) -> String {
        serde_json::to_string(&Account::differences(Some(before), Some(after))).unwrap()
    }

    #[test]
    fn an_offer_is_open_for_a_week() {
        let account = offered();
        let offer = OwnershipOffer {
            user: user_id(7),
            offered_at: NOW,
            expires_at: after(WEEK),
        };
        assert_eq!(
            account.offer_to(user_id(7), after(WEEK - 1)).unwrap(),
            &offer
        );
        assert_eq!(account.open_offer(after(WEEK - 1)), Some(&offer));
        let late = account.offer_to(user_id(7), after(WEEK));
        assert!(matches!(late, Err(Error::TransferExpired)));
        assert_eq!(account.open_offer(after(WEEK)), None);
        assert_eq!(account.owner, acme().owner);
    }

    #[test]
    fn an_offer_is_the_nominee_s() {
        for (account, user) in [(offered(), 8), (offered(), 1), (acme(), 7)] {
            let missing = account.offer_to(user_id(user), NOW);
            assert!(matches!(missing, Err(Error::Missing(Missing::Transfer))));
        }
    }

    #[test]
    fn another_offer_takes_the_place_of_the_one_before_and_the_same_one_changes_nothing() {
        assert_eq!(offered().offered_to(user_id(7), after(1)), None);
        let other = offered().offered_to(user_id(8), after(1)).unwrap();
        assert_eq!(other.open_offer(after(1)).unwrap().user, user_id(8));
        expect![[r#"{"pendingOwnerId":{"from":7,"to":8}}"#]]
            .assert_eq(&changes(&offered(), &other));
        let again = offered().offered_to(user_id(7), after(WEEK)).unwrap();
        assert!(again.open_offer(after(WEEK)).is_some());
    }

    #[test]
    fn handing_over_changes_the_owner_and_ends_the_offer() {
        let next = offered().owned_by(user_id(7), after(1));
        let expected = Account {
            owner: user_id(7),
            version: 3,
            updated_at: after(1),
            ..acme()
        };
        assert_eq!(next, expected);
        expect![[r#"{"ownerId":{"from":1,"to":7},"pendingOwnerId":{"from":7,"to":null}}"#]]
            .assert_eq(&changes(&offered(), &next));
    }

    #[test]
    fn an_offer_that_is_withdrawn_leaves_the_rest_as_it_is() {
        let next = offered().without_offer(after(1));
        let expected = Account {
            version: 3,
            updated_at: after(1),
            ..acme()
        };
        assert_eq!(next, expected);
    }
}
