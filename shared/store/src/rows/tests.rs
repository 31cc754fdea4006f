//! What the rows of the table hold, and what is read back from them.

mod indexes;
mod removed;
mod round_trips;
mod stored;

use aws_sdk_dynamodb::types::AttributeValue;
use model::{Account, Member, User};

use super::*;
use crate::keys;

fn account_item(account: &Account) -> Item {
    item(&keys::account(account.id), &AccountRow::from(account), None).unwrap()
}

fn member_item(member: &Member) -> Item {
    let key = keys::member(member.account, member.user);
    item(&key, &MemberRow::from(member), None).unwrap()
}

fn user_item(user: &User) -> Item {
    item(&keys::user(user.id), &UserRow::from(user), None).unwrap()
}

/// Whether there is a `NULL` anywhere in `value`.
fn has_null(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::Null(_) => true,
        AttributeValue::M(members) => members.values().any(has_null),
        AttributeValue::L(elements) => elements.iter().any(has_null),
        _ => false,
    }
}
