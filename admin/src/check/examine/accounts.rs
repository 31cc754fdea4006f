//! Accounts: their names, owners, lists, last changes and counters.

use model::{Account, AccountId};
use store::{Counted, Listed, RowKey, Store, StoredRow};

use super::Around;
use crate::Failure;
use crate::check::{Finding, Kind};

impl Around {
    /// A live account has its name, and an owner who exists.
    pub(super) fn account(
        &self,
        key: &RowKey,
        listed: &Listed<Account>,
        findings: &mut Vec<Finding>,
    ) {
        let account = &listed.row;
        self.listed(key, account.id, listed, findings);
        let named = match self.row(&RowKey::name(&account.name)) {
            Some(StoredRow::Name(_, id)) => Some(*id),
            _ => None,
        };
        if named != Some(account.id) {
            let name = &account.name;
            let detail = match named {
                Some(other) => format!("{name} leads to account {other}"),
                None => format!("{name} leads to no account"),
            };
            findings.push(Finding::new(Kind::AccountWithoutName, key, detail));
        }
        let owner = match self.row(&RowKey::member(account.id, account.owner)) {
            Some(StoredRow::Member(member)) => Some(&member.row),
            _ => None,
        };
        let owns = owner.is_some_and(|member| member.owner && member.is_active());
        if !owns || self.user(account.owner).is_none() {
            let id = account.owner;
            let detail = if owns {
                format!("its owner {id} does not exist")
            } else {
                format!("user {id} is not its active owner")
            };
            findings.push(Finding::new(Kind::AccountWithoutOwner, key, detail));
        }
    }

    /// A name leads to a live account of that name.
    pub(super) fn name(
        &self,
        key: &RowKey,
        normal: &str,
        account: AccountId,
        findings: &mut Vec<Finding>,
    ) {
        let live = self.live_account(account);
        if live.is_none_or(|live| live.name.normal_form() != normal) {
            let detail = match live {
                Some(live) => format!("account {account} has the name {}", live.name),
                None => format!("there is no live account {account}"),
            };
            findings.push(Finding::new(Kind::NameWithoutAccount, key, detail));
        }
    }

    /// A row is in its lists, and its last change in the trail of `account`.
    pub(super) fn listed<T>(
        &self,
        key: &RowKey,
        account: AccountId,
        listed: &Listed<T>,
        findings: &mut Vec<Finding>,
    ) {
        if !listed.mislisted.is_empty() {
            let wrong = listed.mislisted.iter().map(|(name, value)| match value {
                Some(value) => format!("{name} has to be {value}"),
                None => format!("{name} has to be absent"),
            });
            let detail = wrong.collect::<Vec<_>>().join(", ");
            findings.push(Finding::new(Kind::Mislisted, key, detail));
        }
        if let Some(change) = &listed.change
            && !self.has(&RowKey::event(account, change))
        {
            let detail = format!("{} of {}", change.kind.name(), change.at());
            findings.push(Finding::new(Kind::EventMissing, key, detail));
        }
    }
}

/// The members of an account are as many as are counted. While an event is missing, its members are not counted either: then that
/// is what there is to find.
pub(super) async fn member_counts(
    store: &Store,
    key: &RowKey,
    account: AccountId,
    findings: &mut Vec<Finding>,
) -> Result<(), Failure> {
    let counted = store.stored_counts(account).await?;
    let before = store.count(Counted::Members(account)).await?;
    let derived = Box::pin(store.derived(account)).await?;
    if !derived.untold.is_empty() || store.count(Counted::Members(account)).await? != before {
        return Ok(());
    }
    let members = derived.members;
    // Accounts that were last counted before there were parts have the sum only.
    let wrong = counted.total != members.total()
        || counted
            .invited
            .is_some_and(|count| count != members.invited)
        || counted
            .suspended
            .is_some_and(|count| count != members.suspended);
    if wrong {
        let detail = format!(
            "{} members are counted ({} invited, {} suspended), and there are {} ({} invited, {} suspended)",
            counted.total,
            counted.invited.unwrap_or_default(),
            counted.suspended.unwrap_or_default(),
            members.total(),
            members.invited,
            members.suspended
        );
        findings.push(Finding::new(Kind::MemberCountWrong, key, detail));
    }
    Ok(())
}
