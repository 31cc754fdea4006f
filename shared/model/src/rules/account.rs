//! An account and its changes.

use super::change::Differences;
use super::user::User;
use crate::patch::Patch;
use crate::values::{
    AccountId, AccountName, AccountStatus, Country, Description, EmailAddress, Timestamp, UserId,
};

/// An account: an organisation with members.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name, unique by normal form.
    pub name: AccountName,
    /// Its description.
    pub description: Option<Description>,
    /// The address of its contact.
    pub primary_contact: Option<EmailAddress>,
    /// Active or suspended.
    pub status: AccountStatus,
    /// Its only owner.
    pub owner: UserId,
    /// Who created it. `None` for accounts from before this was kept.
    pub creator: Option<UserId>,
    /// Its country.
    pub country: Option<Country>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The number of its changes: the entity tag.
    pub version: u64,
}

/// The fields of a new account.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its name.
    pub name: AccountName,
    /// Its description.
    pub description: Option<Description>,
    /// The address of its contact.
    pub primary_contact: Option<EmailAddress>,
    /// Its country.
    pub country: Option<Country>,
}

/// A change of an account.
#[derive(Clone, Debug, Default)]
pub struct AccountPatch {
    /// Its new name.
    pub name: Option<AccountName>,
    /// Its description.
    pub description: Patch<Description>,
    /// The address of its contact.
    pub primary_contact: Patch<EmailAddress>,
    /// Its country.
    pub country: Patch<Country>,
    /// Active or suspended.
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
            creator: Some(owner),
            country: new.country,
            created_at: now,
            updated_at: now,
            version: 1,
        }
    }

    /// Active or suspended.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == AccountStatus::Active
    }

    /// Whether `user` may be a member with rights at all. An unproven person acts only in accounts that they created: what was
    /// given to an address is for its holder.
    #[must_use]
    pub fn admits(&self, user: &User) -> bool {
        user.verified || self.owner == user.id || self.creator == Some(user.id)
    }

    /// The account after `patch`; none if that changes nothing.
    #[must_use]
    pub fn patched(&self, patch: &AccountPatch, now: Timestamp) -> Option<Self> {
        let patch = patch.clone();
        let next = Self {
            name: patch.name.unwrap_or_else(|| self.name.clone()),
            description: patch.description.apply(self.description.clone()),
            primary_contact: patch.primary_contact.apply(self.primary_contact.clone()),
            country: patch.country.apply(self.country.clone()),
            status: patch.status.unwrap_or(self.status),
            ..self.clone()
        };
        (next != *self).then(|| next.next(now))
    }

    /// The account with another owner.
    #[must_use]
    pub fn owned_by(&self, owner: UserId, now: Timestamp) -> Self {
        Self {
            owner,
            ..self.next(now)
        }
    }

    /// The differences between `before` and `after`, field by field. An account that does not exist has no fields.
    #[must_use]
    pub fn differences(before: Option<&Self>, after: Option<&Self>) -> Differences {
        let mut described = Differences::default();
        described.field("name", before, after, |account| Some(account.name.clone()));
        described.field("description", before, after, |account| {
            account.description.clone()
        });
        described.field("primaryContact", before, after, |account| {
            account.primary_contact.clone()
        });
        described.field("country", before, after, |account| account.country.clone());
        described.field("status", before, after, |account| Some(account.status));
        described.field("ownerId", before, after, |account| Some(account.owner));
        described
    }

    fn next(&self, now: Timestamp) -> Self {
        Self {
            updated_at: self.updated_at.max(now),
            version: self.version + 1,
            ..self.clone()
        }
    }
}

impl AccountPatch {
    /// Whether the patch changes the status only.
    #[must_use]
    pub fn is_status_only(&self) -> bool {
        let Self {
            name,
            description,
            primary_contact,
            country,
            status,
        } = self;
        let others = description.is_keep() && primary_contact.is_keep() && country.is_keep();
        status.is_some() && name.is_none() && others
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::examples::{NOW, acme, after, email, user_id};

    fn shown(differences: &Differences) -> String {
        serde_json::to_string(differences).unwrap()
    }

    #[test]
    fn what_is_not_sent_stays_and_what_is_null_is_cleared() {
        let patch = AccountPatch {
            description: Patch::Clear,
            primary_contact: Patch::Set(email("new@acme.example")),
            ..AccountPatch::default()
        };
        let next = acme().patched(&patch, after(1000)).unwrap();
        let differences = Account::differences(Some(&acme()), Some(&next));
        let expected = Account {
            description: None,
            primary_contact: Some(email("new@acme.example")),
            updated_at: after(1000),
            version: 2,
            ..acme()
        };
        assert_eq!(next, expected);
        expect![[r#"{"description":{"from":"Anvils","to":null},"primaryContact":{"from":"desk@acme.example","to":"new@acme.example"}}"#]]
            .assert_eq(&shown(&differences));
    }

    #[test]
    fn every_field_that_changes_is_told() {
        let patch = AccountPatch {
            name: Some(AccountName::parse("ACME").unwrap()),
            description: Patch::Clear,
            primary_contact: Patch::Clear,
            country: Patch::Clear,
            status: Some(AccountStatus::Suspended),
        };
        let next = acme().patched(&patch, NOW).unwrap();
        let differences = Account::differences(Some(&acme()), Some(&next));
        assert!(!next.is_active());
        expect![[r#"{"country":{"from":"GB","to":null},"description":{"from":"Anvils","to":null},"name":{"from":"Acme","to":"ACME"},"primaryContact":{"from":"desk@acme.example","to":null},"status":{"from":"active","to":"suspended"}}"#]].assert_eq(&shown(&differences));
    }

    #[test]
    fn a_patch_to_the_same_changes_nothing() {
        let patch = AccountPatch {
            name: Some(acme().name),
            status: Some(AccountStatus::Active),
            description: Patch::Set(Description::parse("Anvils").unwrap()),
            ..AccountPatch::default()
        };
        assert_eq!(acme().patched(&patch, after(1)), None);
    }

    #[test]
    fn handing_over_changes_the_owner_alone() {
        let next = acme().owned_by(user_id(7), after(1));
        let differences = Account::differences(Some(&acme()), Some(&next));
        let expected = Account {
            owner: user_id(7),
            version: 2,
            updated_at: after(1),
            ..acme()
        };
        assert_eq!(next, expected);
        expect![[r#"{"ownerId":{"from":1,"to":7}}"#]].assert_eq(&shown(&differences));
    }

    #[test]
    fn a_patch_is_of_the_status_only_if_nothing_else_is_named() {
        let status = || AccountPatch {
            status: Some(AccountStatus::Active),
            ..AccountPatch::default()
        };
        assert!(status().is_status_only());
        assert!(!AccountPatch::default().is_status_only());
        for more in [
            AccountPatch {
                name: Some(acme().name),
                ..status()
            },
            AccountPatch {
                description: Patch::Clear,
                ..status()
            },
            AccountPatch {
                primary_contact: Patch::Clear,
                ..status()
            },
            AccountPatch {
                country: Patch::Clear,
                ..status()
            },
        ] {
            assert!(!more.is_status_only(), "{more:?}");
        }
    }
}
