//! The schedule runs it, by the service's clock, and again when it fails.

use std::time::Duration;

use local::Options;
use local::tap::{Fault, Refusal, Rule};

use super::{DAY, FUNCTION, MINUTE, delete, partition};
use crate::support::{Account, World};

/// Waits until nothing of `account` is left.
async fn gone(world: &World, account: &Account) {
    for _ in 0..2_000 {
        if world.rows().await.partition(&partition(account)).is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{:#?}", world.rows().await.partition(&partition(account)));
}

/// Waits until the function has begun so many runs.
async fn runs(world: &World, count: usize) {
    for _ in 0..2_000 {
        if begun(world) >= count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{} runs, not {count}", begun(world));
}

/// Each run looks for deleted accounts in the index first.
fn begun(world: &World) -> usize {
    let calls = world.tap().calls_of(FUNCTION);
    let looks = calls
        .iter()
        .filter(|call| call.request["IndexName"] == "gsi2");
    looks.filter(|call| call.attempt == 1).count()
}

#[tokio::test]
async fn a_deleted_account_is_cleared_after_thirty_days() {
    let world = World::with(Options::memory().parameter("ClearExpiredRows", "false")).await;
    let acme = world.owner_of("Acme").await;
    acme.member("grace@example.com", &["user"]).await;
    let globex = world.owner_of("Globex").await;
    delete(&acme).await;
    let partitions = [partition(&acme)];
    let before = world.at_rest().await;
    world.stack.advance(30 * DAY);
    gone(&world, &acme).await;
    assert_eq!(
        world.rows().await.outside(&partitions),
        before.outside(&partitions)
    );
    let globex = globex.again().await;
    globex.owner.get(&globex.path()).await.expect(200);
}

#[tokio::test]
async fn it_runs_once_a_period_however_far_the_clock_jumps() {
    let world = World::with(Options::memory().tapped()).await;
    world.stack.advance(4 * MINUTE);
    world.stack.advance(DAY);
    runs(&world, 1).await;
    world.stack.advance(5 * MINUTE);
    runs(&world, 2).await;
    assert_eq!(begun(&world), 2);
}

#[tokio::test]
async fn a_run_that_fails_is_tried_again_and_then_kept() {
    let world = World::with(Options::memory().tapped()).await;
    let denied = Fault::Refuse(Refusal::new(400, "AccessDeniedException"));
    let rule = || {
        Rule::new(denied.clone())
            .function(FUNCTION)
            .operation("Query")
    };
    let acme = world.owner_of("Acme").await;
    delete(&acme).await;
    world.tap().clear();
    world.tap().add(rule().times(2));
    world.stack.advance(30 * DAY);
    gone(&world, &acme).await;
    assert!(world.stack.undelivered().is_empty());

    world.tap().clear();
    world.tap().add(rule());
    world.stack.advance(DAY);
    runs(&world, 3).await;
    for _ in 0..2_000 {
        if !world.stack.undelivered().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let kept = world.stack.undelivered();
    assert_eq!(kept.len(), 1, "{kept:#?}");
    assert_eq!(kept[0]["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(kept[0]["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(kept[0]["requestPayload"]["source"], "aws.events");
}
