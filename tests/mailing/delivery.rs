//! What becomes of an invitation's mail, as its member shows it.

use std::time::Duration;

use local::Options;
use local::faults::{Fault, Refusal, Rule};
use reqwest::Method;
use serde_json::{Value, json};

use super::{FUNCTION, resend};
use crate::support::{Account, Answer, TestApp};

const HOUR: i64 = 60 * 60;

async fn member(acme: &Account, id: u64) -> Value {
    acme.owner.get(&acme.user(id)).await.expect(200)
}

/// The member, once the last mail has come as far as `state`.
async fn once(acme: &Account, id: u64, state: &str) -> Value {
    for _ in 0..500 {
        let member = member(acme, id).await;
        if member["invitation"]["delivery"] == state {
            return member;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never {state}: {:#}", member(acme, id).await);
}

async fn try_resend(acme: &Account, id: u64) -> Answer {
    let path = format!("{}/invite", acme.user(id));
    acme.owner.request(Method::PUT, &path).send().await
}

/// An event of SES about the last mail to `email`.
fn event(app: &TestApp, email: &str, kind: &str, particulars: &Value) -> Value {
    let mail = &app.stack.mails_to(email)[0];
    let tags: Vec<_> = mail
        .tags
        .iter()
        .map(|(name, value)| (name.clone(), json!([value])))
        .collect();
    let mut detail = json!({
        "eventType": kind,
        "mail": { "messageId": mail.id, "tags": tags.into_iter().collect::<serde_json::Map<_, _>>() },
    });
    detail[kind.to_lowercase()] = particulars.clone();
    json!({ "source": "aws.ses", "detail-type": "Email", "detail": detail })
}

fn bounce(kind: &str, sub: &str) -> Value {
    json!({ "bounceType": kind, "bounceSubType": sub })
}

#[tokio::test]
async fn an_invited_member_tells_of_their_invitation_and_nobody_else_has_one() {
    let app = TestApp::with(Options::memory().without_streams()).await;
    let acme = app.owner_of("Acme").await;
    let invited = acme
        .try_invite("grace@example.com", &["user"])
        .await
        .expect(201);
    let id = invited["id"].as_u64().unwrap();
    let invitation = &invited["invitation"];
    assert_eq!(
        (&invitation["sentCount"], &invitation["delivery"]),
        (&json!(1), &json!("queued"))
    );
    assert_eq!(invitation["sentAt"], invited["createdAt"]);
    assert_eq!(member(&acme, id).await, invited);
    let listed = acme.owner.get(&acme.users()).await.expect(200);
    let listed = listed["value"].as_array().unwrap();
    for one in listed {
        let expected = if one["id"] == id {
            invitation
        } else {
            &Value::Null
        };
        assert_eq!(one["invitation"], *expected, "{one}");
    }
    app.stack.advance(HOUR);
    let acme = acme.again().await;
    resend(&acme, id).await;
    let resent = member(&acme, id).await["invitation"].clone();
    assert_eq!(
        (&resent["sentCount"], &resent["delivery"]),
        (&json!(2), &json!("queued"))
    );
    assert!(resent["sentAt"].as_str() > invitation["sentAt"].as_str());
    assert!(resent["expiresAt"].as_str() > invitation["expiresAt"].as_str());
    acme.remove(id).await;
    let anew = acme
        .try_invite("grace@example.com", &["user"])
        .await
        .expect(201);
    assert_eq!(anew["invitation"]["sentCount"], 1);
}

#[tokio::test]
async fn a_delivered_mail_shows_on_the_member_and_changes_nothing_else() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let invited = acme.try_invite("grace@example.com", &["user"]).await;
    let id = invited.json()["id"].as_u64().unwrap();
    let delivered = once(&acme, id, "delivered").await;
    let mut expected = invited.json();
    expected["invitation"]["delivery"] = "delivered".into();
    assert_eq!(delivered, expected);
    let request = acme.owner.request(Method::PUT, &acme.user(id));
    let request = request.header("if-match", invited.header("etag"));
    request
        .json(&json!({ "roles": ["viewer"] }))
        .send()
        .await
        .expect(200);
    assert_eq!(
        member(&acme, id).await["invitation"]["delivery"],
        "delivered"
    );
    let token = app.invitation("grace@example.com").await;
    let accepted = json!({ "token": token, "password": crate::support::PASSWORD });
    app.post("/api/invitations/accept", &accepted)
        .await
        .expect(200);
    assert_eq!(member(&acme, id).await["invitation"], Value::Null);
}

#[tokio::test]
async fn an_address_whose_mail_bounced_gets_no_other_until_it_is_invited_anew() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    for (person, first) in [
        ("grace@bounce.example", "bounced"),
        ("hedy@complaint.example", "complained"),
    ] {
        let id = acme.invite(person, &["user"]).await;
        let bounced = once(&acme, id, first).await;
        for _ in 0..3 {
            try_resend(&acme, id)
                .await
                .refused(422, "ADDRESS_SUPPRESSED");
        }
        assert_eq!(member(&acme, id).await, bounced);
        acme.remove(id).await;
        try_resend(&acme, id).await.refused(404, "USER_NOT_FOUND");
        assert_eq!(acme.invite(person, &["user"]).await, id);
        once(&acme, id, "suppressed").await;
        try_resend(&acme, id)
            .await
            .refused(422, "ADDRESS_SUPPRESSED");
        assert_eq!(app.stack.mails_to(person).len(), 2);
    }
}

#[tokio::test]
async fn an_expired_invitation_to_a_dead_address_may_be_tried_anew() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let id = acme.invite("grace@bounce.example", &["user"]).await;
    once(&acme, id, "bounced").await;
    app.stack.advance(7 * 24 * HOUR);
    let acme = acme.again().await;
    try_resend(&acme, id)
        .await
        .refused(422, "ADDRESS_SUPPRESSED");
    assert_eq!(acme.invite("grace@bounce.example", &["user"]).await, id);
}

