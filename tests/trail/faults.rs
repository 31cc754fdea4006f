//! Every call of the trail to AWS fails in turn, before it took effect and after, and for good in the middle of a batch: in the
//! end each change is recorded once, in order.

use std::collections::BTreeSet;

use local::Options;
use local::faults::{Fault, Refusal, Rule};
use serde_json::{Value, json};

use super::settled;
use crate::support::{Account, TestApp};

const FUNCTION: &str = "TrailFunction";
/// The number of tries of one call by the functions.
const ATTEMPTS: usize = 4;

struct Fixture {
    app: TestApp,
    acme: Account,
    cases: usize,
}

impl Fixture {
    async fn new() -> Self {
        let app = TestApp::with(Options::memory().intercepted()).await;
        let acme = app.owner_of("Acme").await;
        settled(&app).await;
        Self {
            app,
            acme,
            cases: 0,
        }
    }

    /// Makes changes of every kind with derived data. Answers the kinds that the feed will carry.
    async fn play(&mut self) {
        self.cases += 1;
        let case = self.cases;
        let owner = &self.acme.owner;
        let globex = owner.create(&format!("Globex {case}")).await;
        let eve = globex
            .invite(&format!("eve{case}@example.com"), &["user"])
            .await;
        globex.set_roles(eve, &["viewer"]).await;
        globex.remove(eve).await;
        let names = json!({ "firstName": format!("Ada {case}") });
        owner.patch("/api/users/me", &names).await.expect(200);
        // The index is waited for by this clock.
        self.app.stack.advance(2);
        owner.delete(&globex.path()).await.expect(200);
    }

    /// Until everything is derived and on the bus.
    async fn finished(&self) {
        settled(&self.app).await;
        for _ in 0..3000 {
            if self.missing().await.is_empty() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("not on the bus: {:#?}", self.missing().await);
    }

    /// The events that did not reach the bus.
    async fn missing(&self) -> Vec<String> {
        let bus = self.app.get_unchecked("/_local/events").await;
        let fed: BTreeSet<_> = bus
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["detail"]["id"].as_str().unwrap().to_owned())
            .collect();
        let rows = self.app.rows().await;
        let told = rows.all("ACCOUNT#", "EVENT#").map(|(_, item)| {
            item["sk"]["S"]
                .as_str()
                .unwrap()
                .rsplit('#')
                .next()
                .unwrap()
                .to_owned()
        });
        told.filter(|id| !fed.contains(id)).collect()
    }
}

#[tokio::test]
async fn whichever_call_fails_each_change_is_told_once_in_order() {
    let mut fixture = Fixture::new().await;
    let interceptor = |fixture: &Fixture| {
        fixture
            .app
            .stack
            .interceptor()
            .unwrap()
            .calls_of(FUNCTION)
            .len()
    };
    fixture.app.stack.interceptor().unwrap().clear();
    fixture.play().await;
    fixture.finished().await;
    let calls = interceptor(&fixture);
    assert!(calls > 20, "{calls}");
    let refused = Fault::Refuse(Refusal::internal());
    let lost = Fault::RefuseAfterwards(Refusal::internal());
    for nth in 1..=calls {
        // Before it took effect and after, alternately.
        let after = [&lost, &Fault::DropAfterwards][nth % 2];
        for fault in [&refused, after] {
            let rule = Rule::new(fault.clone()).function(FUNCTION);
            fixture
                .app
                .stack
                .interceptor()
                .unwrap()
                .add(rule.nth(nth).times(ATTEMPTS));
            fixture.play().await;
            fixture.finished().await;
            fixture.app.stack.interceptor().unwrap().clear();
        }
    }
    fixture.app.check_invariants().await;
    assert_eq!(fixture.app.stack.undelivered(), Vec::<Value>::new());
}

#[tokio::test]
async fn a_trail_that_dies_in_the_middle_goes_on_where_it_was() {
    let mut fixture = Fixture::new().await;
    for survived in 0..24 {
        // From this call on, all calls fail for a while.
        let rule = Rule::new(Fault::Drop).function(FUNCTION);
        let died = rule.nth(survived + 1).times(ATTEMPTS * 2);
        fixture.app.stack.interceptor().unwrap().add(died);
        fixture.play().await;
        fixture.finished().await;
        fixture.app.stack.interceptor().unwrap().clear();
    }
    assert_eq!(fixture.app.stack.undelivered(), Vec::<Value>::new());
}

#[tokio::test]
async fn conflicts_and_throttles_are_waited_out() {
    let mut fixture = Fixture::new().await;
    let interceptor = fixture.app.stack.interceptor().unwrap();
    let rule = |fault| Rule::new(Fault::Refuse(fault)).function(FUNCTION);
    interceptor.add(
        rule(Refusal::conflict())
            .service("DynamoDB")
            .writes()
            .every(2),
    );
    interceptor.add(
        rule(Refusal::throttled())
            .service("DynamoDB")
            .first_attempts()
            .every(3),
    );
    interceptor.add(rule(Refusal::entry()).service("EventBridge").every(2));
    for _ in 0..5 {
        fixture.play().await;
    }
    fixture.finished().await;
    assert_eq!(fixture.app.stack.undelivered(), Vec::<Value>::new());
}
