//! A fault for each kind of finding.

use std::collections::HashMap;

use admin::check::Kind;
use aws_sdk_dynamodb::types::AttributeValue;

use super::world::{Change, World, item, n, s};

/// How a fault is planted: answers the key of the row that it is found at.
pub(super) type Plant = fn(&World) -> (Vec<Change>, (String, String));

const GHOST: &str = "9007199254740990";

/// Each kind of finding with a fault of it.
pub(super) const PLANTED: &[(Kind, Plant)] = &[
    (Kind::UnreadableRow, |_| {
        found_at(
            vec![Change::Put(item("WHAT#1", "WHAT", &[]))],
            "WHAT#1",
            "WHAT",
        )
    }),
    (Kind::AddressWithoutPerson, |_| {
        let pk = "EMAIL#ghost@example.com";
        let ghost = item(
            pk,
            "EMAIL",
            &[
                ("entity", s("email")),
                ("userId", n(GHOST)),
                ("email", s("ghost@example.com")),
                ("credential", n("1")),
                ("firstName", s("No")),
                ("lastName", s("Body")),
            ],
        );
        found_at(vec![Change::Put(ghost)], pk, "EMAIL")
    }),
    (Kind::PersonWithoutAddress, |world| {
        let gone = Change::Delete("EMAIL#grace@example.com".into(), "EMAIL".into());
        found_at(vec![gone], &world.user(world.grace), "USER")
    }),
    (Kind::CredentialDiffers, |_| {
        at("EMAIL#grace@example.com", "EMAIL", "credential", n("99"))
    }),
    (Kind::AddressNamesOutdated, |_| {
        at("EMAIL#grace@example.com", "EMAIL", "firstName", s("Old"))
    }),
    (Kind::NameWithoutAccount, |_| {
        let name = item(
            "NAME#ghost",
            "NAME",
            &[("entity", s("name")), ("accountId", n(GHOST))],
        );
        found_at(vec![Change::Put(name)], "NAME#ghost", "NAME")
    }),
    (Kind::AccountWithoutName, |world| {
        let gone = Change::Delete("NAME#acme".into(), "NAME".into());
        found_at(vec![gone], &world.account(), "ACCOUNT")
    }),
    (Kind::AccountWithoutOwner, |world| {
        let no = AttributeValue::Bool(false);
        let change = Change::Set(world.account(), member(world.ada), "owner", no);
        found_at(vec![change], &world.account(), "ACCOUNT")
    }),
    (Kind::SecondOwner, |world| {
        at(
            &world.account(),
            &member(world.grace),
            "owner",
            AttributeValue::Bool(true),
        )
    }),
    (Kind::MemberWithoutPerson, |world| {
        let gone = Change::Delete(world.user(world.grace), "USER".into());
        found_at(vec![gone], &world.account(), &member(world.grace))
    }),
    (Kind::UnprovenMember, |world| {
        let no = AttributeValue::Bool(false);
        let change = Change::Set(world.user(world.grace), "USER".into(), "verified", no);
        found_at(vec![change], &world.account(), &member(world.grace))
    }),
    (Kind::MemberWithoutInvitation, |world| {
        without(&world.account(), &member(world.invited), "invitation")
    }),
    (Kind::DeliveryMisplaced, |world| {
        without(&world.account(), &member(world.invited), "delivery")
    }),
    (Kind::RowWithoutAccount, |_| {
        let pk = format!("ACCOUNT#{GHOST}");
        let count = item(&pk, "COUNT", &[("count", n("1")), ("version", n("1"))]);
        found_at(vec![Change::Put(count)], &pk, "COUNT")
    }),
    (Kind::Mislisted, |world| {
        without(&world.account(), &member(world.grace), "gsi1pk")
    }),
    (Kind::CopyOutdated, |world| {
        at(
            &world.account(),
            &member(world.grace),
            "firstName",
            s("Old"),
        )
    }),
    (Kind::EventMissing, |world| {
        let change = world
            .item(&world.account(), &member(world.grace))
            .remove("change");
        let change = change.unwrap();
        let change = change.as_m().unwrap();
        let number = |name: &str| change[name].as_n().unwrap().parse::<u64>().unwrap();
        let (at, version) = (number("at"), number("version"));
        let id = change["id"].as_s().unwrap();
        let event = format!("EVENT#{at:013}#{version:016}#{id}");
        let gone = Change::Delete(world.account(), event);
        found_at(vec![gone], &world.account(), &member(world.grace))
    }),
    (Kind::MemberCountWrong, |world| {
        let change = Change::Set(world.account(), "COUNT".into(), "count", n("7"));
        found_at(vec![change], &world.account(), "ACCOUNT")
    }),
    (Kind::OwnedCountHigh, |world| {
        at(&world.user(world.ada), "USER", "owned", n("5"))
    }),
    (Kind::AccountCountWrong, |_| {
        let count = item(
            "COUNTERS",
            "ACCOUNTS",
            &[("count", n("3")), ("version", n("1"))],
        );
        found_at(vec![Change::Put(count)], "COUNTERS", "ACCOUNTS")
    }),
    (Kind::PasskeyWithoutPerson, |world| {
        let of = ("userId", n(&world.grace.to_string()));
        let passkey = item("PASSKEY#AQID", "PASSKEY", &[("entity", s("passkey")), of]);
        found_at(vec![Change::Put(passkey)], "PASSKEY#AQID", "PASSKEY")
    }),
    (Kind::PersonWithoutPasskey, |world| {
        let passkey = AttributeValue::M(HashMap::from([
            (
                "credential".to_owned(),
                AttributeValue::B(vec![1, 2, 3].into()),
            ),
            ("key".to_owned(), AttributeValue::B(vec![4, 5, 6].into())),
            ("counter".to_owned(), n("0")),
            ("backedUp".to_owned(), AttributeValue::Bool(false)),
            ("backupEligible".to_owned(), AttributeValue::Bool(false)),
            ("name".to_owned(), s("Laptop")),
            ("createdAt".to_owned(), n("1780396200000")),
        ]));
        let passkeys = AttributeValue::M(HashMap::from([("7".to_owned(), passkey)]));
        at(&world.user(world.grace), "USER", "passkeys", passkeys)
    }),
    (Kind::ActivityWithoutPerson, |world| {
        let (pk, sk) = (format!("USER#{GHOST}"), format!("TRACE#{:016}", world.acme));
        let trace = item(&pk, &sk, &[("entity", s("activity"))]);
        found_at(vec![Change::Put(trace)], &pk, &sk)
    }),
];

fn found_at(changes: Vec<Change>, pk: &str, sk: &str) -> (Vec<Change>, (String, String)) {
    (changes, (pk.to_owned(), sk.to_owned()))
}

/// One attribute is another.
fn at(
    pk: &str,
    sk: &str,
    name: &'static str,
    value: AttributeValue,
) -> (Vec<Change>, (String, String)) {
    let change = Change::Set(pk.to_owned(), sk.to_owned(), name, value);
    found_at(vec![change], pk, sk)
}

/// One attribute is missing.
fn without(pk: &str, sk: &str, name: &'static str) -> (Vec<Change>, (String, String)) {
    let change = Change::Remove(pk.to_owned(), sk.to_owned(), name);
    found_at(vec![change], pk, sk)
}

fn member(user: u64) -> String {
    format!("MEMBER#{user:016}")
}
