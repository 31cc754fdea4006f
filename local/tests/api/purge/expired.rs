//! What has expired is looked for, a page a run, and what has not stays.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{DAY, MINUTE, at_once};
use crate::support::{Table, World};

/// Which kinds of rows with a time to live there are.
async fn expiring(world: &World) -> BTreeSet<String> {
    let rows = world.at_rest().await;
    let rows = rows.outside(&[]).into_iter();
    let expiring = rows.filter(|row| !row["ttl"].is_null());
    let first = |row: &Value, key: &str| text(row, key).split('#').next().unwrap().to_owned();
    let kind = |row: &Value| format!("{} {}", first(row, "pk"), first(row, "sk"));
    expiring.map(kind).collect()
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name]["S"].as_str().unwrap()
}

#[tokio::test]
async fn what_has_expired_is_gone_at_the_next_run() {
    let world = World::with(at_once()).await;
    let acme = world.owner_of("Acme").await;
    let bob = acme.member("bob@example.com", &["user"]).await;
    acme.remove(bob.id).await;
    world
        .try_sign_in("nobody@example.com", "wrong password")
        .await
        .expect(401);
    let globex = json!({ "name": "Globex" });
    let request = acme.owner.request(reqwest::Method::POST, "/api/accounts");
    let named = request.json(&globex).header("idempotency-key", "k");
    named.send().await.expect(201);
    let kinds = |kinds: &[&str]| kinds.iter().map(ToString::to_string).collect();
    let mut all: BTreeSet<String> = kinds(&[
        "ACCOUNT MAILS",
        "ACCOUNT MEMBER",
        "EMAIL FAILURES",
        "IDEMPOTENCY IDEMPOTENCY",
        "MAIL MAIL",
        "SOURCE FAILURES",
    ]);
    assert_eq!(expiring(&world).await, all);

    // Failures count for a quarter of an hour.
    world.stack.advance(15 * MINUTE);
    let before = world.at_rest().await;
    // Of three addresses and of the network that they were tried from.
    assert_eq!(world.purge().await.expired, 4);
    let after = world.rows().await;
    all.retain(|kind| !kind.ends_with("FAILURES"));
    assert_eq!(expiring(&world).await, all);
    let others = |table: &Table| -> Vec<Value> {
        let rows = table.outside(&["SWEEP".into()]).into_iter();
        let others = rows.filter(|row| !text(row, "sk").starts_with("FAILURES"));
        others.cloned().collect()
    };
    assert_eq!(others(&after), others(&before));

    // Saved answers and removed memberships stay for a day, what is known of mails for a week.
    world.stack.advance(DAY);
    assert!(world.purge().await.expired >= 2);
    assert!(
        expiring(&world)
            .await
            .is_subset(&kinds(&["ACCOUNT MAILS", "MAIL MAIL"]))
    );
    world.stack.advance(7 * DAY);
    world.purge().await;
    assert_eq!(expiring(&world).await, BTreeSet::new());
    world.check_invariants().await;
}

#[tokio::test]
async fn a_small_table_is_looked_through_once_a_day() {
    let world = World::with(at_once().tapped()).await;
    let scans = async || {
        world.tap().clear();
        world.purge().await;
        let calls = world.tap().calls_of(super::FUNCTION);
        calls.iter().filter(|call| call.operation == "Scan").count()
    };
    assert_eq!(scans().await, 1);
    world.stack.advance(DAY - MINUTE);
    assert_eq!(scans().await, 0);
    world.stack.advance(MINUTE);
    assert_eq!(scans().await, 1);
}

#[tokio::test]
async fn a_large_table_is_looked_through_page_by_page() {
    let world = World::with(at_once()).await;
    let past = world.stack.clock().now().seconds() - 1;
    // A page ends at 1 MB.
    let rows: u64 = 8;
    for n in 0..rows {
        world
            .table()
            .put(json!({
                "pk": { "S": format!("IDEMPOTENCY#{n}#k") }, "sk": { "S": "IDEMPOTENCY" },
                "ttl": { "N": past.to_string() }, "body": { "S": "x".repeat(300_000) },
            }))
            .await;
    }
    let first = world.purge().await.expired;
    assert!(0 < first && first < rows, "{first}");
    let mut expired = first;
    for _ in 0..rows {
        expired += world.purge().await.expired;
    }
    assert_eq!(expired, rows);
    assert_eq!(expiring(&world).await, BTreeSet::new());
}

#[tokio::test]
async fn the_search_may_be_left_to_the_table() {
    let world = World::with(at_once().parameter("ClearExpiredRows", "false")).await;
    world
        .try_sign_in("nobody@example.com", "wrong password")
        .await
        .expect(401);
    world.stack.advance(DAY);
    assert_eq!(world.purge().await.expired, 0);
    assert_eq!(expiring(&world).await.len(), 2);
    assert!(world.rows().await.partition("SWEEP").is_empty());
}
