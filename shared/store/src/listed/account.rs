//! An account as a row of a list.

use model::{
    Account, AccountId, AccountName, AccountStatus, Country, Description, EmailAddress, Timestamp,
    User, UserId,
};
use odata::{Listable, Schema, Type, Value};

use super::{STATUS_CHARACTERS, id, instant};

/// An account as a list shows it: without its version, which the index does not project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedAccount {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub name: AccountName,
    /// What it is for.
    pub description: Option<Description>,
    /// Who answers questions about it.
    pub primary_contact: Option<EmailAddress>,
    /// Whether it is suspended.
    pub status: AccountStatus,
    /// Its owner.
    pub owner: UserId,
    /// Its creator, in a list of one's own accounts. The index of all accounts does not hold it.
    pub creator: Option<UserId>,
    /// Its country.
    pub country: Option<Country>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl ListedAccount {
    /// As [`Account::admits`].
    #[must_use]
    pub fn admits(&self, user: &User) -> bool {
        user.may_act_in(self.owner, self.creator)
    }
}

impl From<Account> for ListedAccount {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            name: account.name,
            description: account.description,
            primary_contact: account.primary_contact,
            status: account.status,
            owner: account.owner,
            creator: account.creator,
            country: account.country,
            created_at: account.created_at,
            updated_at: account.updated_at,
        }
    }
}

impl Listable for ListedAccount {
    const SCHEMA: &'static Schema = &Schema(&[
        ("id", Type::Number),
        ("name", Type::String(AccountName::MAX_CHARACTERS)),
        ("description", Type::String(Description::MAX_CHARACTERS)),
        ("primaryContact", Type::String(EmailAddress::MAX_BYTES)),
        ("status", Type::String(STATUS_CHARACTERS)),
        ("ownerId", Type::Number),
        ("country", Type::String(2)),
        ("createdAt", Type::DateTime),
        ("updatedAt", Type::DateTime),
    ]);

    fn property(&self, name: &'static str) -> Value<'_> {
        match name {
            "id" => id(self.id.get()),
            "name" => self.name.as_str().into(),
            "description" => self.description.as_ref().map(Description::as_str).into(),
            "primaryContact" => self
                .primary_contact
                .as_ref()
                .map(EmailAddress::as_str)
                .into(),
            "status" => self.status.as_str().into(),
            "ownerId" => id(self.owner.get()),
            "country" => self.country.as_ref().map(Country::as_str).into(),
            "createdAt" => instant(self.created_at),
            "updatedAt" => instant(self.updated_at),
            _ => Value::Null,
        }
    }
}
