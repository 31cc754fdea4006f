//! The function dies in the middle of a batch, before or after a call took effect.

use std::time::Duration;

use local::faults::{Fault, Rule};

use super::{FUNCTION, ManualMailer, PEOPLE};

const FOR_EVER: Duration = Duration::from_mins(10);

/// The function dies at the `nth` call of `operation`. After that, each change is mailed once.
async fn survives(operation: &str, fault: Fault) {
    let mut mailer = ManualMailer::new().await;
    for nth in 1..=4 {
        let records = mailer.invite(&PEOPLE, &format!("{nth}")).await;
        let stack = mailer.app.stack.clone();
        let interceptor = stack.interceptor().unwrap();
        interceptor.clear();
        let rule = Rule::new(fault.clone()).function(FUNCTION);
        interceptor.add(rule.operation(operation).nth(nth));
        let hanging = async {
            loop {
                let calls = interceptor.calls_of(FUNCTION).into_iter();
                let begun = calls.filter(|call| call.operation == operation).count();
                if begun >= nth {
                    // Time enough to take effect, where it does.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    return;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            ended = mailer.invoke(&records) => panic!("{ended:?}"),
            () = hanging => {}
        }
        interceptor.clear();
        mailer.heard_from_ses(&records).await;
        mailer.deliver(&records).await;
        mailer.check_mailed_once(&records);
    }
}

#[tokio::test]
async fn dying_before_a_mail_is_claimed_loses_none() {
    survives("PutItem", Fault::Delay(FOR_EVER)).await;
}

#[tokio::test]
async fn dying_after_a_mail_is_claimed_loses_none() {
    survives("PutItem", Fault::DelayAfterwards(FOR_EVER)).await;
}

#[tokio::test]
async fn dying_before_a_mail_is_sent_loses_none() {
    survives("SendEmail", Fault::Delay(FOR_EVER)).await;
}

#[tokio::test]
async fn dying_after_a_mail_is_sent_sends_none_twice() {
    survives("SendEmail", Fault::DelayAfterwards(FOR_EVER)).await;
}
