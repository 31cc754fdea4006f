//! Mail bombs: one person causes mails to another's address, repeatedly, by every kind of request. At most 20 a day arrive.

use reqwest::Method;
use serde_json::json;

use crate::support::{Account, Answer, PASSWORD, Person, TestApp};

const BOB: &str = "bob@example.com";
/// As many as the default of `MailsPerAddressAndDay`.
const MOST: usize = 20;

/// Tries through each door: 100, unless `BOMB_TRIES` says otherwise. `.ci/run` makes 1,000.
fn tries() -> usize {
    #[expect(
        clippy::disallowed_methods,
        reason = "a setting of the test run, not of the service"
    )]
    let tries = std::env::var("BOMB_TRIES");
    tries.map_or(100, |tries| tries.parse().unwrap())
}

/// A stack whose other limits are too high to matter.
async fn stack() -> TestApp {
    let options = local::Options::memory()
        .parameter("InvitationMailsPerAccountAndDay", "100000")
        .parameter("InvitationMailsPerMemberAndHour", "100000");
    TestApp::with(options).await
}

/// The mails to Bob, once nothing more is on its way: mails to another address, asked for last, have arrived.
async fn mails(app: &TestApp, acme: &Account) -> usize {
    app.stack.streams_read().await;
    acme.invite("last@example.com", &["user"]).await;
    app.mail("last@example.com", "invites you").await;
    app.stack.mails_to(BOB).len()
}

async fn add(account: &Account, bob: u64) -> Answer {
    let roles = json!({ "roles": ["manage"] });
    account.owner.post(&account.user(bob), &roles).await
}

/// Bob, with a proven address, and the mails that this took.
async fn proven(app: &TestApp) -> (Person, usize) {
    let bob = app.owner(BOB, "Of Bob").await.owner;
    bob.prove().await;
    let mails = app.stack.mails_to(BOB).len();
    (bob, mails)
}

#[tokio::test]
async fn invited_and_removed_again() {
    let app = stack().await;
    let acme = app.proven_owner_of("Acme").await;
    for _ in 0..tries() {
        let bob = acme.invite(BOB, &["user"]).await;
        acme.remove(bob).await;
    }
    assert_eq!(mails(&app, &acme).await, MOST);
    let bob = acme.invite(BOB, &["user"]).await;
    mails(&app, &app.proven_owner_of("Globex").await).await;
    let member = acme.owner.get(&acme.user(bob)).await.expect(200);
    assert_eq!(member["invitation"]["delivery"], "withheld");
    // Another address is not affected, and on the next day this one is not either.
    app.stack.advance(24 * 60 * 60);
    let acme = acme.again().await;
    acme.remove(bob).await;
    acme.invite(BOB, &["user"]).await;
    assert_eq!(mails_tomorrow(&app, &acme).await, MOST + 1);
}

async fn mails_tomorrow(app: &TestApp, acme: &Account) -> usize {
    acme.invite("tomorrow@example.com", &["user"]).await;
    app.mail("tomorrow@example.com", "invites you").await;
    app.stack.mails_to(BOB).len()
}

#[tokio::test]
async fn invited_to_account_after_account_that_is_deleted() {
    let app = stack().await;
    let acme = app.proven_owner_of("Acme").await;
    for number in 0..tries() {
        let account = acme.owner.create(&format!("Bomb {number}")).await;
        account.invite(BOB, &["user"]).await;
        acme.owner.delete(&account.path()).await.expect(200);
    }
    let sent = mails(&app, &acme).await;
    assert!(sent <= MOST, "{sent}");
}

#[tokio::test]
async fn added_as_a_manager_and_removed_again() {
    let app = stack().await;
    let acme = app.proven_owner_of("Acme").await;
    let (bob, own) = proven(&app).await;
    for _ in 0..tries() {
        add(&acme, bob.id).await.expect(200);
        acme.remove(bob.id).await;
    }
    assert_eq!(mails(&app, &acme).await - own, MOST);
}

#[tokio::test]
async fn roles_given_and_taken_and_accounts_deleted() {
    let app = stack().await;
    let acme = app.proven_owner_of("Acme").await;
    let (bob, own) = proven(&app).await;
    add(&acme, bob.id).await.expect(200);
    for _ in 0..tries() / 2 {
        acme.set_roles(bob.id, &["user"]).await;
        acme.set_roles(bob.id, &["manage"]).await;
    }
    for number in 0..tries() / 4 {
        let account = acme.owner.create(&format!("Bomb {number}")).await;
        add(&account, bob.id).await.expect(200);
        acme.owner.delete(&account.path()).await.expect(200);
    }
    assert_eq!(mails(&app, &acme).await - own, MOST);
}

#[tokio::test]
async fn ownership_offered_and_withdrawn_again() {
    let app = stack().await;
    let acme = app.proven_owner_of("Acme").await;
    let (bob, own) = proven(&app).await;
    add(&acme, bob.id).await.expect(200);
    for _ in 0..tries() {
        acme.try_offer(bob.id).await.expect(202);
        acme.owner.delete(&acme.ownership()).await.expect(204);
    }
    assert_eq!(mails(&app, &acme).await - own, MOST);
}

/// Persons who ask for Bob's address, which he has not proved, as their own.
#[tokio::test]
async fn asked_for_as_the_address_of_others() {
    let app = stack().await;
    let acme = app.proven_owner_of("Acme").await;
    let wanted = json!({ "email": BOB, "password": PASSWORD });
    let mut asked = 0;
    for _ in 0..tries() {
        let answer = acme.owner.post("/api/users/me/email", &wanted).await;
        asked += usize::from(answer.status == 202);
    }
    assert_eq!(asked, 5);
    assert_eq!(mails(&app, &acme).await, asked);
}

#[tokio::test]
async fn invited_beyond_an_erasure() {
    let app = stack().await;
    let acme = app.proven_owner_of("Acme").await;
    for _ in 0..MOST {
        let bob = acme.invite(BOB, &["user"]).await;
        acme.remove(bob).await;
    }
    assert_eq!(mails(&app, &acme).await, MOST);
    let bob = app.owner(BOB, "Of Bob").await;
    bob.owner.delete(&bob.path()).await.expect(200);
    let erase = bob.owner.request(Method::DELETE, "/api/users/me");
    let password = json!({ "password": PASSWORD });
    erase.json(&password).send().await.expect(204);
    let sent = app.stack.mails_to(BOB).len();
    acme.invite(BOB, &["user"]).await;
    let globex = app.proven_owner_of("Globex").await;
    assert_eq!(mails(&app, &globex).await, sent);
}
