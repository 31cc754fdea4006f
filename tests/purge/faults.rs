//! Every call of a run fails in turn, before it took effect and after, or is the last that its run makes: the next one goes on, and
//! in the end nothing is left.

use std::time::Duration;

use local::faults::{Fault, Refusal, Rule};

use super::{DAY, FUNCTION, MINUTE, at_once, delete, partition};
use crate::support::{Account, TestApp};

/// As often as the client tries a call.
const ATTEMPTS: usize = 4;

/// A stack, and what has to stay as it is.
struct Fixture {
    app: TestApp,
    kept: Account,
}

impl Fixture {
    async fn new() -> Self {
        let app = TestApp::with(at_once().intercepted()).await;
        let kept = app.owner_of("Globex").await;
        Self { app, kept }
    }

    /// An account that is to be cleared, in two batches, and three rows that have expired.
    async fn case(&self, name: &str) -> Account {
        let account = self.kept.again().await.owner.create(name).await;
        self.app.fill(&account, 30).await;
        delete(&account).await;
        for n in 0..3 {
            let email = format!("nobody{n}@example.com");
            self.app
                .try_sign_in(&email, "wrong password")
                .await
                .expect(401);
        }
        self.app.stack.advance(DAY + MINUTE);
        account
    }

    /// Nothing is left of `account`, nor of what has expired; everything else is.
    async fn check(&self, account: &Account, what: &str) {
        let rows = self.app.rows().await;
        assert!(rows.partition(&partition(account)).is_empty(), "{what}");
        for n in 0..3 {
            let failures = rows
                .partition(&format!("EMAIL#nobody{n}@example.com"))
                .len();
            assert_eq!(failures, 0, "{what}");
        }
        assert_eq!(rows.partition(&partition(&self.kept)).len(), 2, "{what}");
        self.app.check_invariants().await;
    }

    /// How many calls a run makes.
    async fn calls(&self) -> usize {
        let account = self.case("Counted").await;
        self.app.interceptor().clear();
        self.app.purge().await;
        self.check(&account, "without a fault").await;
        let calls = self.app.interceptor().calls_of(FUNCTION);
        let mut operations: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
        operations.dedup();
        // Each kind of call that there is.
        let expected = [
            "GetItem",
            "Scan",
            "DeleteItem",
            "PutItem",
            "Query",
            "UpdateItem",
            "Query",
            "BatchWriteItem",
            "DeleteItem",
        ];
        assert_eq!(operations, expected);
        calls.len()
    }

    fn strike(&self, fault: &Fault, nth: usize, times: usize) {
        let rule = Rule::new(fault.clone()).function(FUNCTION);
        self.app.interceptor().clear();
        self.app.interceptor().add(rule.nth(nth).times(times));
    }
}

#[tokio::test]
async fn one_failure_is_made_up_for() {
    let fixture = Fixture::new().await;
    for nth in 1..=fixture.calls().await {
        let faults = [
            Fault::Refuse(Refusal::throttled()),
            Fault::Drop,
            Fault::RefuseAfterwards(Refusal::internal()),
            Fault::DropAfterwards,
        ];
        for fault in faults {
            let what = format!("call {nth}, {fault:?}");
            let account = fixture.case(&what.replace(['"', '{', '}'], " ")).await;
            fixture.strike(&fault, nth, 1);
            let report = fixture.app.try_purge().await;
            fixture.app.interceptor().clear();
            assert!(report.is_ok_and(|report| !report.more), "{what}");
            fixture.check(&account, &what).await;
        }
    }
}

#[tokio::test]
async fn a_failure_that_the_client_gives_up_slows_the_run_down_and_no_more() {
    let fixture = Fixture::new().await;
    for nth in 1..=fixture.calls().await {
        for fault in [
            Fault::Refuse(Refusal::internal()),
            Fault::RefuseAfterwards(Refusal::internal()),
        ] {
            let what = format!("call {nth}, {fault:?}");
            let account = fixture.case(&what.replace(['"', '{', '}'], " ")).await;
            fixture.strike(&fault, nth, ATTEMPTS);
            let report = fixture.app.try_purge().await;
            fixture.app.interceptor().clear();
            assert!(report.is_ok_and(|report| !report.more), "{what}");
            fixture.check(&account, &what).await;
        }
    }
}

#[tokio::test]
async fn a_run_that_is_refused_fails_and_the_next_one_goes_on() {
    let fixture = Fixture::new().await;
    let denied = Fault::Refuse(Refusal::new(400, "AccessDeniedException"));
    for nth in 1..=fixture.calls().await {
        let what = format!("call {nth}");
        let account = fixture.case(&what).await;
        fixture.strike(&denied, nth, 1);
        fixture.app.try_purge().await.unwrap_err();
        fixture.app.interceptor().clear();
        fixture.app.purge().await;
        fixture.check(&account, &what).await;
    }
}

#[tokio::test]
async fn a_run_that_is_killed_at_any_call_is_gone_on_with() {
    let fixture = Fixture::new().await;
    let endless = Fault::Delay(Duration::from_hours(1));
    for nth in 1..=fixture.calls().await {
        let what = format!("call {nth}");
        let account = fixture.case(&what).await;
        fixture.strike(&endless, nth, 1);
        let run = {
            let app = fixture.app.clone();
            tokio::spawn(async move { app.try_purge().await })
        };
        while fixture.app.interceptor().calls_of(FUNCTION).len() < nth {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // It waits at this call: everything before has taken effect.
        run.abort();
        assert!(run.await.unwrap_err().is_cancelled());
        fixture.app.interceptor().clear();
        fixture.app.purge().await;
        fixture.check(&account, &what).await;
    }
}

#[tokio::test]
async fn a_transaction_under_way_is_waited_for() {
    let fixture = Fixture::new().await;
    for operation in ["UpdateItem", "DeleteItem"] {
        let account = fixture.case(operation).await;
        let rule = Rule::new(Fault::Refuse(Refusal::conflict())).function(FUNCTION);
        fixture.app.interceptor().clear();
        fixture
            .app
            .interceptor()
            .add(rule.operation(operation).times(2));
        assert!(!fixture.app.purge().await.more);
        fixture.check(&account, operation).await;
    }
}

#[tokio::test]
async fn a_table_that_leaves_deletions_undone_is_asked_again() {
    let fixture = Fixture::new().await;
    let account = fixture.case("Acme").await;
    fixture.app.interceptor().clear();
    let rule = Rule::new(Fault::LeaveUndone).function(FUNCTION);
    fixture
        .app
        .interceptor()
        .add(rule.operation("BatchWriteItem").times(3));
    let report = fixture.app.purge().await;
    // Thirty members, four rows of other kinds, the owner: each counted once.
    assert_eq!((report.accounts, report.rows, report.more), (1, 35, false));
    fixture.check(&account, "left undone").await;
}
