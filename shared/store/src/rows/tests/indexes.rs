//! Rows that are read from an index or a projection, and rows that are damaged.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use model::examples::{NOW, acme, invitation, member, member_in};
use model::{Account, DecidedBy, Delivery, DeliveryState, Member, MemberState};

use super::{account_item, member_item};
use crate::rows::*;
use crate::wire::Source as _;
use crate::wire::tests::on_the_wire;

/// What an index of `template.yaml` holds of `item`.
fn projected(item: &Item, names: &[&str]) -> Item {
    let names = names.iter().chain(&["pk", "sk"]);
    let held = names.filter_map(|name| Some(((*name).to_owned(), item.get(*name)?.clone())));
    held.collect::<HashMap<_, _>>()
}

#[test]
fn an_account_reads_from_what_its_index_holds() {
    let names = [
        "gsi2pk",
        "gsi2sk",
        "name",
        "description",
        "primaryContact",
        "status",
        "ownerId",
        "country",
        "updatedAt",
    ];
    let listed = |account: &Account| {
        let item = on_the_wire(&projected(&account_item(account), &names));
        let row: ListedAccountRow = item.row().unwrap();
        row.account().unwrap()
    };
    let bare = Account {
        description: None,
        primary_contact: None,
        country: None,
        ..acme()
    };
    // Lists do not need to know the creator.
    for account in [acme(), bare].map(|account| Account {
        creator: None,
        ..account
    }) {
        assert_eq!(listed(&account), account.into());
    }
}

#[test]
fn an_account_that_was_suspended_before_it_was_kept_by_whom_was_suspended_by_its_own() {
    let mut item = account_item(&acme());
    item.insert("status".into(), AttributeValue::S("suspended".into()));
    let account = live_account(&item).unwrap().unwrap();
    assert_eq!(account.suspended_by, Some(DecidedBy::Account));
}

#[test]
fn a_membership_reads_from_what_its_index_holds() {
    let item = member_item(&member_in(MemberState::Suspended));
    let item = projected(&item, &["gsi1pk", "gsi1sk", "roles", "status"]);
    let row: MembershipRow = row(&item).unwrap();
    assert_eq!(row.state(), MemberState::Suspended);
    assert_eq!(row.roles, member().roles);
}

#[test]
fn a_member_reads_from_what_a_list_projects() {
    let listed = |member: &Member| {
        let whole = member_item(member);
        let mut item = projected(&whole, &LISTED);
        item.remove("pk");
        // Of a map, the projection has the named attributes only.
        for (name, value) in &whole {
            let AttributeValue::M(map) = value else {
                continue;
            };
            let named = |inner: &String| LISTED.contains(&format!("{name}.{inner}").as_str());
            let kept = map.iter().filter(|(inner, _)| named(inner));
            let kept = kept.map(|(inner, value)| (inner.clone(), value.clone()));
            item.insert(name.clone(), AttributeValue::M(kept.collect()));
        }
        let row: ListedMemberRow = on_the_wire(&item).row().unwrap();
        row.member(member.account).unwrap()
    };
    let followed = Member {
        invitation: Some(invitation()),
        delivery: Some(Delivery {
            change: "c".into(),
            state: DeliveryState::Bounced,
            at: NOW,
        }),
        ..member_in(MemberState::Invited)
    };
    let states = [
        MemberState::Invited,
        MemberState::Active,
        MemberState::Suspended,
    ];
    for member in states.map(member_in).into_iter().chain([followed]) {
        assert_eq!(listed(&member), member.into());
    }
}

#[test]
fn a_row_that_is_not_as_written_is_told_to_be_damaged() {
    let other_key = |mut item: Item, pk: &str, sk: &str| {
        item.insert("pk".into(), AttributeValue::S(pk.into()));
        item.insert("sk".into(), AttributeValue::S(sk.into()));
        item
    };
    let account = other_key(account_item(&acme()), "USER#42", "ACCOUNT");
    assert!(matches!(
        live_account(&account),
        Err(TableError::Damaged(_))
    ));
    let unpadded = other_key(member_item(&member()), "ACCOUNT#42", "MEMBER#7");
    assert!(matches!(
        crate::rows::member(&unpadded),
        Err(TableError::Damaged(_))
    ));
    let mut account = account_item(&acme());
    account.insert("gsi2sk".into(), AttributeValue::S("later#42".into()));
    assert!(matches!(
        live_account(&account),
        Err(TableError::Damaged(_))
    ));
    assert!(matches!(
        exactly::<16>(vec![0; 15]),
        Err(TableError::Damaged(_))
    ));
    let mut account = account_item(&acme());
    account.remove("version");
    assert!(matches!(
        live_account(&account),
        Err(TableError::Unreadable(_))
    ));
}