#[tokio::test]
async fn news_come_in_any_order_and_more_than_once() {
    let app = TestApp::with(Options::memory().without_streams()).await;
    let acme = app.owner_of("Acme").await;
    let email = "grace@example.com";
    let id = acme.invite(email, &["user"]).await;
    let records = app.table().mail_records().await;
    let tell = async |event: &Value| {
        let noted = app.stack.invoke(FUNCTION, event.clone()).await.unwrap();
        assert_eq!(noted, Value::Null);
        member(&acme, id).await["invitation"]["delivery"].clone()
    };
    let batch = json!({ "Records": records });
    app.stack.invoke(FUNCTION, batch).await.unwrap();
    once(&acme, id, "delivered").await;
    let late = event(&app, email, "Send", &json!({}));
    let soft = event(&app, email, "Bounce", &bounce("Transient", "MailboxFull"));
    let complaint = event(&app, email, "Complaint", &json!({}));
    let hard = event(&app, email, "Bounce", &bounce("Permanent", "General"));
    assert_eq!(tell(&late).await, "delivered");
    assert_eq!(tell(&soft).await, "delivered");
    assert_eq!(tell(&complaint).await, "complained");
    assert_eq!(tell(&complaint).await, "complained");
    assert_eq!(tell(&hard).await, "complained");
    assert_eq!(tell(&late).await, "complained");
}

#[tokio::test]
async fn news_of_an_earlier_mail_say_nothing_of_the_last_one() {
    let app = TestApp::with(Options::memory().without_streams()).await;
    let acme = app.owner_of("Acme").await;
    let email = "grace@example.com";
    let id = acme.invite(email, &["user"]).await;
    let batch = json!({ "Records": app.table().mail_records().await });
    app.stack.invoke(FUNCTION, batch).await.unwrap();
    once(&acme, id, "delivered").await;
    resend(&acme, id).await;
    let hard = event(&app, email, "Bounce", &bounce("Permanent", "General"));
    app.stack.invoke(FUNCTION, hard.clone()).await.unwrap();
    assert_eq!(member(&acme, id).await["invitation"]["delivery"], "queued");
    acme.remove(id).await;
    let rows = async || {
        let mut items = app.table().items().await;
        items.retain(|item| item["entity"]["S"] == "member");
        items
    };
    let before = rows().await;
    app.stack.invoke(FUNCTION, hard).await.unwrap();
    assert_eq!(rows().await, before);
}

