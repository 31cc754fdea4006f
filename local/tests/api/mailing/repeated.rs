//! Batches that come again: whole, in pieces, in another order, late.

use super::{DOUBT, Desk, PEOPLE};

const DAY: i64 = 24 * 60 * 60;

#[tokio::test]
async fn a_batch_that_comes_again_mails_nobody_twice() {
    let mut desk = Desk::new().await;
    let records = desk.invite(&PEOPLE, "again").await;
    desk.deliver(&records).await;
    let mut reversed = records.clone();
    reversed.reverse();
    let mut deliveries = vec![records.clone(), records[2..].to_vec(), reversed];
    deliveries.extend(records.iter().map(|record| vec![record.clone()]));
    for later in [0, DOUBT + 1, 6 * 60 * 60, DAY] {
        desk.world.stack.advance(later);
        for batch in &deliveries {
            let answer = desk.invoke(batch).await.unwrap();
            assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 0);
        }
    }
    desk.check_mailed_once(&records);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_comes_twice_at_once_mails_nobody_twice() {
    let mut desk = Desk::new().await;
    for round in 0..10 {
        let records = desk.invite(&PEOPLE, &format!("{round}")).await;
        tokio::join!(desk.deliver(&records), desk.deliver(&records));
        desk.check_mailed_once(&records);
    }
}
