//! The number of all accounts, which every creation changes.

use std::time::Duration;

use local::Options;
use local::faults::Call;
use reqwest::Method;
use serde_json::json;

use super::{records, settled};
use crate::support::{TestApp, at_once};

const FUNCTION: &str = "TrailFunction";

/// 500 creations a second write some 5,000 units a second, for which DynamoDB has at least 5 partitions. Each is a shard of the
/// stream, with an invocation of its own.
const SHARDS: usize = 8;
/// Accounts in the batch of a shard: with their owners' records, the 100 records that a batch has at most.
const BATCH: usize = 50;
/// What a transaction takes in DynamoDB: 25 ms (p50).
const TRANSACTION: Duration = Duration::from_millis(25);

/// All shards deliver a full batch at the same moment, and 128 transactions are under way. Those that meet in a counter are refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_created_at_the_same_time_are_all_counted_despite_conflicts() {
    let options = Options::memory().intercepted().without_streams();
    let app = TestApp::with(options.without_schedules()).await;
    for shard in 0..SHARDS {
        let owner = app.owner_of(&format!("Acme {shard}")).await.owner;
        let created = (1..BATCH).map(|number| {
            let request = owner.request(Method::POST, "/api/accounts");
            request.json(&json!({ "name": format!("Globex {shard} {number}") }))
        });
        for answer in at_once(created.collect()).await {
            answer.expect(201);
        }
    }
    let records = records::records(&app).await;
    let interceptor = app.stack.interceptor().unwrap();
    interceptor.clear();
    interceptor.let_transactions_overlap(TRANSACTION);
    let mut shards = vec![Vec::new(); SHARDS];
    for record in records {
        // One partition of the table is in one shard.
        let pk = record["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap();
        let place = pk.bytes().map(usize::from).sum::<usize>() % SHARDS;
        shards[place].push(record);
    }
    let deliveries = shards.into_iter().map(|records| {
        let app = app.clone();
        tokio::spawn(async move { records::deliver(&app, &records).await })
    });
    for delivery in deliveries.collect::<Vec<_>>() {
        delivery.await.unwrap();
    }
    let conflicts = interceptor
        .calls_of(FUNCTION)
        .iter()
        .filter(|call| conflicted(call))
        .count();
    assert!(conflicts > 0, "{conflicts}");
    settled(&app).await;
    let rows = app.rows().await;
    let counted = rows.all("COUNTERS#", "ACCOUNTS");
    let counted: Vec<usize> = counted
        .map(|(_, item)| item["count"]["N"].as_str().unwrap().parse().unwrap())
        .collect();
    // 400 accounts leave few of 64 counters out.
    assert!(counted.len() > 48, "{counted:?}");
    assert_eq!(counted.iter().sum::<usize>(), SHARDS * BATCH);
}

fn conflicted(call: &Call) -> bool {
    call.operation == "TransactWriteItems" && call.status == Some(400)
}

#[tokio::test]
async fn the_counter_of_before_is_part_of_the_number() {
    let app = TestApp::with(Options::memory().without_schedules()).await;
    let acme = app.owner_of("Acme").await;
    settled(&app).await;
    let rows = app.rows().await;
    let (place, _) = rows.all("COUNTERS", "ACCOUNTS").next().unwrap();
    let key = json!({ "pk": { "S": format!("COUNTERS{place}") }, "sk": { "S": "ACCOUNTS" } });
    let table = app.table();
    let mut item = table.item(&key).await;
    table.call("DeleteItem", json!({ "Key": key })).await;
    item["pk"] = json!({ "S": "COUNTERS" });
    table.put(item).await;
    acme.owner.create("Globex").await;
    settled(&app).await;
}
