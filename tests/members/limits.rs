//! Limits of invitations and notices of adding in an hour and in a day. Removal, deletion and erasure do not reset them.

use local::Options;
use reqwest::Method;
use serde_json::json;

use crate::support::{Account, Answer, PASSWORD, Person, TestApp, invitation};

async fn add(account: &Account, id: u64) -> Answer {
    let roles = json!({ "roles": ["user"] });
    account.owner.post(&account.user(id), &roles).await
}

/// With `limit` at `most`.
async fn limited(limit: &str, most: &str) -> TestApp {
    TestApp::with(Options::memory().parameter(limit, most)).await
}

async fn unproven_limit(most: &str) -> TestApp {
    limited("InvitationMailsPerUnprovenPersonAndDay", most).await
}

async fn erase(person: &Person) {
    let password = json!({ "password": PASSWORD });
    let erase = person.request(Method::DELETE, "/api/users/me");
    erase.json(&password).send().await.expect(204);
}

#[tokio::test]
async fn a_member_who_is_added_and_removed_again_and_again_gets_five_notices_an_hour() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let ada = app.proven_owner_of("Globex").await.owner;
    for _ in 0..5 {
        add(&acme, ada.id).await.expect(200);
        acme.remove(ada.id).await;
    }
    add(&acme, ada.id).await.refused(429, "TOO_MANY_REQUESTS");
    let invited = acme.try_invite(&ada.email, &["user"]).await;
    invited.refused(429, "TOO_MANY_REQUESTS");
    app.link_tokens(&ada.email, "You are a member", 5).await;
    app.stack.advance(60 * 60);
    add(&acme.again().await, ada.id).await.expect(200);
}

#[tokio::test]
async fn a_member_who_leaves_by_the_link_still_gets_five_notices_an_hour() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let ada = app.proven_owner_of("Globex").await.owner;
    for sent in 1..=5 {
        add(&acme, ada.id).await.expect(200);
        let links = app.link_tokens(&ada.email, "You are a member", sent).await;
        let leave = json!({ "token": links[0] });
        app.post("/api/invitations/decline", &leave)
            .await
            .expect(204);
    }
    add(&acme, ada.id).await.refused(429, "TOO_MANY_REQUESTS");
}

#[tokio::test]
async fn adding_counts_among_the_mails_of_an_account() {
    let app = limited("InvitationMailsPerAccountAndDay", "2").await;
    let acme = app.owner_of("Acme").await;
    let ada = app.proven_owner_of("Globex").await.owner;
    let bob = app.owner_of("Initech").await.owner;
    add(&acme, ada.id).await.expect(200);
    acme.remove(ada.id).await;
    // A request that is refused for another reason is not counted.
    add(&acme, acme.owner.id)
        .await
        .refused(409, "USER_ALREADY_IN_ACCOUNT");
    add(&acme, bob.id).await.expect(200);
    add(&acme, ada.id).await.refused(429, "TOO_MANY_REQUESTS");
    let invited = acme.try_invite("new@example.com", &["user"]).await;
    invited.refused(429, "TOO_MANY_REQUESTS");
    add(&acme.owner.create("Another").await, ada.id)
        .await
        .expect(200);
}

