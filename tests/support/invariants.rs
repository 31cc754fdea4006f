//! Invariants of the table, after any requests and any failures.

use std::collections::BTreeMap;
use std::time::Duration;

use admin::check::{Options, check};
use admin::{Connection, Interrupt, Pace, Progress};
use serde_json::{Value, json};

use super::TestApp;

/// Every item of a table.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Table {
    items: BTreeMap<(String, String), Value>,
}

impl TestApp {
    /// Reads the whole table, past the service, and fails unless its facts are consistent. What is derived from them may be behind.
    #[track_caller]
    pub(crate) fn check_invariants(&self) -> impl Future<Output = ()> {
        let options = Options {
            derived: false,
            grace: Duration::from_secs(2),
            ..self.check_options()
        };
        self.checked(options)
    }

    /// The same of derived data too, once the stream is read. Where calls are made to fail that takes long, and is not waited for.
    #[track_caller]
    pub(crate) fn check_table(&self) -> impl Future<Output = ()> {
        let derived = self.stack.interceptor().is_none();
        let checked = self.checked(Options {
            derived,
            ..self.check_options()
        });
        async move {
            if derived {
                self.stack.streams_read().await;
            }
            checked.await;
        }
    }

    fn check_options(&self) -> Options {
        assert!(!self.stack.table().is_empty());
        Options {
            pace: Pace { rate: u32::MAX },
            segments: 1,
            grace: Duration::from_secs(30),
            ..Options::default()
        }
    }

    #[track_caller]
    fn checked(&self, options: Options) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let connection = Connection::local(self.stack.url()).await.unwrap();
            let (progress, interrupt) = (Progress::hidden(), Interrupt::new());
            let work = check(&connection, &options, &progress, &interrupt);
            let report = Box::pin(work).await.unwrap();
            assert!(
                report.findings.is_empty(),
                "at {caller}: {:#?}",
                report.findings
            );
        }
    }

    /// The whole table once its stream is processed and SES's events have come in.
    pub(crate) async fn at_rest(&self) -> Table {
        let mut last = self.rows().await;
        let mut calm = 0;
        while calm < 5 {
            self.stack.streams_read().await;
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            let rows = self.rows().await;
            calm = if rows == last { calm + 1 } else { 0 };
            last = rows;
        }
        last
    }

    /// The whole table in its current state.
    pub(crate) async fn rows(&self) -> Table {
        let client = reqwest::Client::new();
        let mut table = Table::default();
        let mut start = Value::Null;
        loop {
            let mut scan = json!({ "TableName": self.stack.table(), "ConsistentRead": true });
            if !start.is_null() {
                scan["ExclusiveStartKey"] = start;
            }
            let answer = client
                .post(self.stack.dynamodb_url())
                .header("x-amz-target", "DynamoDB_20120810.Scan")
                .header("content-type", "application/x-amz-json-1.0")
                .header(
                    "authorization",
                    "AWS4-HMAC-SHA256 Credential=tests/20260101/eu-west-1/dynamodb/aws4_request, \
                     SignedHeaders=host;x-amz-date, Signature=0",
                )
                .header("x-amz-date", "20260101T000000Z")
                .body(scan.to_string())
                .send()
                .await
                .unwrap();
            let page: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
            let items = page["Items"].as_array();
            for item in items.unwrap_or_else(|| panic!("{page}")) {
                let key = (text(item, "pk").to_owned(), text(item, "sk").to_owned());
                table.items.insert(key, item.clone());
            }
            start = page["LastEvaluatedKey"].clone();
            if start.is_null() {
                return table;
            }
        }
    }
}

impl Table {
    /// The item under a key, or `null`.
    pub(crate) fn item(&self, pk: &str, sk: &str) -> &Value {
        let key = (pk.to_owned(), sk.to_owned());
        self.items.get(&key).unwrap_or(&Value::Null)
    }

    /// The items whose partition key and sort key begin with these prefixes.
    pub(crate) fn all<'a>(
        &'a self,
        pk: &'a str,
        sk: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let found = move |(item_pk, item_sk): &(String, String)| {
            item_pk.starts_with(pk) && item_sk.starts_with(sk)
        };
        let items = self.items.iter().filter(move |(key, _)| found(key));
        items.map(move |((item_pk, _), item)| (&item_pk[pk.len()..], item))
    }

    /// The items of a partition, in order.
    pub(crate) fn partition(&self, pk: &str) -> Vec<&Value> {
        let items = self.items.iter().filter(|((item_pk, _), _)| item_pk == pk);
        items.map(|(_, item)| item).collect()
    }

    /// Every item outside of these partitions, in order.
    pub(crate) fn outside(&self, partitions: &[String]) -> Vec<&Value> {
        let items = self.items.iter();
        let outside = items.filter(|((pk, _), _)| !partitions.contains(pk));
        outside.map(|(_, item)| item).collect()
    }

    /// The members of an account that are not removed.
    pub(crate) fn members(&self, account: &str) -> Vec<&Value> {
        let members = self.all("ACCOUNT#", "MEMBER#");
        let own =
            members.filter(|(id, member)| *id == account && text(member, "status") != "removed");
        own.map(|(_, member)| member).collect()
    }
}

fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item[name]["S"].as_str().unwrap_or_default()
}
