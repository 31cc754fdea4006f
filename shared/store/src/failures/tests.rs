use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use model::examples::{NOW, after, email};

use super::*;

const MINUTE: i64 = 60_000;

fn limits() -> Limits {
    Limits {
        sign_in_failures: 3,
        ..Limits::default()
    }
}

fn marks(times: &[i64]) -> BTreeSet<Mark> {
    times.iter().map(|at| Mark::new(after(*at))).collect()
}

/// Failures at `times`, in milliseconds from now.
fn failures(times: &[i64]) -> Failures {
    let tried = marks(times);
    Failures {
        failed: tried.clone(),
        tried,
        ..Failures::default()
    }
}

fn refused_for(failures: &Failures, now: Timestamp) -> Option<i64> {
    let refusal = failures.check(Attempt::SignIn, &limits(), now).err()?;
    assert!(matches!(refusal, Error::TooManyRequests { .. }));
    refusal.retry_after()
}

#[test]
fn below_the_limit_another_try_is_free() {
    assert_eq!(refused_for(&Failures::default(), NOW), None);
    assert_eq!(refused_for(&failures(&[-1, 0]), NOW), None);
}

#[test]
fn at_the_limit_the_oldest_failure_has_to_leave_the_window() {
    let three = failures(&[0, MINUTE, 2 * MINUTE]);
    assert_eq!(refused_for(&three, after(2 * MINUTE)), Some(13 * 60));
    assert_eq!(refused_for(&three, after(15 * MINUTE - 1)), Some(1));
    assert_eq!(refused_for(&three, after(15 * MINUTE)), None);
}

#[test]
fn above_a_lowered_limit_as_many_have_to_leave_as_are_too_many() {
    let five = failures(&[0, MINUTE, 2 * MINUTE, 3 * MINUTE, 4 * MINUTE]);
    assert_eq!(refused_for(&five, after(4 * MINUTE)), Some(13 * 60));
    assert_eq!(refused_for(&five, after(17 * MINUTE)), None);
}

#[test]
fn a_guess_that_is_being_judged_counts_as_wrong_once_nobody_can_be_judging_it() {
    let being_judged = Failures {
        tried: marks(&[0, 1, 2]),
        ..Failures::default()
    };
    assert_eq!(refused_for(&being_judged, after(29_999)), None);
    assert_eq!(refused_for(&being_judged, after(30_002)), Some(870));
}

#[test]
fn strangers_guesses_do_not_count_for_the_proven() {
    let failures = failures(&[0, 1, 2]);
    assert!(failures.check(Attempt::SignIn, &limits(), NOW).is_err());
    assert!(failures.check(Attempt::Proven, &limits(), NOW).is_ok());
    let own = Failures {
        proven: failures.tried.clone(),
        ..failures
    };
    assert!(own.check(Attempt::Proven, &limits(), NOW).is_err());
}

#[test]
fn what_has_left_the_window_is_stale_wherever_it_stands() {
    let failures = Failures {
        proven: marks(&[-16 * MINUTE, -14 * MINUTE]),
        ..failures(&[-15 * MINUTE, -15 * MINUTE + 1])
    };
    let stale = failures.stale(&limits(), NOW);
    let ages: Vec<_> = stale.iter().map(|mark| mark.at()).collect();
    assert_eq!(ages, [after(-16 * MINUTE), after(-15 * MINUTE)]);
}

#[test]
fn an_item_reads_back() {
    let set = |marks: &BTreeSet<Mark>| {
        let blobs = marks.iter().map(|mark| Blob::new(mark.bytes()));
        AttributeValue::Bs(blobs.collect())
    };
    let given = failures(&[-1, 0]);
    let item = Item::from([
        ("tried".to_owned(), set(&given.tried)),
        ("failed".to_owned(), set(&given.failed)),
    ]);
    let read = Failures::read(&item).unwrap();
    assert_eq!(
        (read.tried, read.failed, read.proven),
        (given.tried, given.failed, BTreeSet::new())
    );
    for damaged in [
        AttributeValue::Bs(vec![Blob::new([0; 15])]),
        AttributeValue::S("x".into()),
    ] {
        let item = Item::from([("tried".to_owned(), damaged)]);
        assert!(Failures::read(&item).is_err());
    }
}

#[test]
fn a_reset_forgets_the_guesses_and_remembers_for_a_window_where_it_came_from() {
    let (here, elsewhere) = (Network::example(1), Network::example(2));
    let write = Failures::reset(&email("Ada@Example.com"), here, &limits(), NOW).unwrap();
    assert_eq!(write.shown(), "put EMAIL#ada@example.com | FAILURES");
    let read = Failures::read(write.put_item().unwrap()).unwrap();
    assert!(read.tried.is_empty());
    assert!(read.has_proven(here, after(15 * MINUTE - 1000)));
    assert!(!read.has_proven(here, after(15 * MINUTE)));
    assert!(!read.has_proven(elsewhere, NOW));
}
