//! Every fault that is planted is found and, where it can be, mended; nothing is found in what the service leaves.

mod planted;
mod world;

use std::collections::BTreeSet;

use admin::check::{Finding, Kind, Options, check};
use admin::{Exit, Failure, Interrupt, Output};

use crate::support::Buffer;
use planted::PLANTED;
use world::{Change, World, item, n};

#[test]
fn every_kind_of_finding_has_a_planted_fault() {
    let planted: BTreeSet<_> = PLANTED.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(planted, Kind::ALL.iter().copied().collect());
    let codes: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.code()).collect();
    assert_eq!(codes.len(), Kind::ALL.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_planted_fault_is_found_and_mended_where_it_can_be() {
    let world = World::start().await;
    let clean = world.check(false).await;
    assert!(clean.findings.is_empty(), "{clean:#?}");
    for (kind, plant) in PLANTED {
        let before = world.rows().await;
        let (changes, (pk, sk)) = plant(&world);
        for change in changes {
            world.make(change).await;
        }
        let found = world.check(false).await;
        let own = |finding: &&Finding| {
            finding.kind == *kind && (finding.row.pk(), finding.row.sk()) == (&pk, &sk)
        };
        let finding = found.findings.iter().find(own);
        let finding = finding.unwrap_or_else(|| panic!("{kind:?} at {pk} {sk}: {found:#?}"));
        assert_eq!(finding.repairable, kind.is_repairable(), "{finding:?}");
        if kind.is_repairable() {
            let mended = world.check(true).await;
            assert!(
                mended.is_clean() && !mended.findings.is_empty(),
                "{kind:?}: {mended:#?}"
            );
            let after = world.check(false).await;
            assert!(after.findings.is_empty(), "{kind:?}: {after:#?}");
        } else {
            let kept = world.check(true).await;
            assert!(
                kept.findings
                    .iter()
                    .any(|found| found.kind == *kind && !found.repaired)
            );
        }
        world.put_back(&before).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_check_continues_where_it_was() {
    let world = World::start().await;
    for page in 0..48 {
        for row in 0..25 {
            let key = format!("SENDER#{page}-{row}");
            world
                .make(Change::Put(item(
                    &key,
                    "MAILS#2026-06-02",
                    &[("ttl", n("9780396200"))],
                )))
                .await;
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("check.json");
    let options = Options {
        segments: 1,
        state: Some(state.clone()),
        ..world.options(false)
    };
    let pressed = Interrupt::new();
    pressed.press();
    let progress = Output::to(Buffer::default(), Buffer::default()).progress("", None);
    let interrupted = check(&world.connection, &options, &progress, &pressed).await;
    assert!(
        matches!(interrupted, Err(Failure::Interrupted(_))),
        "{interrupted:?}"
    );
    let kept = std::fs::read_to_string(&state).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept["rows"], 500);
    let whole = world.check(false).await;
    let report = check(&world.connection, &options, &progress, &Interrupt::new()).await;
    let report = report.unwrap();
    assert_eq!((report.rows, report.findings.len()), (whole.rows, 0));
    assert!(!state.exists());

    std::fs::write(&state, "{}").unwrap();
    let refused = check(&world.connection, &options, &progress, &Interrupt::new()).await;
    assert!(matches!(refused, Err(Failure::Usage(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_says_what_it_found_and_ends_with_1() {
    let world = World::start().await;
    let clean = world.desk.run("check --grace 3").await;
    assert_eq!(clean.exit, Exit::Done, "{clean:?}");
    assert!(clean.out.ends_with(" rows are consistent\n"), "{clean:?}");
    let count = Change::Set(world.account(), "COUNT".into(), "count", n("7"));
    world.make(count).await;
    let found = world.desk.run("check --grace 0").await;
    assert_eq!(found.exit, Exit::Refused);
    assert!(found.out.contains("MEMBER_COUNT_WRONG") && found.out.contains("--repair mends it"));
    assert_eq!(
        world.desk.run("check --grace 0 --repair").await.exit,
        Exit::Usage
    );
    let mended = world.desk.json("check --grace 0 --repair --yes").await;
    assert_eq!(mended["findings"][0]["repaired"], true);
    assert_eq!(world.desk.run("check --grace 0").await.exit, Exit::Done);
}
