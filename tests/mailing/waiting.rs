//! Mails that SES does not take for a long time: they hold up no other, keep their order, and arrive once or are given up.

use local::Options;
use local::faults::{Fault, Refusal, Rule};
use serde_json::{Value, json};

use super::{DOUBT, FUNCTION, ManualMailer, PEOPLE, address};
use crate::support::TestApp;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

fn none_failed(answer: &Value) {
    assert_eq!(answer["batchItemFailures"], json!([]));
}

fn paused() -> Fault {
    Fault::Refuse(Refusal::new(400, "AccountSendingPausedException"))
}

#[tokio::test]
async fn a_mail_that_ses_refuses_for_hours_holds_up_no_other_and_arrives_once() {
    let mut mailer = ManualMailer::new().await;
    let stack = mailer.app.stack.clone();
    let interceptor = stack.interceptor().unwrap();
    let records = mailer.invite(&PEOPLE, "hours").await;
    interceptor.add(Rule::new(paused()).service("SES").about("ada-hours"));
    none_failed(&mailer.invoke(&records).await.unwrap());
    let others: Vec<Value> = records
        .iter()
        .filter(|record| !address(record).starts_with("ada"))
        .cloned()
        .collect();
    mailer.check_mailed_once(&others);
    for hour in 0..6 {
        let later = mailer.invite(&PEOPLE, &format!("later-{hour}")).await;
        none_failed(&mailer.invoke(&later).await.unwrap());
        mailer.run().await.unwrap();
        mailer.check_mailed_once(&later);
        assert_eq!(mailer.waiting().await.len(), 2);
        stack.advance(HOUR);
    }
    interceptor.clear();
    mailer.run().await.unwrap();
    assert!(mailer.waiting().await.is_empty());
    mailer.check_mailed_once(&records);
    assert!(stack.undelivered().is_empty());
}

#[tokio::test]
async fn while_ses_throttles_for_hours_the_stream_goes_on_and_no_mail_is_lost() {
    let mut mailer = ManualMailer::new().await;
    let stack = mailer.app.stack.clone();
    let interceptor = stack.interceptor().unwrap();
    let throttled = Fault::Refuse(Refusal::mail_throttled());
    let mut all = Vec::new();
    for hour in 0..3 {
        let records = mailer.invite(&PEOPLE, &format!("{hour}")).await;
        interceptor.clear();
        interceptor.add(Rule::new(throttled.clone()).service("SES"));
        none_failed(&mailer.invoke(&records).await.unwrap());
        mailer.run().await.unwrap();
        // One mail is offered five times, then all of them pause.
        let calls = interceptor.calls();
        let offers = calls.iter().filter(|call| call.service == "SES").count();
        assert!(offers <= 5, "{offers}");
        interceptor.clear();
        all.extend(records);
        assert_eq!(mailer.waiting().await.len(), all.len());
        stack.advance(HOUR);
    }
    mailer.run().await.unwrap();
    assert!(mailer.waiting().await.is_empty());
    mailer.check_mailed_once(&all);
}

#[tokio::test]
async fn a_later_mail_of_one_item_waits_behind_an_earlier_one() {
    let mut mailer = ManualMailer::new().await;
    let stack = mailer.app.stack.clone();
    let interceptor = stack.interceptor().unwrap();
    let records = mailer.invite(&["ada"], "order").await;
    interceptor.add(Rule::new(paused()).service("SES").nth(1));
    none_failed(&mailer.invoke(&records[..1]).await.unwrap());
    // SES would take the second one.
    none_failed(&mailer.invoke(&records[1..]).await.unwrap());
    assert!(stack.mails_to("ada-order@example.com").is_empty());
    assert_eq!(mailer.waiting().await.len(), 2);
    mailer.run().await.unwrap();
    assert!(stack.mails_to("ada-order@example.com").is_empty());
    stack.advance(DOUBT + 2);
    mailer.run().await.unwrap();
    mailer.check_mailed_once(&records);
    assert!(mailer.waiting().await.is_empty());
}

