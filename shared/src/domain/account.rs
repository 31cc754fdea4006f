//! An account, and how it changes.

use super::change::Differences;
use crate::values::{
    AccountId, AccountName, AccountStatus, Country, Description, EmailAddress, Timestamp, UserId,
};

/// An account: what its members have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name, unique by normal form.
    pub name: AccountName,
    /// What it is for.
    pub description: Option<Description>,
    /// Whom to write to.
    pub primary_contact: Option<EmailAddress>,
    /// Whether it can be worked in.
    pub status: AccountStatus,
    /// Its one owner.
    pub owner: UserId,
    /// Where it is.
    pub country: Option<Country>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Counts its changes: the entity tag.
    pub version: u64,
}

/// What a new account is made of.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its name.
    pub name: AccountName,
    /// What it is for.
    pub description: Option<Description>,
    /// Whom to write to.
    pub primary_contact: Option<EmailAddress>,
    /// Where it is.
    pub country: Option<Country>,
}

/// A change of an account: `None` keeps a field, `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct AccountPatch {
    /// Its new name.
    pub name: Option<AccountName>,
    /// What it is for.
    pub description: Option<Option<Description>>,
    /// Whom to write to.
    pub primary_contact: Option<Option<EmailAddress>>,
    /// Where it is.
    pub country: Option<Option<Country>>,
    /// Whether it can be worked in.
    pub status: Option<AccountStatus>,
}

impl Account {
    /// A new account of `owner`.
    #[must_use]
    pub fn new(id: AccountId, new: NewAccount, owner: UserId, now: Timestamp) -> Self {
        Self {
            id,
            name: new.name,
            description: new.description,
            primary_contact: new.primary_contact,
            status: AccountStatus::Active,
            owner,
            country: new.country,
            created_at: now,
            updated_at: now,
            version: 1,
        }
    }

    /// Whether it can be worked in.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == AccountStatus::Active
    }

    /// The account after `patch`, and what that changed.
    #[must_use]
    pub fn patched(&self, patch: &AccountPatch, now: Timestamp) -> (Self, Differences) {
        let patch = patch.clone();
        let next = Self {
            name: patch.name.unwrap_or_else(|| self.name.clone()),
            description: patch
                .description
                .unwrap_or_else(|| self.description.clone()),
            primary_contact: patch
                .primary_contact
                .unwrap_or_else(|| self.primary_contact.clone()),
            country: patch.country.unwrap_or_else(|| self.country.clone()),
            status: patch.status.unwrap_or(self.status),
            updated_at: now,
            version: self.version + 1,
            ..self.clone()
        };
        let mut differences = Differences::default();
        differences.note("name", &self.name, &next.name);
        differences.note("description", &self.description, &next.description);
        differences.note(
            "primaryContact",
            &self.primary_contact,
            &next.primary_contact,
        );
        differences.note("country", &self.country, &next.country);
        differences.note("status", &self.status, &next.status);
        (next, differences)
    }

    /// The account in the hands of `owner`, and what that changed.
    #[must_use]
    pub fn owned_by(&self, owner: UserId, now: Timestamp) -> (Self, Differences) {
        let next = Self {
            owner,
            updated_at: now,
            version: self.version + 1,
            ..self.clone()
        };
        let mut differences = Differences::default();
        differences.note("ownerId", &self.owner, &next.owner);
        (next, differences)
    }
}

impl AccountPatch {
    /// Whether the account's status is all that changes.
    #[must_use]
    pub fn is_status_only(&self) -> bool {
        let Self {
            name,
            description,
            primary_contact,
            country,
            status,
        } = self;
        let others = description.is_none() && primary_contact.is_none() && country.is_none();
        status.is_some() && name.is_none() && others
    }
}
