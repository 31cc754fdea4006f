//! What has expired is looked for, a page a run, and what has not stays.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{DAY, MINUTE, at_once};
use crate::support::{Table, TestApp};

/// Which kinds of rows with a time to live there are.
async fn expiring(app: &TestApp) -> BTreeSet<String> {
    let rows = app.at_rest().await;
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
    let app = TestApp::with(at_once()).await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@example.com", &["user"]).await;
    acme.remove(bob.id).await;
    app.try_sign_in("nobody@example.com", "wrong password")
        .await
        .expect(401);
    let globex = json!({ "name": "Globex" });
    let request = acme.owner.request(reqwest::Method::POST, "/api/accounts");
    let named = request.json(&globex).header("idempotency-key", "k");
    named.send().await.expect(201);
    let kinds = |kinds: &[&str]| kinds.iter().map(ToString::to_string).collect();
    let all: BTreeSet<String> = kinds(&[
        "ACCOUNT MAILS",
        "ACCOUNT MEMBER",
        "EMAIL FAILURES",
        "IDEMPOTENCY IDEMPOTENCY",
        "MAIL MAIL",
        "MAIL OTHERS",
        "MAILBOX VERIFICATION",
        "SENDER MAILS",
        "SOURCE FAILURES",
        "SOURCE SIGNUPS",
    ]);
    assert_eq!(expiring(&app).await, all);

    // Failures count for a quarter of an hour, and sign-ups until the hour ends, which may be sooner.
    app.stack.advance(15 * MINUTE);
    let now = app.stack.clock().now().seconds();
    let before = app.at_rest().await;
    let counts = |row: &Value| {
        ["FAILURES", "SIGNUPS"]
            .iter()
            .any(|kind| text(row, "sk").starts_with(kind))
    };
    let due = |row: &Value| {
        row["ttl"]["N"]
            .as_str()
            .is_some_and(|ttl| ttl.parse::<i64>().unwrap() <= now)
    };
    let ended: Vec<_> = before
        .outside(&[])
        .into_iter()
        .filter(|row| due(row))
        .collect();
    // Of three addresses and of the network that they were tried from.
    let failures = ended
        .iter()
        .filter(|row| text(row, "sk").starts_with("FAILURES"));
    let of: BTreeSet<_> = failures.map(|row| text(row, "pk")).collect();
    assert_eq!(of.len(), 4);
    assert!(ended.iter().all(|row| counts(row)));
    assert_eq!(app.purge().await.expired, ended.len() as u64);
    let after = app.rows().await;
    let others = |table: &Table| -> Vec<Value> {
        let rows = table.outside(&["SWEEP".into()]).into_iter();
        rows.filter(|row| !counts(row)).cloned().collect()
    };
    assert_eq!(others(&after), others(&before));

    // Saved answers and removed memberships stay for a day, what is known of mails for a week, daily limits for two days.
    app.stack.advance(DAY);
    assert!(app.purge().await.expired >= 2);
    let kept = kinds(&["ACCOUNT MAILS", "MAIL MAIL", "MAIL OTHERS", "SENDER MAILS"]);
    let left = expiring(&app).await;
    assert!(left.is_subset(&kept), "{left:?}");
    app.stack.advance(7 * DAY);
    app.purge().await;
    assert_eq!(expiring(&app).await, BTreeSet::new());
    app.check_invariants().await;
}

#[tokio::test]
async fn a_small_table_is_looked_through_once_a_day() {
    let app = TestApp::with(at_once().intercepted()).await;
    let scans = async || {
        app.interceptor().clear();
        app.purge().await;
        let calls = app.interceptor().calls_of(super::FUNCTION);
        calls.iter().filter(|call| call.operation == "Scan").count()
    };
    assert_eq!(scans().await, 1);
    app.stack.advance(DAY - MINUTE);
    assert_eq!(scans().await, 0);
    app.stack.advance(MINUTE);
    assert_eq!(scans().await, 1);
}

#[tokio::test]
async fn a_large_table_is_looked_through_page_by_page() {
    let app = TestApp::with(at_once()).await;
    let past = app.stack.clock().now().seconds() - 1;
    // A page ends at 1 MB.
    let rows: u64 = 8;
    for n in 0..rows {
        app.table()
            .put(json!({
                "pk": { "S": format!("IDEMPOTENCY#{n}#k") }, "sk": { "S": "IDEMPOTENCY" },
                "ttl": { "N": past.to_string() }, "body": { "S": "x".repeat(300_000) },
            }))
            .await;
    }
    let first = app.purge().await.expired;
    assert!(0 < first && first < rows, "{first}");
    let mut expired = first;
    for _ in 0..rows {
        expired += app.purge().await.expired;
    }
    assert_eq!(expired, rows);
    assert_eq!(expiring(&app).await, BTreeSet::new());
}

#[tokio::test]
async fn the_search_may_be_left_to_the_table() {
    let app = TestApp::with(at_once().parameter("ClearExpiredRows", "false")).await;
    app.try_sign_in("nobody@example.com", "wrong password")
        .await
        .expect(401);
    app.stack.advance(DAY);
    assert_eq!(app.purge().await.expired, 0);
    assert_eq!(expiring(&app).await.len(), 2);
    assert!(app.rows().await.partition("SWEEP").is_empty());
}
