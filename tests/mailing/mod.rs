//! `mailer` as Lambda and SES treat it: batches come twice and in pieces, calls fail before and after they took effect, functions
//! die. Each change is mailed once all the same, in order.

mod bombs;
mod delivery;
mod faults;
mod feed;
mod killed;
mod limit;
mod repeated;
mod waiting;
use std::collections::BTreeMap;
use std::time::Duration;

use local::Options;
use reqwest::Method;
use serde_json::{Value, json};
use shared::model::Timestamp;

use crate::support::{Account, TestApp};

const FUNCTION: &str = "MailerFunction";
/// As long as a mail may be in doubt, in seconds.
const DOUBT: i64 = 60;

const PEOPLE: [&str; 3] = ["ada", "bob", "eve"];

/// A stack in which the test hands stream records over itself.
struct ManualMailer {
    app: TestApp,
    acme: Account,
    /// How far the stream has been read.
    reached: BTreeMap<String, Value>,
    /// When the owner's token has to be a new one.
    tired: Timestamp,
}

impl ManualMailer {
    async fn new() -> Self {
        let options = Options::memory()
            .intercepted()
            .without_streams()
            .without_schedules();
        let app = TestApp::with(
            options
                .parameter("InvitationMailsPerAccountAndDay", "10000")
                .parameter("InvitationMailsPerUnprovenPersonAndDay", "10000"),
        )
        .await;
        Self {
            acme: app.owner_of("Acme").await,
            tired: app.stack.clock().now(),
            app,
            reached: BTreeMap::new(),
        }
    }

    /// The records since the last time.
    async fn records(&mut self) -> Vec<Value> {
        self.app.table().mail_records_after(&mut self.reached).await
    }

    async fn invoke(&self, records: &[Value]) -> Result<Value, String> {
        let event = json!({ "Records": records });
        self.app.stack.invoke(FUNCTION, event).await
    }

    /// A scheduled run, as EventBridge starts it.
    async fn run(&self) -> Result<Value, String> {
        let event = json!({ "source": "aws.events", "detail-type": "Scheduled Event" });
        self.app.stack.invoke(FUNCTION, event).await
    }

    /// The records that wait.
    async fn waiting(&self) -> Vec<Value> {
        let mut items = self.app.table().items().await;
        items.retain(|item| item["entity"]["S"] == "waiting_mail");
        items
    }

    /// Hands `records` over until all of them are seen to, as Lambda does, but with a minute between two tries; and runs the
    /// schedule until none waits.
    async fn deliver(&self, records: &[Value]) {
        let mut rest = records;
        let mut wait = DOUBT + 2;
        for _ in 0..20 {
            let answer = if rest.is_empty() {
                Ok(json!({ "batchItemFailures": [] }))
            } else {
                self.invoke(rest).await
            };
            self.heard_from_ses(records).await;
            let failed = answer
                .as_ref()
                .ok()
                .and_then(|answer| answer["batchItemFailures"].as_array());
            match failed.map(Vec::as_slice) {
                Some([]) if self.waiting().await.is_empty() => return,
                Some([]) => rest = &[],
                Some([failure, ..]) => {
                    let named = &failure["itemIdentifier"];
                    let is_it = |record: &Value| record["dynamodb"]["SequenceNumber"] == *named;
                    rest = &rest[rest.iter().position(is_it).unwrap()..];
                }
                None => {}
            }
            self.app.stack.advance(wait);
            wait = (2 * wait).min(16 * 60);
            // A run that fails is started again.
            let _ = self.run().await;
            self.heard_from_ses(records).await;
        }
        panic!("never seen to: {rest:#?}");
    }

    /// Once every mail about `records` that SES has taken is known to be sent, and its membership knows the end of it.
    async fn heard_from_ses(&self, records: &[Value]) {
        let table = self.app.table();
        for record in records {
            let item = &record["dynamodb"]["Keys"];
            for mail in self.app.stack.mails_to(address(record)) {
                let change = &mail.tags["change"];
                let key = json!({ "pk": { "S": format!("MAIL#{change}") }, "sk": { "S": "MAIL" } });
                let heard = async || {
                    let (claim, row) = (table.item(&key).await, table.item(item).await);
                    let delivery = &row["delivery"]["M"];
                    let last = delivery["change"]["S"] == *change.as_str();
                    claim["state"]["S"] == "sent"
                        && (!last || delivery["state"]["S"] == mail.delivery)
                };
                let mut looks = 0;
                while !heard().await {
                    looks += 1;
                    assert!(looks < 1000, "nothing is heard of {mail:?}");
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
        }
    }

    /// The changes of `records` are mailed, each once; those of one person in their order.
    #[track_caller]
    fn check_mailed_once(&self, records: &[Value]) {
        for person in records.iter().map(address) {
            let asked = records.iter().filter(|record| address(record) == person);
            let asked: Vec<&str> = asked.map(change).collect();
            let mails = self.app.stack.mails_to(person);
            let sent = mails.iter().rev().map(|mail| mail.tags["change"].as_str());
            assert_eq!(sent.collect::<Vec<_>>(), asked, "{person}");
        }
    }

    /// Invites `people`, and the first of them once more: their addresses are in no other case.
    async fn invite(&mut self, people: &[&str], case: &str) -> Vec<Value> {
        let now = self.app.stack.clock().now();
        if now > self.tired {
            self.acme = self.acme.again().await;
            self.tired = now.plus_seconds(10 * 60);
        }
        self.records().await;
        let mut ids = Vec::new();
        for person in people {
            let email = format!("{person}-{case}@example.com");
            ids.push(self.acme.invite(&email, &["user"]).await);
        }
        resend(&self.acme, ids[0]).await;
        let records = self.records().await;
        assert_eq!(records.len(), people.len() + 1);
        records
    }
}

async fn resend(acme: &Account, id: u64) {
    let path = format!("{}/invite", acme.user(id));
    acme.owner
        .request(Method::PUT, &path)
        .send()
        .await
        .expect(200);
}

fn address(record: &Value) -> &str {
    record["dynamodb"]["NewImage"]["email"]["S"]
        .as_str()
        .unwrap()
}

fn change(record: &Value) -> &str {
    record["dynamodb"]["NewImage"]["change"]["M"]["id"]["S"]
        .as_str()
        .unwrap()
}
