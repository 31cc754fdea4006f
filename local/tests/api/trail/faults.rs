//! Every call of the trail to AWS fails in turn, before it took effect and after, and for good in the middle of a batch: in the end
//! each change is told once, in order.

use std::collections::BTreeSet;

use local::Options;
use local::tap::{Fault, Refusal, Rule};
use serde_json::{Value, json};

use super::settled;
use crate::support::{Account, World};

const FUNCTION: &str = "TrailFunction";
/// As often as the functions try a call.
const ATTEMPTS: usize = 4;

struct Stage {
    world: World,
    acme: Account,
    cases: usize,
}

impl Stage {
    async fn new() -> Self {
        let world = World::with(Options::memory().tapped()).await;
        let acme = world.owner_of("Acme").await;
        settled(&world).await;
        Self {
            world,
            acme,
            cases: 0,
        }
    }

    /// Changes of every sort that have something to follow; the kinds of those that the feed will tell.
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
        self.world.stack.advance(2);
        owner.delete(&globex.path()).await.expect(200);
    }

    /// Until everything is derived and on the bus.
    async fn finished(&self) {
        settled(&self.world).await;
        for _ in 0..3000 {
            if self.missing().await.is_empty() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("not on the bus: {:#?}", self.missing().await);
    }

    /// The events that the bus was not told of.
    async fn missing(&self) -> Vec<String> {
        let bus = self.world.get_unchecked("/_local/events").await;
        let fed: BTreeSet<_> = bus
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["detail"]["id"].as_str().unwrap().to_owned())
            .collect();
        let rows = self.world.rows().await;
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
    let mut stage = Stage::new().await;
    let tap = |stage: &Stage| stage.world.stack.tap().unwrap().calls_of(FUNCTION).len();
    stage.world.stack.tap().unwrap().clear();
    stage.play().await;
    stage.finished().await;
    let calls = tap(&stage);
    assert!(calls > 20, "{calls}");
    let refused = Fault::Refuse(Refusal::internal());
    let lost = Fault::RefuseAfterwards(Refusal::internal());
    for nth in 1..=calls {
        // Before it took effect, and after, one way and the other in turn.
        let after = [&lost, &Fault::DropAfterwards][nth % 2];
        for fault in [&refused, after] {
            let rule = Rule::new(fault.clone()).function(FUNCTION);
            stage
                .world
                .stack
                .tap()
                .unwrap()
                .add(rule.nth(nth).times(ATTEMPTS));
            stage.play().await;
            stage.finished().await;
            stage.world.stack.tap().unwrap().clear();
        }
    }
    stage.world.check_invariants().await;
    assert_eq!(stage.world.stack.undelivered(), Vec::<Value>::new());
}

#[tokio::test]
async fn a_trail_that_dies_in_the_middle_goes_on_where_it_was() {
    let mut stage = Stage::new().await;
    for survived in 0..24 {
        // From this call on nothing gets through any more, for a while.
        let rule = Rule::new(Fault::Drop).function(FUNCTION);
        let died = rule.nth(survived + 1).times(ATTEMPTS * 2);
        stage.world.stack.tap().unwrap().add(died);
        stage.play().await;
        stage.finished().await;
        stage.world.stack.tap().unwrap().clear();
    }
    assert_eq!(stage.world.stack.undelivered(), Vec::<Value>::new());
}

#[tokio::test]
async fn conflicts_and_throttles_are_waited_out() {
    let mut stage = Stage::new().await;
    let tap = stage.world.stack.tap().unwrap();
    let rule = |fault| Rule::new(Fault::Refuse(fault)).function(FUNCTION);
    tap.add(
        rule(Refusal::conflict())
            .service("DynamoDB")
            .writes()
            .every(2),
    );
    tap.add(
        rule(Refusal::throttled())
            .service("DynamoDB")
            .first_attempts()
            .every(3),
    );
    tap.add(rule(Refusal::entry()).service("EventBridge").every(2));
    for _ in 0..5 {
        stage.play().await;
    }
    stage.finished().await;
    assert_eq!(stage.world.stack.undelivered(), Vec::<Value>::new());
}
