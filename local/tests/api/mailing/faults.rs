//! Each call of `mailer` fails in turn.

use local::tap::{Fault, Refusal, Rule};

use super::{Desk, FUNCTION, PEOPLE};

/// As often as the functions try a call of DynamoDB.
const ATTEMPTS: usize = 4;

/// Plays `fault`, for one call and for as many as are tried, at every call.
async fn survives(fault: Fault) {
    let mut desk = Desk::new().await;
    let tap = desk.world.stack.clone();
    let tap = tap.tap().unwrap();
    let records = desk.invite(&["ada"], "first").await;
    tap.clear();
    desk.deliver(&records).await;
    desk.check_mailed_once(&records);
    let calls = tap.calls_of(FUNCTION).len();
    assert!(calls >= 8, "{calls}");
    for nth in 1..=calls {
        for times in [1, ATTEMPTS] {
            let records = desk.invite(&["ada"], &format!("{nth}-{times}")).await;
            tap.clear();
            tap.add(
                Rule::new(fault.clone())
                    .function(FUNCTION)
                    .nth(nth)
                    .times(times),
            );
            desk.deliver(&records).await;
            tap.clear();
            desk.check_mailed_once(&records);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_are_refused_lose_no_mail_and_send_none_twice() {
    survives(Fault::Refuse(Refusal::internal())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_are_refused_once_they_took_effect_lose_no_mail_and_send_none_twice() {
    survives(Fault::RefuseAfterwards(Refusal::internal())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_break_lose_no_mail_and_send_none_twice() {
    survives(Fault::Drop).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_break_once_they_took_effect_lose_no_mail_and_send_none_twice() {
    survives(Fault::DropAfterwards).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_are_throttled_lose_no_mail_and_send_none_twice() {
    survives(Fault::Refuse(Refusal::mail_throttled())).await;
}

#[tokio::test]
async fn a_throttled_mail_is_offered_again_by_the_same_invocation() {
    let mut desk = Desk::new().await;
    let records = desk.invite(&PEOPLE, "busy").await;
    let tap = desk.world.stack.tap().unwrap();
    tap.clear();
    let throttled = Fault::Refuse(Refusal::mail_throttled());
    tap.add(Rule::new(throttled).service("SES").times(3));
    let answer = desk.invoke(&records).await.unwrap();
    assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 0);
    let offers = tap.calls().into_iter().filter(|call| call.service == "SES");
    assert_eq!(offers.count(), 3 + 4);
    desk.check_mailed_once(&records);
}

#[tokio::test]
async fn while_ses_takes_nothing_the_rest_of_the_batch_is_not_offered() {
    let mut desk = Desk::new().await;
    let records = desk.invite(&PEOPLE, "paused").await;
    let tap = desk.world.stack.tap().unwrap();
    tap.clear();
    tap.add(Rule::new(Fault::Refuse(Refusal::mail_throttled())).service("SES"));
    let answer = desk.invoke(&records).await.unwrap();
    let failed = &answer["batchItemFailures"][0]["itemIdentifier"];
    assert_eq!(*failed, records[0]["dynamodb"]["SequenceNumber"]);
    let claims = tap
        .calls()
        .into_iter()
        .filter(|call| call.operation == "PutItem");
    assert_eq!(claims.count(), 1);
    tap.clear();
    // Nothing is in doubt: the next try need not wait.
    let answer = desk.invoke(&records).await.unwrap();
    assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 0);
    desk.check_mailed_once(&records);
}
