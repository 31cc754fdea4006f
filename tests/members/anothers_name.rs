//! No caller acts in another's name: what is given to an address waits for its holder (cases 1, 2 and 10 of November 2026).

use reqwest::Method;
use serde_json::json;

use crate::support::{Account, PASSWORD, Person, TestApp};

const ALICE: &str = "alice@example.com";

/// A stranger who signs up under Alice's address, without reading her mail.
async fn squatter(app: &TestApp) -> Person {
    app.owner(ALICE, "Of the stranger").await.owner
}

/// The stranger can see, change and leave nothing of `account`.
async fn is_shut_out(stranger: &Person, account: &Account) {
    let accomplice = crate::support::invitation("accomplice@example.com", &["admin"]);
    let renamed = json!({ "name": "Taken" });
    let roles = json!({ "roles": ["admin"] });
    let own = account.user(stranger.id);
    let refusals = [
        stranger.get(&account.path()).await,
        stranger.get(&account.users()).await,
        stranger.get(&own).await,
        stranger.get(&format!("{}/events", account.path())).await,
        stranger.put(&account.path(), &renamed).await,
        stranger.post(&account.users(), &accomplice).await,
        stranger.put(&own, &roles).await,
        stranger.delete(&own).await,
        stranger.delete(&account.path()).await,
    ];
    for refusal in refusals {
        refusal.refused(403, "UNAUTHORIZED");
    }
    assert!(!stranger.listed().await.contains(&account.id));
    let me = stranger.get("/api/users/me").await.expect(200);
    let shown = me["memberships"].as_array().unwrap().len();
    assert_eq!((shown, &me["emailVerified"]), (1, &json!(false)), "{me}");
    for verb in ["accept", "decline"] {
        let path = format!("/api/users/me/invitations/{}/{verb}", account.id);
        let answered = stranger.post(&path, &json!({})).await;
        assert!(
            [403, 404].contains(&answered.status.as_u16()),
            "{answered:?}"
        );
    }
    let member = account.owner.get(&own).await.expect(200);
    assert_eq!(
        (&member["status"], &member["emailVerified"]),
        (&json!("invited"), &json!(false))
    );
}

async fn add_and_attack(app: &TestApp, alice: u64, globex: &Account, early: Option<Person>) {
    let roles = json!({ "roles": ["admin"] });
    let added = globex.owner.post(&globex.user(alice), &roles).await;
    assert_eq!(added.expect(200)["status"], "invited");
    let stranger = match early {
        Some(stranger) => stranger,
        None => squatter(app).await,
    };
    assert_eq!(stranger.id, alice);
    is_shut_out(&stranger, globex).await;
    let activate = json!({ "status": "active" });
    globex
        .owner
        .put(&globex.user(alice), &activate)
        .await
        .refused(409, "MEMBER_NOT_ACTIVE");
    // 2: nor is the account offered to an address.
    let offer = json!({ "userId": alice });
    globex
        .owner
        .put(&format!("{}/owner", globex.path()), &offer)
        .await
        .refused(409, "MEMBER_NOT_ACTIVE");
    // 10: erasing themselves takes nothing from Alice.
    stranger
        .delete(&format!("/api/accounts/{}", stranger.listed().await[0]))
        .await
        .expect(200);
    let password = json!({ "password": PASSWORD });
    let erase = stranger.request(Method::DELETE, "/api/users/me");
    erase.json(&password).send().await.expect(204);
    let member = globex.owner.get(&globex.user(alice)).await.expect(200);
    assert_eq!(member["status"], "invited");
    // Alice reads her mail.
    let mail = app.mail(ALICE, "invites you to Globex").await;
    let accepted = json!({
        "token": crate::support::token_in(&mail), "password": "alice chose this one",
        "firstName": "Alice", "lastName": "Liddell",
    });
    app.post("/api/invitations/accept", &accepted)
        .await
        .expect(200);
    let alice = app.sign_in(ALICE, "alice chose this one").await;
    assert_eq!(alice.listed().await, [globex.id]);
    globex
        .owner
        .post(&globex.user(alice.id), &roles)
        .await
        .refused(409, "USER_ALREADY_IN_ACCOUNT");
    app.check_invariants().await;
}

#[tokio::test]
async fn whom_another_account_has_invited_is_invited_when_added() {
    let app = TestApp::start().await;
    let alice = app.owner_of("Acme").await.invite(ALICE, &["user"]).await;
    let globex = app.owner_of("Globex").await;
    add_and_attack(&app, alice, &globex, None).await;
}

#[tokio::test]
async fn whoever_was_invited_and_removed_is_invited_when_added() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let alice = acme.invite(ALICE, &["user"]).await;
    acme.remove(alice).await;
    let globex = app.owner_of("Globex").await;
    add_and_attack(&app, alice, &globex, None).await;
}

#[tokio::test]
async fn whose_invitation_has_expired_is_invited_when_added() {
    let app = TestApp::start().await;
    let globex = app.owner_of("Globex").await;
    let alice = globex.invite(ALICE, &["user"]).await;
    app.stack.advance(7 * 24 * 60 * 60 + 1);
    add_and_attack(&app, alice, &globex.again().await, None).await;
}

#[tokio::test]
async fn whoever_signed_up_without_proof_is_invited_when_added() {
    let app = TestApp::start().await;
    let stranger = squatter(&app).await;
    let globex = app.owner_of("Globex").await;
    add_and_attack(&app, stranger.id, &globex, Some(stranger)).await;
}

/// Memberships from before the proof was required.
#[tokio::test]
async fn an_active_member_who_never_proved_the_address_has_no_rights() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let stranger = squatter(&app).await;
    let roles = json!({ "roles": ["admin"] });
    acme.owner
        .post(&acme.user(stranger.id), &roles)
        .await
        .expect(200);
    let key = json!({
        "pk": { "S": format!("ACCOUNT#{}", acme.id) }, "sk": { "S": format!("MEMBER#{:016}", stranger.id) },
    });
    let table = app.table();
    let row = table.item(&key).await;
    table.set(&row, "status", json!({ "S": "active" })).await;
    stranger
        .get(&acme.path())
        .await
        .refused(403, "UNAUTHORIZED");
    stranger
        .delete(&acme.user(stranger.id))
        .await
        .refused(403, "UNAUTHORIZED");
    assert!(!stranger.listed().await.contains(&acme.id));
    let me = stranger.get("/api/users/me").await.expect(200);
    assert_eq!(me["memberships"].as_array().unwrap().len(), 1, "{me}");
    stranger.prove().await;
    stranger.get(&acme.path()).await.expect(200);
    assert!(stranger.listed().await.contains(&acme.id));
}
