//! Addresses that a person has changed, and that are still theirs for a while. Their items have another form than those of present
//! addresses: nobody signs in by them, and no write to a credential finds one.

use model::{ADDRESS_MEMORY, EmailAddress, Error, Stored as _, Timestamp, User, UserId};
use serde::{Deserialize, Serialize};

use super::keys::{self, Item};
use super::read_set::Snapshot;
use super::rows;
use super::table_error::TableError;
use super::wire::Source;
use super::write::{Write, number};

/// Whose a former address was.
const HELD_BY: &str = "heldBy";

/// A former address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldAddress {
    /// The address.
    pub email: EmailAddress,
    /// Whose it was.
    pub user: UserId,
    /// Until when nobody else takes it.
    pub until: Timestamp,
    /// Whose it was before that. Invitations to the address may still be in memberships of these persons.
    pub before: Vec<UserId>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct HeldRow {
    entity: String,
    email: String,
    held_by: UserId,
    held_until: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    before: Vec<UserId>,
    ttl: i64,
}

/// The former address that `item` holds; none if it holds a present one.
pub(super) fn held(item: &impl Source) -> Result<Option<HeldAddress>, TableError> {
    if !is_held(item)? {
        return Ok(None);
    }
    let row: HeldRow = item.row()?;
    Ok(Some(HeldAddress {
        email: EmailAddress::from_stored(row.email),
        user: row.held_by,
        until: Timestamp::from_millis(row.held_until),
        before: row.before,
    }))
}

/// Whether `item` is a former address.
pub(super) fn is_held(item: &impl Source) -> Result<bool, TableError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Form {
        held_by: Option<UserId>,
    }
    Ok(item.row::<Form>()?.held_by.is_some())
}

impl HeldAddress {
    /// Whether nobody but `user` takes it at `now`.
    #[must_use]
    pub fn lasts(&self, now: Timestamp) -> bool {
        now < self.until
    }

    /// Everybody whose it was before it is `user`'s.
    pub(super) fn holders_before(&self, user: UserId) -> Vec<UserId> {
        let mut holders = self.before.clone();
        if !holders.contains(&self.user) {
            holders.push(self.user);
        }
        holders.retain(|holder| *holder != user);
        holders
    }

    /// `user`, who takes the address over.
    pub(super) fn taken_over_by(&self, user: &User) -> User {
        let mut user = user.clone();
        user.addresses.before = self.holders_before(user.id);
        user
    }

    /// Puts it in the place of what is there. The caller adds the condition.
    pub(super) fn put(&self) -> Result<Write, TableError> {
        let row = HeldRow {
            entity: "heldEmail".into(),
            email: self.email.as_str().into(),
            held_by: self.user,
            held_until: self.until.millis(),
            before: self.before.clone(),
            ttl: self.until.plus_seconds(ADDRESS_MEMORY).seconds(),
        };
        Ok(Write::put(rows::item(
            &keys::email(&self.email),
            &row,
            None,
        )?))
    }

    /// Puts `item` in its place, if it is still there.
    pub(super) fn replaced_by(&self, item: Item) -> Write {
        Write::put(item)
            .equals(HELD_BY, number(self.user))
            .equals("heldUntil", number(self.until.millis()))
    }

    /// Deletes the former address `email` of `user`, if it is there and still theirs.
    pub(super) fn delete(email: &EmailAddress, user: UserId) -> Write {
        Write::delete(keys::email(email)).absent_item_or(HELD_BY, number(user))
    }
}

impl Snapshot {
    /// The former address `address`, if it is one.
    ///
    /// # Errors
    ///
    /// The item does not read back.
    pub fn held(&self, address: &EmailAddress) -> Result<Option<HeldAddress>, Error> {
        let item = self.address_item(address);
        Ok(item.map(held).transpose()?.flatten())
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use model::examples::{NOW, email, user_id};

    use super::*;
    use crate::credentials::{Credential, credential};

    fn former() -> HeldAddress {
        HeldAddress {
            email: email("Ada@Example.com"),
            user: user_id(7),
            until: NOW,
            before: vec![user_id(5)],
        }
    }

    #[test]
    fn a_former_address_comes_back_as_it_went_and_is_no_credential() {
        let write = former().put().unwrap();
        let item = write.put_item().unwrap();
        assert_eq!(held(item).unwrap(), Some(former()));
        assert!(credential(item).unwrap().is_none());
    }

    #[test]
    fn whose_it_was_goes_with_it_to_the_next_holder() {
        let next = Credential {
            user: user_id(9),
            ..Credential::nobody(email("ada@example.com"))
        };
        let write = next.create_over(Some(&former())).unwrap();
        let back = credential(write.put_item().unwrap()).unwrap().unwrap();
        assert_eq!(back.before, [user_id(5), user_id(7)]);
        expect!["put EMAIL#ada@example.com | EMAIL if heldBy = 7 AND heldUntil = 1780396200500"]
            .assert_eq(&write.shown());
    }

    #[test]
    fn an_address_that_another_person_took_is_not_deleted() {
        expect!["delete EMAIL#ada@example.com | EMAIL if (attribute_not_exists(pk) OR heldBy = 7)"]
            .assert_eq(&HeldAddress::delete(&email("ada@example.com"), user_id(7)).shown());
    }
}
