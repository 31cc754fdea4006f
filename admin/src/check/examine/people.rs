//! People, their addresses, passkeys and traces.

use model::UserId;
use store::{Credential, RowKey, Store, StoredPerson, StoredRow};

use super::Around;
use crate::Failure;
use crate::check::{Finding, Kind};

impl Around {
    /// The address of a person leads to them, and so do their passkeys.
    pub(super) fn person(&self, key: &RowKey, person: &StoredPerson, findings: &mut Vec<Finding>) {
        let user = &person.user;
        let holder = match self.row(&RowKey::address(&user.email)) {
            Some(StoredRow::Address(credential)) => Some(credential.user),
            _ => None,
        };
        if holder != Some(user.id) {
            let detail = match holder {
                Some(other) => format!("{} leads to user {other}", user.email),
                None => format!("{} leads to nobody", user.email),
            };
            findings.push(Finding::new(Kind::PersonWithoutAddress, key, detail));
        }
        for (id, passkey) in &user.factors.passkeys {
            let held = self.row(&RowKey::passkey(&passkey.credential));
            if !matches!(held, Some(StoredRow::Passkey(holder)) if *holder == user.id) {
                let detail = format!("the credential of passkey {id} is not theirs");
                findings.push(Finding::new(Kind::PersonWithoutPasskey, key, detail));
            }
        }
    }

    /// An address belongs to a person whose address it is, and both agree on password and names.
    pub(super) fn address(
        &self,
        key: &RowKey,
        credential: &Credential,
        findings: &mut Vec<Finding>,
    ) {
        let id = credential.user;
        let person = self.user(id).map(|person| &person.user);
        let person = person.filter(|user| RowKey::address(&user.email) == *key);
        let Some(user) = person else {
            let detail = if self.has(&RowKey::user(id)) {
                format!("user {id} has another address")
            } else {
                format!("there is no user {id}")
            };
            findings.push(Finding::new(Kind::AddressWithoutPerson, key, detail));
            return;
        };
        if user.credential != credential.version {
            let (own, other) = (credential.version, user.credential);
            let detail = format!("the password has number {own} here and {other} at user {id}");
            findings.push(Finding::new(Kind::CredentialDiffers, key, detail));
        }
        if (&credential.first_name, &credential.last_name) != (&user.first_name, &user.last_name) {
            let detail = format!("the names of user {id} are others");
            findings.push(Finding::new(Kind::AddressNamesOutdated, key, detail));
        }
    }

    /// The holder of a passkey has it.
    pub(super) fn passkey(&self, key: &RowKey, user: UserId, findings: &mut Vec<Finding>) {
        let has = self.user(user).is_some_and(|person| {
            let mut passkeys = person.user.factors.passkeys.values();
            passkeys.any(|passkey| RowKey::passkey(&passkey.credential) == *key)
        });
        if !has {
            let detail = format!("user {user} does not have it");
            findings.push(Finding::new(Kind::PasskeyWithoutPerson, key, detail));
        }
    }

    /// The traces of an erased person go with the record of the erasure.
    pub(super) fn activity(&self, key: &RowKey, user: UserId, findings: &mut Vec<Finding>) {
        if !self.has(&RowKey::user(user)) && !self.has(&RowKey::erased(user)) {
            let detail = format!("there is no user {user}");
            findings.push(Finding::new(Kind::ActivityWithoutPerson, key, detail));
        }
    }
}

/// No more accounts are counted as a person's than they own.
pub(super) async fn owned(
    store: &Store,
    key: &RowKey,
    person: &StoredPerson,
    findings: &mut Vec<Finding>,
) -> Result<(), Failure> {
    let user = person.user.id;
    let owned = owned_accounts(store, user).await?;
    if person.owned > owned {
        let detail = format!("{} are counted and {owned} are theirs", person.owned);
        findings.push(Finding::new(Kind::OwnedCountHigh, key, detail));
    }
    Ok(())
}

/// How many live accounts `user` owns.
pub(in crate::check) async fn owned_accounts(store: &Store, user: UserId) -> Result<u64, Failure> {
    let memberships = Box::pin(store.memberships(user)).await?;
    let ids: Vec<_> = memberships
        .iter()
        .map(|membership| membership.account)
        .collect();
    let accounts = Box::pin(store.accounts(&ids)).await?;
    let owned = accounts.iter().filter(|account| account.owner == user);
    Ok(owned.count() as u64)
}