#[tokio::test]
async fn events_about_others_mails_are_left_alone() {
    let app = TestApp::with(Options::memory().without_streams()).await;
    app.owner_of("Acme").await;
    let items = app.table().items().await;
    for tags in [
        json!({}),
        json!({ "change": ["unknown"], "account": ["7"], "user": ["x"] }),
    ] {
        let event = json!({ "source": "aws.ses", "detail": {
            "eventType": "Bounce", "bounce": bounce("Permanent", "General"), "mail": { "messageId": "m", "tags": tags },
        } });
        app.stack.invoke(FUNCTION, event).await.unwrap();
    }
    assert_eq!(app.table().items().await, items);
}

#[tokio::test]
async fn a_mail_that_ses_refuses_for_good_is_not_tried_again() {
    let app = TestApp::with(Options::memory().intercepted().without_streams()).await;
    let acme = app.owner_of("Acme").await;
    let interceptor = app.stack.interceptor().unwrap();
    let id = acme.invite("grace@example.com", &["user"]).await;
    let records = app.table().mail_records().await;
    let batch = json!({ "Records": records[records.len() - 1..] });
    interceptor.clear();
    interceptor.add(
        Rule::new(Fault::Refuse(Refusal::new(400, "MessageRejected")))
            .service("SES")
            .nth(1),
    );
    for _ in 0..3 {
        let answer = app.stack.invoke(FUNCTION, batch.clone()).await.unwrap();
        assert_eq!(answer["batchItemFailures"], json!([]));
        app.stack.advance(61);
    }
    let offers = interceptor
        .calls()
        .into_iter()
        .filter(|call| call.service == "SES");
    assert_eq!(offers.count(), 1);
    assert_eq!(
        member(&acme, id).await["invitation"]["delivery"],
        "suppressed"
    );
    try_resend(&acme, id)
        .await
        .refused(422, "ADDRESS_SUPPRESSED");
    assert!(app.stack.mails_to("grace@example.com").is_empty());
}

#[tokio::test]
async fn rows_of_before_count_the_mails_that_they_know() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let id = acme.invite("grace@example.com", &["user"]).await;
    resend(&acme, id).await;
    once(&acme, id, "delivered").await;
    let items = app.table().items().await;
    let row = items
        .iter()
        .find(|item| item["email"]["S"] == "grace@example.com" && item["entity"]["S"] == "member");
    let row = row.unwrap();
    let mut invitation = row["invitation"].clone();
    invitation["M"].as_object_mut().unwrap().remove("mails");
    app.table().set(row, "invitation", invitation).await;
    let request = json!({
        "Key": { "pk": row["pk"], "sk": row["sk"] }, "UpdateExpression": "REMOVE delivery",
    });
    app.table().call("UpdateItem", request).await;
    let shown = member(&acme, id).await["invitation"].clone();
    assert_eq!(
        (&shown["sentCount"], &shown["delivery"]),
        (&json!(2), &json!("sent"))
    );
    resend(&acme, id).await;
    assert_eq!(
        once(&acme, id, "delivered").await["invitation"]["sentCount"],
        3
    );
}

/// As in SES's sandbox, where every recipient is one.
#[tokio::test]
async fn a_recipient_that_is_an_identity_of_the_account_is_mailed_too() {
    let app = TestApp::with(Options {
        ses_identities: vec!["ada@example.com".into(), "acme.example".into()],
        ..Options::memory().intercepted()
    })
    .await;
    for (email, account) in [
        ("ada@example.com", "Globex"),
        ("owner@acme.example", "Acme"),
    ] {
        app.try_sign_up(email, account).await.expect(201);
        app.mail(email, "Verify").await;
    }
}
