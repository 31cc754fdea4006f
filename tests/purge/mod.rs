//! The remains of deleted accounts, and expired rows: the scheduled function clears them, and nothing else.

mod clearing;
mod expired;
mod faults;
mod large;
mod schedule;
use local::Options;
use local::faults::Interceptor;
use purge::Report;
use serde_json::{Value, json};

use crate::support::{Account, TestApp};

const FUNCTION: &str = "PurgeFunction";
const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

/// Runs only on request, and as fast as it can. Nothing may be restored. Rows are counted, so the trail adds none.
fn at_once() -> Options {
    Options::memory()
        .without_schedules()
        .without_stream_consumer("TrailFunction")
        .parameter("RestoreDays", "0")
        .parameter("PurgeUnitsPerSecond", "1000000")
}

impl TestApp {
    fn interceptor(&self) -> &Interceptor {
        self.stack.interceptor().unwrap()
    }

    /// One run.
    async fn try_purge(&self) -> Result<Report, String> {
        let answer = self.stack.invoke(FUNCTION, json!({})).await?;
        Ok(serde_json::from_value(answer).unwrap())
    }

    /// One run, which succeeds.
    async fn purge(&self) -> Report {
        self.try_purge().await.unwrap()
    }

    /// Puts `count` memberships, in stored form, into the partition of `account`, and other rows that may be there.
    async fn fill(&self, account: &Account, count: usize) {
        let rows = self.rows().await;
        let partition = partition(account);
        let members = rows.partition(&partition);
        let is_member = |row: &&&Value| row["entity"]["S"] == "member";
        let pattern = members.iter().find(is_member).unwrap();
        let mut items: Vec<_> = (1..=count).map(|n| copy(pattern, n)).collect();
        for sk in [
            "COUNT",
            "EVENT#0001780396200500#0001",
            "MAILS#2026-06-02",
            "ZEBRA",
        ] {
            items.push(json!({ "pk": { "S": partition }, "sk": { "S": sk }, "n": { "N": "1" } }));
        }
        for batch in items.chunks(25) {
            let puts = batch
                .iter()
                .map(|item| json!({ "PutRequest": { "Item": item } }));
            let request =
                json!({ "RequestItems": { self.stack.table(): puts.collect::<Vec<_>>() } });
            self.table().batch(request).await;
        }
    }
}

fn partition(account: &Account) -> String {
    format!("ACCOUNT#{}", account.id)
}

/// A copy of the membership `pattern` for another user, who does not exist.
fn copy(pattern: &Value, n: usize) -> Value {
    let mut item = pattern.clone();
    item["sk"]["S"] = format!("MEMBER#{n:016}").into();
    item["gsi1pk"]["S"] = format!("USER#{n}").into();
    item["owner"]["BOOL"] = false.into();
    item["email"]["S"] = format!("member{n}@example.com").into();
    item
}

async fn delete(account: &Account) {
    account.owner.delete(&account.path()).await.expect(200);
}
