//! How many invitation mails an account asks for in a day.

use local::Options;
use reqwest::Method;

use crate::support::{Account, Answer, TestApp, at_once, invitation, together};

const DAY: i64 = 24 * 60 * 60;

async fn with_limit(mails: &str) -> (TestApp, Account) {
    let options = Options::memory()
        .parameter("InvitationMailsPerAccountAndDay", mails)
        .parameter("InvitationMailsPerUnprovenPersonAndDay", "10000");
    let app = TestApp::with(options).await;
    // The day must not end during the test.
    let into_day = app.stack.clock().now().seconds().rem_euclid(DAY);
    app.stack.advance(DAY - into_day + 60);
    let acme = app.owner_of("Acme").await;
    (app, acme)
}

async fn resend(acme: &Account, id: u64) -> Answer {
    let path = format!("{}/invite", acme.user(id));
    acme.owner.request(Method::PUT, &path).send().await
}

#[tokio::test]
async fn a_day_s_mails_are_counted_by_account_until_midnight_utc() {
    let (app, acme) = with_limit("3").await;
    let id = acme.invite("ada@example.com", &["user"]).await;
    acme.invite("bob@example.com", &["user"]).await;
    resend(&acme, id).await.expect(200);
    let refused = acme.try_invite("eve@example.com", &["user"]).await;
    refused.refused(429, "TOO_MANY_REQUESTS");
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    let now = app.stack.clock().now().seconds();
    let midnight = now + wait;
    assert!(
        (0..=60).contains(&(midnight - now / DAY * DAY - DAY).abs()),
        "{wait}"
    );
    resend(&acme, id).await.refused(429, "TOO_MANY_REQUESTS");
    let globex = app.owner_of("Globex").await;
    globex.invite("eve@example.com", &["user"]).await;
    app.stack.advance(wait);
    let acme = acme.again().await;
    acme.invite("eve@example.com", &["user"]).await;
}

#[tokio::test]
async fn what_is_refused_otherwise_or_told_again_does_not_count() {
    let (_world, acme) = with_limit("2").await;
    acme.invite("ada@example.com", &["user"]).await;
    for _ in 0..3 {
        let again = acme.try_invite("ada@example.com", &["user"]).await;
        again.refused(409, "USER_ALREADY_IN_ACCOUNT");
    }
    let owner = acme.owner.id;
    resend(&acme, owner)
        .await
        .refused(409, "INVITATION_NOT_PENDING");
    let named = || {
        let request = acme.owner.request(Method::POST, &acme.users());
        let request = request.json(&invitation("bob@example.com", &["user"]));
        request.header("idempotency-key", "bob")
    };
    let bob = named().send().await.expect(201);
    for answer in together(|_| named()).await {
        assert_eq!(answer.expect(201), bob);
    }
    let late = acme.try_invite("eve@example.com", &["user"]).await;
    late.refused(429, "TOO_MANY_REQUESTS");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_as_many_succeed_as_are_left() {
    let (app, acme) = with_limit("7").await;
    acme.invite("ada@example.com", &["user"]).await;
    let id = acme.invite("bob@example.com", &["user"]).await;
    for round in 0..5 {
        let requests = (0..16).map(|caller| {
            let request = |method, path: &str| acme.owner.request(method, path);
            if round == 0 && caller == 0 {
                return request(Method::PUT, &format!("{}/invite", acme.user(id)));
            }
            let email = format!("grace{round}-{caller}@example.com");
            request(Method::POST, &acme.users()).json(&invitation(&email, &["user"]))
        });
        let answers = at_once(requests.collect()).await;
        let asked = answers
            .iter()
            .filter(|answer| answer.status.is_success())
            .count();
        assert_eq!(asked, if round == 0 { 5 } else { 0 });
        for answer in answers.iter().filter(|answer| !answer.status.is_success()) {
            answer.refused(429, "TOO_MANY_REQUESTS");
        }
    }
    let mails = app.table().mail_records().await;
    let invitations = mails.iter().filter(|record| {
        record["dynamodb"]["NewImage"]["change"]["M"]["mail"]["S"] == "invitation"
    });
    assert_eq!(invitations.count(), 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn copies_of_one_request_take_one_mail() {
    let (_world, acme) = with_limit("20").await;
    for round in 0..4 {
        let email = format!("grace{round}@example.com");
        let answers = together(|_| {
            let request = acme.owner.request(Method::POST, &acme.users());
            let request = request.json(&invitation(&email, &["user"]));
            request.header("idempotency-key", &email)
        })
        .await;
        // Sixteen take a mail each before fifteen give theirs back: some may find none left.
        assert!(answers.iter().any(|answer| answer.status == 201));
    }
    let mut more = 0;
    while acme
        .try_invite(&format!("hedy{more}@example.com"), &["user"])
        .await
        .status
        == 201
    {
        more += 1;
    }
    assert_eq!(more, 16);
}
