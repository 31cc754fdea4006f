//! An account and its changes.

use super::change::Differences;
use super::ownership::OwnershipOffer;
use super::user::User;
use crate::patch::Patch;
use crate::values::{
    AccountId, AccountName, AccountStatus, Country, DecidedBy, Description, EmailAddress,
    Timestamp, UserId,
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
    /// Who suspended it, while it is suspended.
    pub suspended_by: Option<DecidedBy>,
    /// Its only owner.
    pub owner: UserId,
    /// Who created it. `None` for accounts from before this was kept.
    pub creator: Option<UserId>,
    /// The offer of its ownership that was made last, open or expired.
    pub pending_owner: Option<OwnershipOffer>,
    /// Whether only sessions with two factors act in it.
    pub require_second_factor: bool,
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
    /// Whether only sessions with two factors act in it.
    pub require_second_factor: Option<bool>,
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
            suspended_by: None,
            owner,
            creator: Some(owner),
            pending_owner: None,
            require_second_factor: false,
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

    /// Whether `user` may be a member with rights at all.
    #[must_use]
    pub fn admits(&self, user: &User) -> bool {
        user.may_act_in(self.owner, self.creator)
    }

    /// The account after `patch`, which is decided by `by`; none if that changes nothing. What the platform has suspended stays
    /// suspended by the platform.
    #[must_use]
    pub fn patched(&self, patch: &AccountPatch, by: DecidedBy, now: Timestamp) -> Option<Self> {
        let patch = patch.clone();
        let suspended_by = match patch.status {
            None => self.suspended_by,
            Some(AccountStatus::Active) => None,
            Some(AccountStatus::Suspended) => self.suspended_by.max(Some(by)),
        };
        let next = Self {
            name: patch.name.unwrap_or_else(|| self.name.clone()),
            description: patch.description.apply(self.description.clone()),
            primary_contact: patch.primary_contact.apply(self.primary_contact.clone()),
            country: patch.country.apply(self.country.clone()),
            status: patch.status.unwrap_or(self.status),
            suspended_by,
            require_second_factor: patch
                .require_second_factor
                .unwrap_or(self.require_second_factor),
            ..self.clone()
        };
        (next != *self).then(|| next.next(now))
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
        described.field("suspendedBy", before, after, |account| account.suspended_by);
        described.field("requireSecondFactor", before, after, |account| {
            account.require_second_factor.then_some(true)
        });
        described.field("ownerId", before, after, |account| Some(account.owner));
        described.field("pendingOwnerId", before, after, |account| {
            account.pending_owner.as_ref().map(|offer| offer.user)
        });
        described
    }

    pub(super) fn next(&self, now: Timestamp) -> Self {
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
            require_second_factor,
        } = self;
        let others = description.is_keep() && primary_contact.is_keep() && country.is_keep();
        status.is_some() && name.is_none() && require_second_factor.is_none() && others
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::examples::{NOW, acme, after, email};

    const BY: DecidedBy = DecidedBy::Account;

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
        let next = acme().patched(&patch, BY, after(1000)).unwrap();
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
            require_second_factor: Some(true),
        };
        let next = acme().patched(&patch, BY, NOW).unwrap();
        let differences = Account::differences(Some(&acme()), Some(&next));
        assert!(!next.is_active());
        expect![[r#"{"country":{"from":"GB","to":null},"description":{"from":"Anvils","to":null},"name":{"from":"Acme","to":"ACME"},"primaryContact":{"from":"desk@acme.example","to":null},"requireSecondFactor":{"from":null,"to":true},"status":{"from":"active","to":"suspended"},"suspendedBy":{"from":null,"to":"account"}}"#]].assert_eq(&shown(&differences));
    }

    #[test]
    fn a_patch_to_the_same_changes_nothing() {
        let patch = AccountPatch {
            name: Some(acme().name),
            require_second_factor: Some(false),
            status: Some(AccountStatus::Active),
            description: Patch::Set(Description::parse("Anvils").unwrap()),
            ..AccountPatch::default()
        };
        assert_eq!(acme().patched(&patch, BY, after(1)), None);
    }

    #[test]
    fn what_the_platform_suspends_stays_suspended_by_the_platform() {
        let status = |status| AccountPatch {
            status: Some(status),
            ..AccountPatch::default()
        };
        let suspended = status(AccountStatus::Suspended);
        let suspend = |account: &Account, by| account.patched(&suspended, by, NOW);
        let by_account = suspend(&acme(), DecidedBy::Account).unwrap();
        assert_eq!(by_account.suspended_by, Some(DecidedBy::Account));
        assert_eq!(suspend(&by_account, DecidedBy::Account), None);
        let by_platform = suspend(&by_account, DecidedBy::Platform).unwrap();
        assert_eq!(by_platform.suspended_by, Some(DecidedBy::Platform));
        assert_eq!(suspend(&by_platform, DecidedBy::Account), None);
        let active = status(AccountStatus::Active);
        let active = by_platform
            .patched(&active, DecidedBy::Platform, NOW)
            .unwrap();
        assert_eq!(
            (active.status, active.suspended_by),
            (AccountStatus::Active, None)
        );
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
