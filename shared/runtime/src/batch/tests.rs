use serde_json::json;

use super::*;

fn record(sequence: u32, pk: &str, sk: &str) -> Value {
    json!({ "dynamodb": {
        "SequenceNumber": sequence.to_string(),
        "Keys": { "pk": { "S": pk }, "sk": { "S": sk } },
    } })
}

fn batch() -> Vec<Value> {
    vec![
        record(0, "A", "A1"),
        record(1, "B", "B1"),
        record(2, "A", "A2"),
        record(3, "A", "A1"),
        record(4, "C", "C1"),
    ]
}

const ONE_BY_ONE: BatchRunner = BatchRunner {
    group: partition,
    concurrency: 1,
};

/// Handles `records`; the one with the sequence number `bad` fails. Answers what was done and the response.
async fn run(
    runner: BatchRunner,
    records: Vec<Value>,
    bad: &'static str,
    scope: Scope,
) -> (Vec<String>, Result<Option<String>, String>) {
    let results = runner.run(records, move |record| async move {
        if record.sequence == bad {
            return Err(RecordError::new("bad", scope));
        }
        Ok(Some(record.sequence))
    });
    let results = results.await;
    let done = results.done.iter().map(|(_, done)| done.clone()).collect();
    let response = results.into_response().map_err(|error| error.to_string());
    let failed = response.map(|mut response| {
        let failure = response.batch_item_failures.pop();
        failure.map(|failure| failure.item_identifier)
    });
    (done, failed)
}

#[tokio::test]
async fn a_group_stops_at_its_first_failure_and_others_go_on() {
    let (done, failed) = run(ONE_BY_ONE, batch(), "0", Scope::Group).await;
    assert_eq!(
        (done, failed),
        (vec!["1".into(), "4".into()], Ok(Some("0".into())))
    );
    let by_item = BatchRunner {
        group: |record| text(&record["dynamodb"]["Keys"]["sk"]["S"]),
        concurrency: 8,
    };
    let (done, failed) = run(by_item, batch(), "0", Scope::Group).await;
    assert_eq!(done, ["1", "2", "4"]);
    assert_eq!(failed, Ok(Some("0".into())));
}

#[tokio::test]
async fn groups_that_have_not_begun_fail_with_the_batch() {
    let (done, failed) = run(ONE_BY_ONE, batch(), "3", Scope::Batch).await;
    assert_eq!(done, ["0", "2"]);
    assert_eq!(failed, Ok(Some("1".into())));
}

#[tokio::test]
async fn a_batch_is_halved_until_a_record_that_never_succeeds_is_alone() {
    let (_, failed) = run(ONE_BY_ONE, batch(), "0", Scope::Forever).await;
    assert_eq!(failed, Err("bad".into()));
    let (_, failed) = run(ONE_BY_ONE, batch(), "1", Scope::Forever).await;
    assert_eq!(failed, Ok(Some("1".into())));
    let (_, failed) = run(ONE_BY_ONE, vec![record(0, "A", "1")], "0", Scope::Forever).await;
    assert_eq!(failed, Ok(Some("0".into())));
    let mut unreadable = batch();
    unreadable[0]["dynamodb"]["NewImage"] = json!(7);
    let (done, failed) = run(ONE_BY_ONE, unreadable, "", Scope::Forever).await;
    assert_eq!(done, ["1", "4"]);
    assert!(failed.is_err());
}

#[tokio::test]
async fn nothing_is_reported_where_nothing_fails() {
    let (done, failed) = run(ONE_BY_ONE, batch(), "", Scope::Group).await;
    assert_eq!(done, ["0", "1", "2", "3", "4"]);
    assert_eq!(failed, Ok(None));
}