#[tokio::test]
async fn a_mail_is_given_up_after_a_day_and_the_member_shows_it() {
    let mut mailer = ManualMailer::new().await;
    let stack = mailer.app.stack.clone();
    let interceptor = stack.interceptor().unwrap();
    let records = mailer.invite(&["ada"], "day").await;
    let rule = || Rule::new(paused()).service("SES");
    interceptor.add(rule());
    none_failed(&mailer.invoke(&records).await.unwrap());
    let delivery = async || {
        let item = mailer
            .app
            .table()
            .item(&records[1]["dynamodb"]["Keys"])
            .await;
        item["delivery"]["M"]["state"]["S"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    stack.advance(23 * HOUR);
    mailer.run().await.unwrap();
    assert_eq!(delivery().await, "queued");
    stack.advance(HOUR);
    mailer.run().await.unwrap();
    assert_eq!(delivery().await, "withheld");
    assert!(mailer.waiting().await.is_empty());
    interceptor.clear();
    // Neither a record that comes again nor a run sends what was given up.
    none_failed(&mailer.invoke(&records).await.unwrap());
    mailer.run().await.unwrap();
    assert!(stack.mails_to("ada-day@example.com").is_empty());
    assert_eq!(delivery().await, "withheld");
}

#[tokio::test]
async fn a_run_does_little_while_nothing_waits() {
    let mailer = ManualMailer::new().await;
    let interceptor = mailer.app.stack.interceptor().unwrap();
    interceptor.clear();
    mailer.run().await.unwrap();
    let calls = interceptor.calls_of(FUNCTION);
    assert_eq!(calls.len(), 1, "{calls:#?}");
    assert!(calls[0].units().read <= 0.5);
}

#[tokio::test]
async fn a_parked_record_holds_no_password_and_no_secret() {
    let app = TestApp::with(
        Options::memory()
            .intercepted()
            .without_streams()
            .without_schedules(),
    )
    .await;
    let acme = app.owner_of("Acme").await;
    let forgotten = json!({ "email": acme.owner.email });
    app.post("/api/auth/password/forgot", &forgotten)
        .await
        .expect(202);
    let interceptor = app.stack.interceptor().unwrap();
    interceptor.add(Rule::new(paused()).service("SES"));
    let records = app.table().mail_records().await;
    let event = json!({ "Records": records });
    none_failed(&app.stack.invoke(FUNCTION, event).await.unwrap());
    let items = app.table().items().await;
    let mut waiting = items
        .iter()
        .filter(|item| item["entity"]["S"] == "waiting_mail")
        .peekable();
    assert!(waiting.peek().is_some());
    for item in waiting {
        let text = item.to_string();
        assert!(!text.contains("argon2"), "{text}");
        assert!(item["change"].is_null(), "{text}");
    }
}

#[tokio::test]
async fn a_run_that_dies_at_any_call_loses_no_mail_and_sends_none_twice() {
    for fault in [
        Fault::Refuse(Refusal::internal()),
        Fault::RefuseAfterwards(Refusal::internal()),
        Fault::Drop,
        Fault::DropAfterwards,
    ] {
        let mut mailer = ManualMailer::new().await;
        let stack = mailer.app.stack.clone();
        let interceptor = stack.interceptor().unwrap();
        let mut calls = usize::MAX;
        let mut nth = 0;
        // The first round counts the calls of a run, and each other one strikes one of them, for all of its tries.
        while nth <= calls {
            let records = mailer.invite(&["ada"], &format!("{nth}")).await;
            interceptor.clear();
            interceptor.add(Rule::new(paused()).service("SES"));
            none_failed(&mailer.invoke(&records).await.unwrap());
            assert_eq!(mailer.waiting().await.len(), 2);
            stack.advance(DOUBT + 2);
            interceptor.clear();
            if nth > 0 {
                let rule = Rule::new(fault.clone()).function(FUNCTION);
                interceptor.add(rule.nth(nth).times(4));
            }
            let _ = mailer.run().await;
            if nth == 0 {
                calls = interceptor.calls_of(FUNCTION).len();
                assert!(calls >= 10, "{calls}");
            }
            interceptor.clear();
            mailer.heard_from_ses(&records).await;
            mailer.deliver(&[]).await;
            mailer.heard_from_ses(&records).await;
            mailer.check_mailed_once(&records);
            nth += 1;
        }
    }
}