#[tokio::test]
async fn an_unproven_person_asks_for_ten_a_day_over_all_their_accounts() {
    let app = unproven_limit("10").await;
    let acme = app.owner_of("Acme").await;
    for n in 0..4 {
        acme.invite(&format!("guest{n}@example.com"), &["user"])
            .await;
    }
    let stranger = app.owner_of("Globex").await.owner;
    for n in 0..5 {
        let account = acme.owner.create(&format!("Acme {n}")).await;
        add(&account, stranger.id).await.expect(200);
    }
    let again = format!(
        "{}/invite",
        acme.user(acme.invite("joan@example.com", &["user"]).await)
    );
    let resent = acme.owner.request(Method::PUT, &again).send().await;
    resent.refused(429, "TOO_MANY_REQUESTS");
    let seconds: i64 = resent.header("retry-after").parse().unwrap();
    assert!((1..=24 * 60 * 60).contains(&seconds), "{seconds}");
    // Once the address is proved, the account's allowance alone counts.
    acme.owner.prove().await;
    acme.owner
        .request(Method::PUT, &again)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn the_mails_of_an_unproven_person_count_by_the_day() {
    let app = unproven_limit("1").await;
    let acme = app.owner_of("Acme").await;
    acme.invite("grace@example.com", &["user"]).await;
    let refused = acme.try_invite("joan@example.com", &["user"]).await;
    refused.refused(429, "TOO_MANY_REQUESTS");
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    app.stack.advance(wait);
    let acme = acme.again().await;
    acme.invite("joan@example.com", &["user"]).await;
}

/// 7: sign up, invite, delete the account, erase oneself, and again.
#[tokio::test]
async fn what_an_unproven_person_asked_for_outlives_members_accounts_and_the_person() {
    let app = unproven_limit("4").await;
    let mallory = "Mallory@Example.com";
    for n in 0..4 {
        let account = app.owner(mallory, &format!("Acme {n}")).await;
        let id = account.invite("victim@example.com", &["user"]).await;
        account.remove(id).await;
        account.owner.delete(&account.path()).await.expect(200);
        erase(&account.owner).await;
    }
    // Another spelling is the same address.
    let account = app.owner("mallory@example.com", "Acme 4").await;
    for email in ["victim@example.com", "another@example.com"] {
        let refused = account.try_invite(email, &["user"]).await;
        refused.refused(429, "TOO_MANY_REQUESTS");
    }
    app.owner("other@example.com", "Globex")
        .await
        .invite("victim@example.com", &["user"])
        .await;
    let told: Vec<_> = app.stack.mails_to("victim@example.com");
    assert!(told.len() <= 5, "{told:#?}");
}

#[tokio::test]
async fn a_mail_that_was_not_asked_for_is_given_back_to_the_person_too() {
    let app = unproven_limit("2").await;
    let acme = app.owner_of("Acme").await;
    acme.invite("grace@example.com", &["user"]).await;
    for _ in 0..3 {
        let again = acme.try_invite("grace@example.com", &["user"]).await;
        again.refused(409, "USER_ALREADY_IN_ACCOUNT");
    }
    let named = || {
        let body = invitation("joan@example.com", &["user"]);
        let request = acme.owner.request(Method::POST, &acme.users()).json(&body);
        request.header("idempotency-key", "once").send()
    };
    named().await.expect(201);
    assert_eq!(named().await.header("idempotent-replayed"), "true");
    let last = acme.try_invite("hedy@example.com", &["user"]).await;
    last.refused(429, "TOO_MANY_REQUESTS");
}

/// A mail that the account's allowance refuses is not taken from the person's allowance, and the other way around.
#[tokio::test]
async fn of_two_allowances_the_one_that_is_left_stays_whole() {
    let options = Options::memory()
        .parameter("InvitationMailsPerAccountAndDay", "1")
        .parameter("InvitationMailsPerUnprovenPersonAndDay", "2");
    let app = TestApp::with(options).await;
    let acme = app.owner_of("Acme").await;
    acme.invite("grace@example.com", &["user"]).await;
    for _ in 0..3 {
        let refused = acme.try_invite("joan@example.com", &["user"]).await;
        refused.refused(429, "TOO_MANY_REQUESTS");
    }
    let globex = acme.owner.create("Globex").await;
    globex.invite("joan@example.com", &["user"]).await;
    let initech = acme.owner.create("Initech").await;
    for _ in 0..3 {
        let refused = initech.try_invite("joan@example.com", &["user"]).await;
        refused.refused(429, "TOO_MANY_REQUESTS");
    }
    initech.owner.prove().await;
    initech.invite("joan@example.com", &["user"]).await;
}
