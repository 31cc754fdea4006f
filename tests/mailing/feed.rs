//! The same with the stream feeding the function by itself.

use std::time::Duration;

use local::Options;
use local::faults::{Fault, Rule};
use serde_json::{Value, json};

use super::{DOUBT, resend};
use crate::support::TestApp;

async fn until<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..6000 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it does not come");
}

/// Waits until SES has been offered a mail and the mailer knows nothing of its end.
async fn in_doubt(app: &TestApp) {
    until(async || {
        let items = app.table().items().await;
        let mut claims = items.iter().filter(|item| item["entity"]["S"] == "mail");
        let doubtful = claims.any(|claim| claim["state"]["S"] == "sending");
        let interceptor = app.stack.interceptor().unwrap();
        let struck = interceptor
            .calls()
            .iter()
            .any(|call| call.service == "SES" && call.status.is_none());
        (doubtful && struck).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_ses_never_got_is_sent_a_minute_later_and_the_resend_waits_for_it() {
    let app = TestApp::with(Options::memory().intercepted()).await;
    let acme = app.owner_of("Acme").await;
    app.mail(&acme.owner.email, "Verify").await;
    let interceptor = app.stack.interceptor().unwrap();
    interceptor.clear();
    interceptor.add(Rule::new(Fault::Drop).service("SES").nth(1));
    let id = acme.invite("grace@example.com", &["user"]).await;
    in_doubt(&app).await;
    resend(&acme, id).await;
    app.stack.streams_read().await;
    assert!(app.stack.mails_to("grace@example.com").is_empty());
    app.stack.advance(DOUBT + 2);
    let tokens = app.link_tokens("grace@example.com", "invites you", 2).await;
    assert_eq!(tokens.len(), 2);
    let lookup = async |token: &str| {
        let body = json!({ "token": token });
        app.post("/api/invitations/lookup", &body).await
    };
    lookup(&tokens[0]).await.expect(200);
    lookup(&tokens[1])
        .await
        .refused(404, "INVITATION_NOT_FOUND");
    assert!(app.stack.undelivered().is_empty());
}

/// A membership without most of what it has to have, that asks for a mail.
fn poison(account: u64) -> Value {
    json!({
        "pk": { "S": format!("ACCOUNT#{account}") },
        "sk": { "S": "MEMBER#0000000000000007" },
        "change": { "M": { "id": { "S": "poison" }, "mail": { "S": "invitation" } } },
    })
}

/// What the mailer gave up; the trail cannot read it either.
fn kept(app: &TestApp) -> Vec<Value> {
    let mut kept = app.stack.undelivered();
    let by_mailer = |record: &Value| {
        let function = record["requestContext"]["functionArn"].as_str();
        function.unwrap().ends_with("MailerFunction")
    };
    kept.retain(by_mailer);
    kept
}

#[tokio::test]
async fn a_poison_record_is_kept_whole_and_alone_and_stops_others_for_a_while_only() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let before = acme.invite("before@example.com", &["user"]).await;
    let item = poison(acme.id);
    app.table().call("PutItem", json!({ "Item": item })).await;
    acme.invite("after@example.com", &["user"]).await;
    resend(&acme, before).await;
    let lost = until(async || kept(&app).into_iter().next()).await;
    assert_eq!(
        lost["requestContext"]["condition"],
        "RetryAttemptsExhausted"
    );
    let records = lost["payload"]["Records"].as_array().unwrap();
    assert_eq!(records.len(), 1, "{records:#?}");
    assert_eq!(records[0]["dynamodb"]["NewImage"], item);
    acme.invite("later@example.com", &["user"]).await;
    let expected = [
        ("before@example.com", 2),
        ("after@example.com", 1),
        ("later@example.com", 1),
    ];
    for (person, mails) in expected {
        let sent = || app.stack.mails_to(person).len();
        until(async || (sent() == mails).then_some(())).await;
    }
    assert_eq!(kept(&app).len(), 1);
}
