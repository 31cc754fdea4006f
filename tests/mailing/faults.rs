//! Each call of `mailer` fails in turn.

use local::faults::{Fault, Refusal, Rule};

use super::{FUNCTION, ManualMailer, PEOPLE};

/// As often as the functions try a call of DynamoDB.
const ATTEMPTS: usize = 4;

/// Plays `fault`, for one call and for as many as are tried, at every call.
async fn survives(fault: Fault) {
    let mut mailer = ManualMailer::new().await;
    let interceptor = mailer.app.stack.clone();
    let interceptor = interceptor.interceptor().unwrap();
    let records = mailer.invite(&["ada"], "first").await;
    interceptor.clear();
    mailer.deliver(&records).await;
    mailer.check_mailed_once(&records);
    let calls = interceptor.calls_of(FUNCTION).len();
    assert!(calls >= 8, "{calls}");
    for nth in 1..=calls {
        for times in [1, ATTEMPTS] {
            let records = mailer.invite(&["ada"], &format!("{nth}-{times}")).await;
            interceptor.clear();
            interceptor.add(
                Rule::new(fault.clone())
                    .function(FUNCTION)
                    .nth(nth)
                    .times(times),
            );
            mailer.deliver(&records).await;
            interceptor.clear();
            mailer.check_mailed_once(&records);
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
    let mut mailer = ManualMailer::new().await;
    let records = mailer.invite(&PEOPLE, "busy").await;
    let interceptor = mailer.app.stack.interceptor().unwrap();
    interceptor.clear();
    let throttled = Fault::Refuse(Refusal::mail_throttled());
    interceptor.add(Rule::new(throttled).service("SES").times(3));
    let answer = mailer.invoke(&records).await.unwrap();
    assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 0);
    let offers = interceptor
        .calls()
        .into_iter()
        .filter(|call| call.service == "SES");
    assert_eq!(offers.count(), 3 + 4);
    mailer.check_mailed_once(&records);
}

#[tokio::test]
async fn while_ses_takes_nothing_the_rest_of_the_batch_waits_without_being_offered() {
    let mut mailer = ManualMailer::new().await;
    let records = mailer.invite(&PEOPLE, "paused").await;
    let interceptor = mailer.app.stack.interceptor().unwrap();
    interceptor.clear();
    interceptor.add(Rule::new(Fault::Refuse(Refusal::mail_throttled())).service("SES"));
    let answer = mailer.invoke(&records).await.unwrap();
    assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 0);
    let offers = interceptor
        .calls()
        .into_iter()
        .filter(|call| call.service == "SES");
    assert_eq!(offers.count(), 5);
    assert_eq!(mailer.waiting().await.len(), records.len());
    interceptor.clear();
    mailer.app.stack.advance(62);
    mailer.run().await.unwrap();
    assert!(mailer.waiting().await.is_empty());
    mailer.check_mailed_once(&records);
}
