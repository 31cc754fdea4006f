//! How many accounts a person owns, counted on the person's own item.
//!
//! The count changes in the same transaction as the ownership, on the condition that the person exists. Erasure requires a count
//! of zero in the write that ends the person. So an owner exists at every moment, also under concurrent changes.
//!
//! An item older than the count has none, which means zero. Its accounts are not counted, and losing one of them does not
//! decrement the count for a later one: [`owner_loses`] applies to a count above zero only, and [`Loss`] leaves it out if there
//! is none.

use model::{Conflict, Error, UserId};

use super::keys::{self, Item};
use super::write::{Lost, Write, number};

/// The attribute of the user's item. Without it, the count is zero.
pub(super) const OWNED: &str = "owned";

/// `user` owns one account more, if they exist and own fewer than `limit`.
pub(super) fn owner_gains(user: UserId, limit: u32) -> Write {
    Write::update(keys::user(user))
        .absent_or_below(OWNED, number(limit))
        .add(OWNED, number(1))
}

/// `user` owns one account less, if any is counted.
pub(super) fn owner_loses(user: UserId) -> Write {
    Write::update(keys::user(user))
        .above(OWNED, number(0))
        .add(OWNED, number(-1))
}

/// The refusal of [`owner_gains`], if that write was lost: `gone` for a person who does not exist.
pub(super) fn refused_gain(lost: &Lost, place: usize, gone: Error) -> Option<Error> {
    let item = lost.item(place)?;
    Some(if Item::is_empty(item) {
        gone
    } else {
        Conflict::AccountLimit.into()
    })
}

/// The write of an owner's loss among the writes of one operation, from try to try.
#[derive(Debug)]
pub(super) struct Loss {
    user: UserId,
    counted: bool,
}

impl Loss {
    /// Of one account of `user`.
    pub(super) fn new(user: UserId) -> Self {
        Self {
            user,
            counted: true,
        }
    }

    /// The write, unless nothing is counted.
    pub(super) fn write(&self) -> Option<Write> {
        self.counted.then(|| owner_loses(self.user))
    }

    /// Notes what was lost at `place`, where the write was. `true` if the next try is without it.
    pub(super) fn note(&mut self, lost: &Lost, place: usize) -> bool {
        let uncounted = self.counted && lost.at(place);
        if uncounted {
            self.counted = false;
        }
        uncounted
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use model::examples::user_id;

    use super::*;

    #[test]
    fn a_gain_asks_for_a_person_who_owns_fewer_than_the_limit() {
        expect!["update USER#7 | USER ADD owned 1 if attribute_exists(pk) AND (attribute_not_exists(owned) OR owned < 100)"]
            .assert_eq(&owner_gains(user_id(7), 100).shown());
    }

    #[test]
    fn a_loss_never_takes_the_count_below_zero() {
        expect!["update USER#7 | USER ADD owned -1 if attribute_exists(pk) AND owned > 0"]
            .assert_eq(&owner_loses(user_id(7)).shown());
    }

    fn lost(place: usize, item: Item) -> Lost {
        Lost::of(place, item)
    }

    #[test]
    fn a_gain_is_refused_for_whoever_is_gone_and_whoever_owns_too_many() {
        let refused = |place, item| refused_gain(&lost(place, item), 3, Error::Unauthenticated);
        let item = keys::user(user_id(7)).item();
        assert!(refused(2, item.clone()).is_none());
        assert!(matches!(
            refused(3, Item::new()),
            Some(Error::Unauthenticated)
        ));
        assert!(matches!(
            refused(3, item),
            Some(Error::Conflict(Conflict::AccountLimit))
        ));
    }

    #[test]
    fn a_loss_that_is_not_counted_is_left_out_of_the_next_try() {
        let mut loss = Loss::new(user_id(7));
        assert!(!loss.note(&lost(1, Item::new()), 2));
        assert!(loss.write().is_some());
        assert!(loss.note(&lost(2, Item::new()), 2));
        assert!(loss.write().is_none());
        assert!(!loss.note(&lost(2, Item::new()), 2));
    }
}
