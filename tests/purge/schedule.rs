//! The schedule runs it, by the service's clock, and again when it fails.

use std::time::Duration;

use local::Options;
use local::faults::{Fault, Refusal, Rule};

use super::{DAY, FUNCTION, MINUTE, delete, partition};
use crate::support::{Account, TestApp};

/// Waits until nothing of `account` is left.
async fn gone(app: &TestApp, account: &Account) {
    for _ in 0..2_000 {
        if app.rows().await.partition(&partition(account)).is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{:#?}", app.rows().await.partition(&partition(account)));
}

/// Waits until the function has begun so many runs.
async fn runs(app: &TestApp, count: usize) {
    for _ in 0..2_000 {
        if begun(app) >= count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{} runs, not {count}", begun(app));
}

/// Each run looks for deleted accounts in the index first.
fn begun(app: &TestApp) -> usize {
    let calls = app.interceptor().calls_of(FUNCTION);
    let looks = calls
        .iter()
        .filter(|call| call.request["IndexName"] == "gsi2");
    looks.filter(|call| call.attempt == 1).count()
}

#[tokio::test]
async fn a_deleted_account_is_cleared_after_thirty_days() {
    let app = TestApp::with(Options::memory().parameter("ClearExpiredRows", "false")).await;
    let acme = app.owner_of("Acme").await;
    acme.member("grace@example.com", &["user"]).await;
    let globex = app.owner_of("Globex").await;
    delete(&acme).await;
    let partitions = [partition(&acme)];
    let before = app.at_rest().await;
    app.stack.advance(30 * DAY);
    gone(&app, &acme).await;
    assert_eq!(
        app.rows().await.outside(&partitions),
        before.outside(&partitions)
    );
    let globex = globex.again().await;
    globex.owner.get(&globex.path()).await.expect(200);
}

#[tokio::test]
async fn it_runs_once_a_period_however_far_the_clock_jumps() {
    let app = TestApp::with(Options::memory().intercepted()).await;
    app.stack.advance(4 * MINUTE);
    app.stack.advance(DAY);
    runs(&app, 1).await;
    app.stack.advance(5 * MINUTE);
    runs(&app, 2).await;
    assert_eq!(begun(&app), 2);
}

#[tokio::test]
async fn a_run_that_fails_is_tried_again_and_then_kept() {
    let app = TestApp::with(Options::memory().intercepted()).await;
    let denied = Fault::Refuse(Refusal::new(400, "AccessDeniedException"));
    let rule = || {
        Rule::new(denied.clone())
            .function(FUNCTION)
            .operation("Query")
    };
    let acme = app.owner_of("Acme").await;
    delete(&acme).await;
    app.interceptor().clear();
    app.interceptor().add(rule().times(2));
    app.stack.advance(30 * DAY);
    gone(&app, &acme).await;
    assert!(app.stack.undelivered().is_empty());

    app.interceptor().clear();
    app.interceptor().add(rule());
    app.stack.advance(DAY);
    runs(&app, 3).await;
    for _ in 0..2_000 {
        if !app.stack.undelivered().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let kept = app.stack.undelivered();
    assert_eq!(kept.len(), 1, "{kept:#?}");
    assert_eq!(kept[0]["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(kept[0]["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(kept[0]["requestPayload"]["source"], "aws.events");
}
