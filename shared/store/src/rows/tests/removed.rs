//! Deleted accounts and removed members.

use aws_sdk_dynamodb::types::AttributeValue;
use model::examples::{acme, after, member, member_in};
use model::{Account, DecidedBy, DeletedAccount, MemberState};

use super::{account_item, member_item};
use crate::keys;
use crate::rows::*;

#[test]
fn a_deleted_account_is_gone_for_every_reader_and_waits_in_the_index() {
    let mut item = deleted_item();
    assert!(live_account(&item).unwrap().is_none());
    assert_eq!(item["gsi2pk"], AttributeValue::S("DELETED".into()));
    assert_eq!(item["version"], AttributeValue::N("2".into()));
    let sort = keys::gsi2_sort(acme().id, after(1000));
    assert_eq!(item["gsi2sk"], AttributeValue::S(sort));
    let mut deleted = DeletedAccount {
        account: Account {
            version: 2,
            ..acme()
        },
        deleted_at: after(1000),
        deleted_by: DecidedBy::Account,
        purging: false,
    };
    assert_eq!(deleted_account(&item).unwrap(), Some(deleted.clone()));
    let by = item.insert("deletedBy".into(), AttributeValue::S("platform".into()));
    assert_eq!(by, None);
    deleted.deleted_by = DecidedBy::Platform;
    item.insert("purging".into(), AttributeValue::Bool(true));
    deleted.purging = true;
    assert_eq!(deleted_account(&item).unwrap(), Some(deleted));
}

#[test]
fn a_deleted_account_in_the_order_of_creation_reads_back_too() {
    let mut item = deleted_item();
    item.remove("createdAt");
    item.insert("gsi2sk".into(), account_item(&acme())["gsi2sk"].clone());
    let deleted = deleted_account(&item).unwrap().unwrap();
    assert_eq!(deleted.account.created_at, acme().created_at);
}

#[test]
fn what_lives_or_is_not_there_is_not_deleted() {
    assert_eq!(deleted_account(&account_item(&acme())).unwrap(), None);
    assert_eq!(deleted_account(&Item::new()).unwrap(), None);
}

fn deleted_item() -> Item {
    let row = AccountRow::deleted(&acme(), DecidedBy::Account, after(1000));
    item(&keys::account(acme().id), &row, None).unwrap()
}

#[test]
fn where_there_is_no_item_there_is_no_account() {
    assert!(live_account(&Item::new()).unwrap().is_none());
}

#[test]
fn a_removed_member_is_in_no_index_and_goes_after_a_day() {
    let item = member_item(&member().removed(after(1000)));
    assert!(!item.contains_key("gsi1pk") && !item.contains_key("gsi1sk"));
    let ttl = (after(1000).seconds() + 24 * 60 * 60).to_string();
    assert_eq!(item["ttl"], AttributeValue::N(ttl));
    for state in [
        MemberState::Invited,
        MemberState::Active,
        MemberState::Suspended,
    ] {
        let item = member_item(&member_in(state));
        assert!(item.contains_key("gsi1pk") && item.contains_key("gsi1sk"));
        assert!(!item.contains_key("ttl"), "{state:?}");
    }
}
