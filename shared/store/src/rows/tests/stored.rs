//! The stored form of each row, and of the record of a change.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use expect_test::expect;
use model::examples::{NOW, acme, ada, after, asking, invitation, member, member_in, session};
use model::{Account, Actor, Change, ChangeKind, MemberState, SessionId, Target};

use super::{account_item, member_item, user_item};
use crate::keys;
use crate::rows::*;

/// The attributes of `item`, sorted, without binary values' bytes.
fn shown(item: &Item) -> String {
    let sorted: BTreeMap<_, _> = item.iter().collect();
    let lines = sorted
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", attribute(value)));
    lines.collect()
}

fn attribute(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) => format!("{text:?}"),
        AttributeValue::N(number) => number.clone(),
        AttributeValue::Bool(yes) => yes.to_string(),
        AttributeValue::B(bytes) => format!("{} bytes", bytes.as_ref().len()),
        AttributeValue::L(elements) => {
            let elements: Vec<_> = elements.iter().map(attribute).collect();
            format!("[{}]", elements.join(", "))
        }
        AttributeValue::M(members) => {
            let sorted: BTreeMap<_, _> = members.iter().collect();
            let members = sorted
                .iter()
                .map(|(name, value)| format!("{name}: {}", attribute(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn the_stored_form_of_each_row_is_pinned() {
    let mut user = ada();
    let id = SessionId::parse("AAAAAAAAAAAAAAAAAAAA").unwrap();
    user.sessions.insert(id, session());
    user.verification = Some(invitation().link);
    let items = [
        account_item(&acme()),
        member_item(&member_in(MemberState::Invited)),
        member_item(&member().removed(after(1000))),
        user_item(&user),
    ];
    let items = items.map(|item| shown(&item));
    expect![[r#"
        country: "GB"
        creatorId: 1
        description: "Anvils"
        entity: "account"
        gsi2pk: "ACCOUNT"
        gsi2sk: "1780396200500#0000000000000042"
        name: "Acme"
        ownerId: 1
        pk: "ACCOUNT#42"
        primaryContact: "desk@acme.example"
        sk: "ACCOUNT"
        status: "active"
        updatedAt: 1780396200500
        version: 1

        createdAt: 1780396200500
        email: "Ada@Example.com"
        emailVerified: false
        entity: "member"
        firstName: "Ada"
        gsi1pk: "USER#7"
        gsi1sk: "ACCOUNT#0000000000000042"
        invitation: {expiresAt: 1781001000, inviter: 7, mailedAt: [1780396200500], mails: 1, nonce: 16 bytes}
        lastName: "Lovelace"
        owner: false
        pk: "ACCOUNT#42"
        roles: ["user"]
        sk: "MEMBER#0000000000000007"
        status: "invited"
        updatedAt: 1780396200500
        version: 1

        createdAt: 1780396200500
        email: "removed@removed.invalid"
        emailVerified: false
        entity: "member"
        owner: false
        pk: "ACCOUNT#42"
        roles: ["user"]
        sk: "MEMBER#0000000000000007"
        status: "removed"
        ttl: 1780482601
        updatedAt: 1780396201500
        version: 2

        createdAt: 1780396200500
        credential: 0
        email: "Ada@Example.com"
        entity: "user"
        firstName: "Ada"
        id: 7
        lastName: "Lovelace"
        namesAt: 1780396200500
        pk: "USER#7"
        sessions: {AAAAAAAAAAAAAAAAAAAA: {authenticatedAt: 1780396200500, client: 16 bytes, createdAt: 1780396200500, digest: 32 bytes, endsAt: 1780396203500, expiresAt: 1780396201500, family: 16 bytes, lastUsedAt: 1780396200500, methods: ["password"], nonce: 16 bytes, userAgent: "curl/8"}}
        sk: "USER"
        verification: {expiresAt: 1781001000, nonce: 16 bytes}
        verified: false
    "#]].assert_eq(&items.join("\n"));
}

#[test]
fn what_has_no_optional_value_has_no_attribute_for_it() {
    let account = Account {
        description: None,
        primary_contact: None,
        country: None,
        ..acme()
    };
    let names = |item: &Item| {
        let mut names: Vec<_> = item.keys().cloned().collect();
        names.sort();
        names.join(" ")
    };
    let items = [
        account_item(&account),
        member_item(&member()),
        user_item(&ada()),
    ];
    let items = items.map(|item| names(&item));
    expect![[r#"
        creatorId entity gsi2pk gsi2sk name ownerId pk sk status updatedAt version
        createdAt email emailVerified entity firstName gsi1pk gsi1sk lastName owner pk roles sk status updatedAt version
        createdAt credential email entity firstName id lastName namesAt pk sessions sk verified"#]].assert_eq(&items.join("\n"));
}

#[test]
fn a_name_leads_to_its_account() {
    let name = NameRow {
        entity: "name".into(),
        account_id: acme().id,
    };
    let item = item(&keys::name(&acme().name), &name, None).unwrap();
    expect![[r#"
        accountId: 42
        entity: "name"
        pk: "NAME#acme"
        sk: "NAME"
    "#]]
    .assert_eq(&shown(&item));
    assert_eq!(row::<NameRow>(&item).unwrap().account_id, acme().id);
}

#[test]
fn a_change_record_stands_in_its_own_attribute() {
    let change = Change {
        id: "c".into(),
        kind: ChangeKind::AccountChanged,
        at: NOW.millis(),
        actor: Some(Actor::User(ada().id)),
        target: Target {
            r#type: "account".into(),
            id: 42,
        },
        request_id: "r".into(),
        version: 2,
        source_ip: "192.0.2.1".into(),
        changes: Account::differences(Some(&acme()), Some(&acme().owned_by(ada().id, NOW))),
        mail: None,
        device: String::new(),
        operator: "arn:aws:iam::123456789012:user/ada".into(),
    };
    let key = keys::account(acme().id);
    let mut with = item(&key, &AccountRow::from(&acme()), Some(&change)).unwrap();
    assert_eq!(live_account(&with).unwrap(), Some(acme()));
    let record = with.remove("change").unwrap();
    assert_eq!(with, account_item(&acme()));
    let back: Change = serde_dynamo::from_attribute_value(record).unwrap();
    assert_eq!(back, change);
}

#[test]
fn a_change_record_comes_back_from_the_table_as_it_went() {
    let change = asking();
    let stored: AttributeValue = serde_dynamo::to_attribute_value(&change).unwrap();
    // The template's filter on the stream selects records by `change.M.mail.S`.
    assert!(stored.as_m().unwrap()["mail"].as_s().is_ok());
    let back: Change = serde_dynamo::from_attribute_value(stored).unwrap();
    assert_eq!(back, change);
}
