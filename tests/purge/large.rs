//! Accounts with many members.

use std::time::Instant;

use super::{MINUTE, at_once, delete, partition};
use crate::support::TestApp;

#[tokio::test]
async fn an_account_with_two_thousand_members_is_cleared() {
    clear(2_000).await;
}

/// `cargo test --test api -- --ignored --nocapture a_hundred_thousand`
#[tokio::test]
#[ignore = "takes minutes; its numbers are in docs/restore.md"]
async fn an_account_with_a_hundred_thousand_members_is_cleared() {
    clear(100_000).await;
}

async fn clear(members: u32) {
    let app = TestApp::with(at_once()).await;
    let acme = app.owner_of("Acme").await;
    let globex = app.owner_of("Globex").await;
    app.fill(&acme, members as usize).await;
    delete(&acme).await;
    app.stack.advance(2 * MINUTE);
    let began = Instant::now();
    let mut rows = 0;
    let (mut read, mut write, mut runs) = (0.0, 0.0, 0);
    loop {
        let report = app.purge().await;
        rows += report.rows;
        read += report.read_units;
        write += report.write_units;
        runs += 1;
        if !report.more {
            assert_eq!(report.accounts, 1);
            break;
        }
    }
    let took = began.elapsed();
    println!("{members} members: {runs} runs, {read} RRU, {write} WRU, {took:.1?}");
    assert_eq!(rows, u64::from(members) + 5);
    // A unit for each row and one for its place in the index of memberships, and little beside.
    assert!(write <= 2.0 * f64::from(members) + 50.0, "{write}");
    assert!(read <= f64::from(members) / 4.0 + 50.0, "{read}");
    assert!(app.rows().await.partition(&partition(&acme)).is_empty());
    globex.owner.get(&globex.path()).await.expect(200);
    app.check_invariants().await;
}
