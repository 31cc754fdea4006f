//! Whose an address is, and how its holder signs in.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use model::{EmailAddress, Error, PendingLink, PersonalName, Stored as _, User, UserId};
use serde::{Deserialize, Serialize};

use super::Store;
use super::held_addresses::{HeldAddress, is_held};
use super::keys::{self, Item};
use super::rows::{self, LinkRow};
use super::table_error::TableError;
use super::wire::Source;
use super::write::{Write, number};

/// The holder of an address.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The user.
    pub user: UserId,
    /// The hash of the password, in a form that [`model::PasswordHash`] knows; an invited user has none yet.
    pub hash: Option<String>,
    /// Whether the next attempt to sign in mails a reset link: the password was left behind in another service.
    pub reset_due: bool,
    /// Counts the passwords.
    pub version: u64,
    /// The user's first name.
    pub first_name: PersonalName,
    /// The user's last name.
    pub last_name: PersonalName,
    /// The address as its holder writes it.
    pub email: EmailAddress,
    /// The password reset link that works.
    pub reset: Option<PendingLink>,
    /// Who held the address before. Invitations to it may still be in memberships of these persons.
    pub before: Vec<UserId>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EmailRow {
    entity: String,
    user_id: UserId,
    email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password_hash: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    reset_due: bool,
    credential: u64,
    first_name: String,
    last_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reset: Option<LinkRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    before: Vec<UserId>,
}

/// The credential that `item` holds; none if it holds a former address.
pub(super) fn credential(item: &impl Source) -> Result<Option<Credential>, TableError> {
    if is_held(item)? {
        return Ok(None);
    }
    let row: EmailRow = item.row()?;
    Ok(Some(Credential {
        user: row.user_id,
        hash: row.password_hash,
        reset_due: row.reset_due,
        version: row.credential,
        first_name: PersonalName::from_stored(row.first_name),
        last_name: PersonalName::from_stored(row.last_name),
        email: EmailAddress::from_stored(row.email),
        reset: row.reset.map(PendingLink::try_from).transpose()?,
        before: row.before,
    }))
}

impl Credential {
    /// The holder of `user`'s address, as far as the user's item says: no hash, no reset link.
    #[must_use]
    pub fn of(user: &User) -> Self {
        Self {
            user: user.id,
            hash: None,
            reset_due: false,
            version: user.credential,
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            email: user.email.clone(),
            reset: None,
            before: Vec::new(),
        }
    }

    /// A holder that `email` does not have, to be looked for in vain.
    #[must_use]
    pub fn nobody(email: EmailAddress) -> Self {
        Self {
            user: UserId::random(),
            hash: None,
            reset_due: false,
            version: 0,
            first_name: PersonalName::unknown(),
            last_name: PersonalName::unknown(),
            email,
            reset: None,
            before: Vec::new(),
        }
    }

    /// The same holder with another password.
    #[must_use]
    pub fn with_hash(&self, hash: &str) -> Self {
        Self {
            hash: Some(hash.to_owned()),
            reset_due: false,
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// Takes the address for its first holder.
    pub(super) fn create(&self) -> Result<Write, TableError> {
        Ok(Write::create(self.item()?))
    }

    /// Takes the address, in the place of a former one if it was `held`.
    pub(super) fn create_over(&self, held: Option<&HeldAddress>) -> Result<Write, TableError> {
        let Some(held) = held else {
            return self.create();
        };
        let taken = Self {
            before: held.holders_before(self.user),
            ..self.clone()
        };
        Ok(held.replaced_by(taken.item()?))
    }

    fn item(&self) -> Result<Item, TableError> {
        let row = EmailRow {
            entity: "email".into(),
            user_id: self.user,
            email: self.email.as_str().into(),
            password_hash: self.hash.clone(),
            reset_due: self.reset_due,
            credential: self.version,
            first_name: self.first_name.as_str().into(),
            last_name: self.last_name.as_str().into(),
            reset: self.reset.as_ref().map(LinkRow::from),
            before: self.before.clone(),
        };
        rows::item(&keys::email(&self.email), &row, None)
    }

    /// A change of this credential, as long as its password is still this one.
    pub(super) fn update(&self) -> Write {
        Write::update(keys::email(&self.email))
            .equals("userId", number(self.user))
            .equals("credential", number(self.version))
            .remove("change")
    }
}

impl Store {
    /// Puts a new hash of the same password in the place of `credential`'s. Nothing happens if the password changed
    /// meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn renew_hash(&self, credential: &Credential, hash: &str) -> Result<(), Error> {
        let write = credential
            .update()
            .set("passwordHash", AttributeValue::S(hash.to_owned()));
        self.commit(&[write]).await.map(drop)
    }

    /// Whose `address` is. A former address is nobody's here: nobody signs in by it.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn credential(&self, address: &EmailAddress) -> Result<Option<Credential>, Error> {
        let answer = self
            .client
            .get_item()
            .table_name(self.table())
            .set_key(Some(keys::email(address).item()))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(TableError::from)?;
        Ok(answer.item().map(credential).transpose()?.flatten())
    }
}

#[cfg(test)]
mod tests {
    use model::examples::{email, invitation, person, user_id};

    use super::*;

    fn whole() -> Credential {
        Credential {
            user: user_id(7),
            hash: Some("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".into()),
            reset_due: true,
            version: 3,
            first_name: person("Ada"),
            last_name: person("Lovelace"),
            email: email("Ada@Example.com"),
            reset: Some(invitation().link),
            before: vec![user_id(5)],
        }
    }

    fn invited() -> Credential {
        Credential {
            hash: None,
            reset_due: false,
            reset: None,
            before: Vec::new(),
            ..whole()
        }
    }

    #[test]
    fn a_credential_comes_back_as_it_went() {
        for given in [whole(), invited()] {
            let write = given.create().unwrap();
            let back = credential(write.put_item().unwrap()).unwrap().unwrap();
            assert_eq!(format!("{back:?}"), format!("{given:?}"));
        }
    }

    #[test]
    fn an_invited_user_has_no_password_not_an_empty_one() {
        let write = invited().create().unwrap();
        let mut names: Vec<_> = write.put_item().unwrap().keys().collect();
        names.sort();
        let expected = [
            "credential",
            "email",
            "entity",
            "firstName",
            "lastName",
            "pk",
            "sk",
            "userId",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn an_address_is_taken_once_and_changed_only_under_its_password() {
        let key = "EMAIL#ada@example.com | EMAIL";
        let taken = whole().create().unwrap().shown();
        assert_eq!(taken, format!("put {key} if attribute_not_exists(pk)"));
        let held = "attribute_exists(pk) AND userId = 7 AND credential = 3";
        let changed = whole().update().shown();
        assert_eq!(changed, format!("update {key} REMOVE change if {held}"));
    }
}
