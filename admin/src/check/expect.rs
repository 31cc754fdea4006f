//! The rows that a row has to agree with.

use store::{RowKey, StoredRow};

/// The keys of the rows that decide whether `row` is right.
pub(super) fn expected(row: &StoredRow) -> Vec<RowKey> {
    match row {
        StoredRow::User(person) => {
            let user = &person.user;
            let passkeys = user.factors.passkeys.values();
            let passkeys = passkeys.map(|passkey| RowKey::passkey(&passkey.credential));
            let address = RowKey::address(&user.email);
            std::iter::once(address).chain(passkeys).collect()
        }
        StoredRow::Address(credential) => vec![RowKey::user(credential.user)],
        StoredRow::Passkey(user) => vec![RowKey::user(*user)],
        StoredRow::Activity(user, _) => vec![RowKey::user(*user), RowKey::erased(*user)],
        StoredRow::Account(listed) => {
            let account = &listed.row;
            let mut keys = vec![
                RowKey::name(&account.name),
                RowKey::member(account.id, account.owner),
                RowKey::user(account.owner),
            ];
            let change = listed.change.as_ref();
            keys.extend(change.map(|change| RowKey::event(account.id, change)));
            keys
        }
        StoredRow::DeletedAccount(listed) => {
            let change = listed.change.as_ref();
            let event = change.map(|change| RowKey::event(listed.row.account.id, change));
            event.into_iter().collect()
        }
        StoredRow::Name(_, account) => vec![RowKey::account(*account)],
        StoredRow::Member(listed) => {
            let member = &listed.row;
            let mut keys = vec![RowKey::account(member.account), RowKey::user(member.user)];
            let change = listed.change.as_ref();
            keys.extend(change.map(|change| RowKey::event(member.account, change)));
            keys
        }
        StoredRow::Event(event) => vec![RowKey::account(event.account)],
        StoredRow::MemberCount(account, _) | StoredRow::OfAccount(account) => {
            vec![RowKey::account(*account)]
        }
        StoredRow::FormerAddress(_) | StoredRow::AccountCount(_) | StoredRow::Other => Vec::new(),
    }
}
