//! Batches that come again: whole, in pieces, in another order, late.

use super::{DOUBT, ManualMailer, PEOPLE};

const DAY: i64 = 24 * 60 * 60;

#[tokio::test]
async fn a_batch_that_comes_again_mails_nobody_twice() {
    let mut mailer = ManualMailer::new().await;
    let records = mailer.invite(&PEOPLE, "again").await;
    mailer.deliver(&records).await;
    let mut reversed = records.clone();
    reversed.reverse();
    let mut deliveries = vec![records.clone(), records[2..].to_vec(), reversed];
    deliveries.extend(records.iter().map(|record| vec![record.clone()]));
    for later in [0, DOUBT + 1, 6 * 60 * 60, DAY] {
        mailer.app.stack.advance(later);
        for batch in &deliveries {
            let answer = mailer.invoke(batch).await.unwrap();
            assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 0);
        }
    }
    mailer.check_mailed_once(&records);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_comes_twice_at_once_mails_nobody_twice() {
    let mut mailer = ManualMailer::new().await;
    for round in 0..10 {
        let records = mailer.invite(&PEOPLE, &format!("{round}")).await;
        tokio::join!(mailer.deliver(&records), mailer.deliver(&records));
        mailer.check_mailed_once(&records);
    }
}
