//! Every fault that is planted is found and, where it can be, mended; nothing is found in what the service leaves.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::time::Duration;

use admin::check::{Finding, Kind, Options, Report, check};
use admin::{Connection, Exit, Failure, Interrupt, Output, Pace};
use aws_sdk_dynamodb::types::AttributeValue;

use crate::support::{Buffer, Desk};

type Item = HashMap<String, AttributeValue>;

/// A stack with people in every state, and its table.
struct World {
    desk: Desk,
    connection: Connection,
    ada: u64,
    grace: u64,
    invited: u64,
    acme: u64,
}

/// How a fault is planted: answers the key of the row that it is found at.
type Plant = fn(&World) -> (Vec<Change>, (String, String));

/// A change of one item, past the service.
enum Change {
    Set(String, String, &'static str, AttributeValue),
    Remove(String, String, &'static str),
    Put(Item),
    Delete(String, String),
}

const GHOST: &str = "9007199254740990";

/// Each kind of finding with a fault of it.
const PLANTED: &[(Kind, Plant)] = &[
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

#[test]
fn every_kind_of_finding_has_a_planted_fault() {
    let planted: BTreeSet<_> = PLANTED.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(planted, Kind::ALL.iter().copied().collect());
    let codes: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.code()).collect();
    assert_eq!(codes.len(), Kind::ALL.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_planted_fault_is_found_and_mended_where_it_can_be() {
    let world = World::start().await;
    let clean = world.check(false).await;
    assert!(clean.findings.is_empty(), "{clean:#?}");
    for (kind, plant) in PLANTED {
        let before = world.rows().await;
        let (changes, (pk, sk)) = plant(&world);
        for change in changes {
            world.make(change).await;
        }
        let found = world.check(false).await;
        let own = |finding: &&Finding| {
            finding.kind == *kind && (finding.row.pk(), finding.row.sk()) == (&pk, &sk)
        };
        let finding = found.findings.iter().find(own);
        let finding = finding.unwrap_or_else(|| panic!("{kind:?} at {pk} {sk}: {found:#?}"));
        assert_eq!(finding.repairable, kind.is_repairable(), "{finding:?}");
        if kind.is_repairable() {
            let mended = world.check(true).await;
            assert!(
                mended.is_clean() && !mended.findings.is_empty(),
                "{kind:?}: {mended:#?}"
            );
            let after = world.check(false).await;
            assert!(after.findings.is_empty(), "{kind:?}: {after:#?}");
        } else {
            let kept = world.check(true).await;
            assert!(
                kept.findings
                    .iter()
                    .any(|found| found.kind == *kind && !found.repaired)
            );
        }
        world.put_back(&before).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_check_continues_where_it_was() {
    let world = World::start().await;
    for page in 0..48 {
        for row in 0..25 {
            let key = format!("SENDER#{page}-{row}");
            world
                .make(Change::Put(item(
                    &key,
                    "MAILS#2026-06-02",
                    &[("ttl", n("9780396200"))],
                )))
                .await;
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("check.json");
    let options = Options {
        segments: 1,
        state: Some(state.clone()),
        ..world.options(false)
    };
    let pressed = Interrupt::new();
    pressed.press();
    let progress = Output::to(Buffer::default(), Buffer::default()).progress("", None);
    let interrupted = check(&world.connection, &options, &progress, &pressed).await;
    assert!(
        matches!(interrupted, Err(Failure::Interrupted(_))),
        "{interrupted:?}"
    );
    let kept = std::fs::read_to_string(&state).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept["rows"], 500);
    let whole = world.check(false).await;
    let report = check(&world.connection, &options, &progress, &Interrupt::new()).await;
    let report = report.unwrap();
    assert_eq!((report.rows, report.findings.len()), (whole.rows, 0));
    assert!(!state.exists());

    std::fs::write(&state, "{}").unwrap();
    let refused = check(&world.connection, &options, &progress, &Interrupt::new()).await;
    assert!(matches!(refused, Err(Failure::Usage(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_says_what_it_found_and_ends_with_1() {
    let world = World::start().await;
    let clean = world.desk.run("check --grace 3").await;
    assert_eq!(clean.exit, Exit::Done, "{clean:?}");
    assert!(clean.out.ends_with(" rows are consistent\n"), "{clean:?}");
    let count = Change::Set(world.account(), "COUNT".into(), "count", n("7"));
    world.make(count).await;
    let found = world.desk.run("check --grace 0").await;
    assert_eq!(found.exit, Exit::Refused);
    assert!(found.out.contains("MEMBER_COUNT_WRONG") && found.out.contains("--repair mends it"));
    assert_eq!(
        world.desk.run("check --grace 0 --repair").await.exit,
        Exit::Usage
    );
    let mended = world.desk.json("check --grace 0 --repair --yes").await;
    assert_eq!(mended["findings"][0]["repaired"], true);
    assert_eq!(world.desk.run("check --grace 0").await.exit, Exit::Done);
}

impl World {
    async fn start() -> Self {
        let desk = Desk::with(local::Options::memory().without_schedules()).await;
        let (ada, acme, token) = desk.owner("ada@example.com", "Acme").await;
        let grace = desk.member(acme, &token, "grace@example.com").await;
        let invited = desk.invite(acme, &token, "invited@example.com").await;
        desk.owner("other@example.com", "Other").await;
        desk.token("invited@example.com", "invit").await;
        desk.stack.streams_read().await;
        // The stream has forgotten what is not in the trail by now.
        desk.stack.advance(25 * 60 * 60);
        let connection = Connection::local(desk.stack.url()).await.unwrap();
        let world = Self {
            desk,
            connection,
            ada,
            grace,
            invited,
            acme,
        };
        // SES's events about the last mail may still come in.
        let mut options = world.options(false);
        options.grace = Duration::from_secs(5);
        world.checked(&options).await;
        world
    }

    fn options(&self, repair: bool) -> Options {
        assert!(!self.connection.table().is_empty());
        Options {
            segments: 3,
            pace: Pace { rate: 1_000_000 },
            grace: Duration::ZERO,
            derived: true,
            repair,
            state: None,
        }
    }

    async fn check(&self, repair: bool) -> Report {
        self.checked(&self.options(repair)).await
    }

    async fn checked(&self, options: &Options) -> Report {
        let progress = Output::to(Buffer::default(), Buffer::default()).progress("", None);
        let report = check(&self.connection, options, &progress, &Interrupt::new()).await;
        report.unwrap()
    }

    fn user(&self, id: u64) -> String {
        assert!([self.ada, self.grace, self.invited].contains(&id));
        format!("USER#{id}")
    }

    fn account(&self) -> String {
        format!("ACCOUNT#{}", self.acme)
    }

    /// The item under a key, from a reader of its own: a plant is no future.
    fn item(&self, pk: &str, sk: &str) -> Item {
        let read = async {
            let client = &self.connection.client;
            let read = client.get_item().table_name(self.connection.table());
            let read = read.key("pk", s(pk)).key("sk", s(sk)).consistent_read(true);
            read.send().await.unwrap().item.unwrap()
        };
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(read))
    }

    async fn rows(&self) -> Vec<Item> {
        #[expect(clippy::disallowed_methods, reason = "a test sees the whole table")]
        let scan = self.connection.client.scan();
        let scan = scan
            .table_name(self.connection.table())
            .consistent_read(true);
        scan.send().await.unwrap().items.unwrap()
    }

    async fn make(&self, change: Change) {
        let (client, table) = (&self.connection.client, self.connection.table());
        match change {
            Change::Set(pk, sk, name, value) => {
                let update = client.update_item().table_name(table);
                let update = update.key("pk", s(&pk)).key("sk", s(&sk));
                let update = update.update_expression("SET #name = :value");
                let update = update.expression_attribute_names("#name", name);
                let update = update.expression_attribute_values(":value", value);
                update.send().await.unwrap();
            }
            Change::Remove(pk, sk, name) => {
                let update = client.update_item().table_name(table);
                let update = update.key("pk", s(&pk)).key("sk", s(&sk));
                let update = update.update_expression("REMOVE #name");
                let update = update.expression_attribute_names("#name", name);
                update.send().await.unwrap();
            }
            Change::Put(item) => {
                let put = client.put_item().table_name(table).set_item(Some(item));
                put.send().await.unwrap();
            }
            Change::Delete(pk, sk) => {
                let delete = client.delete_item().table_name(table);
                let delete = delete.key("pk", s(&pk)).key("sk", s(&sk));
                delete.send().await.unwrap();
            }
        }
    }

    /// The table as it was `before`.
    async fn put_back(&self, before: &[Item]) {
        let key = |item: &Item| {
            let text = |name: &str| item[name].as_s().unwrap().clone();
            (text("pk"), text("sk"))
        };
        let known: BTreeSet<_> = before.iter().map(key).collect();
        for row in self.rows().await {
            let (pk, sk) = key(&row);
            if !known.contains(&(pk.clone(), sk.clone())) {
                self.make(Change::Delete(pk, sk)).await;
            }
        }
        for row in before {
            self.make(Change::Put(row.clone())).await;
        }
        self.desk.stack.streams_read().await;
    }
}

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

fn item(pk: &str, sk: &str, attributes: &[(&str, AttributeValue)]) -> Item {
    let own = attributes
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    own.chain([("pk".to_owned(), s(pk)), ("sk".to_owned(), s(sk))])
        .collect()
}

fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn n(number: &str) -> AttributeValue {
    AttributeValue::N(number.to_owned())
}
