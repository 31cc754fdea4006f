//! A stack whose table is changed past the service.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use admin::check::{Options, Report, check};
use admin::{Connection, Interrupt, Output, Pace};
use aws_sdk_dynamodb::types::AttributeValue;

use crate::support::{Buffer, Desk};

pub(super) type Item = HashMap<String, AttributeValue>;

/// A stack with people in every state, and its table.
pub(super) struct World {
    pub(super) desk: Desk,
    pub(super) connection: Connection,
    pub(super) ada: u64,
    pub(super) grace: u64,
    pub(super) invited: u64,
    pub(super) acme: u64,
}

/// A change of one item, past the service.
pub(super) enum Change {
    Set(String, String, &'static str, AttributeValue),
    Remove(String, String, &'static str),
    Put(Item),
    Delete(String, String),
}

impl World {
    pub(super) async fn start() -> Self {
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

    pub(super) fn options(&self, repair: bool) -> Options {
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

    pub(super) async fn check(&self, repair: bool) -> Report {
        self.checked(&self.options(repair)).await
    }

    pub(super) async fn checked(&self, options: &Options) -> Report {
        let progress = Output::to(Buffer::default(), Buffer::default()).progress("", None);
        let report = check(&self.connection, options, &progress, &Interrupt::new()).await;
        report.unwrap()
    }

    pub(super) fn user(&self, id: u64) -> String {
        assert!([self.ada, self.grace, self.invited].contains(&id));
        format!("USER#{id}")
    }

    pub(super) fn account(&self) -> String {
        format!("ACCOUNT#{}", self.acme)
    }

    /// The item under a key, from a reader of its own: a plant is no future.
    pub(super) fn item(&self, pk: &str, sk: &str) -> Item {
        let read = async {
            let client = &self.connection.client;
            let read = client.get_item().table_name(self.connection.table());
            let read = read.key("pk", s(pk)).key("sk", s(sk)).consistent_read(true);
            read.send().await.unwrap().item.unwrap()
        };
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(read))
    }

    pub(super) async fn rows(&self) -> Vec<Item> {
        #[expect(clippy::disallowed_methods, reason = "a test sees the whole table")]
        let scan = self.connection.client.scan();
        let scan = scan
            .table_name(self.connection.table())
            .consistent_read(true);
        scan.send().await.unwrap().items.unwrap()
    }

    pub(super) async fn make(&self, change: Change) {
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
    pub(super) async fn put_back(&self, before: &[Item]) {
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

pub(super) fn item(pk: &str, sk: &str, attributes: &[(&str, AttributeValue)]) -> Item {
    let own = attributes
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    own.chain([("pk".to_owned(), s(pk)), ("sk".to_owned(), s(sk))])
        .collect()
}

pub(super) fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub(super) fn n(number: &str) -> AttributeValue {
    AttributeValue::N(number.to_owned())
}
