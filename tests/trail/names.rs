//! Copies of names: members have their own names. Invited persons have those that the inviter typed.

use reqwest::Method;
use serde_json::json;

use super::settled;
use crate::support::{Account, PASSWORD, Person, TestApp, at_once, invitation};

/// As whom `account` lists the user `id`, once that is `name`.
async fn listed(account: &Account, id: u64, name: &str) -> u64 {
    for _ in 0..1000 {
        let answer = account.owner.get(&account.user(id)).await;
        let member = answer.expect(200);
        if member["firstName"] == name {
            let tag = answer.header("etag").trim_matches('"').to_owned();
            return tag.rsplit(['-', '.']).next().unwrap().parse().unwrap_or(0);
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{:#?}", account.owner.get(&account.user(id)).await);
}

async fn rename(person: &Person, first: &str) {
    let names = json!({ "firstName": first });
    person.patch("/api/users/me", &names).await.expect(200);
}

#[tokio::test]
async fn a_rename_reaches_every_account() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let globex = app.owner_of("Globex").await;
    let initech = app.owner_of("Initech").await;
    let bob = acme.member("bob@example.com", &["user"]).await;
    let roles = json!({ "roles": ["user"] });
    globex
        .owner
        .post(&globex.user(bob.id), &roles)
        .await
        .expect(200);
    initech.invite("bob@example.com", &["viewer"]).await;
    settled(&app).await;
    let before = acme.owner.get(&acme.user(bob.id)).await;
    rename(&bob, "Robert").await;
    for account in [&acme, &globex] {
        listed(account, bob.id, "Robert").await;
        let page = account.owner.get(&account.users()).await.expect(200);
        assert!(page.to_string().contains("Robert"), "{page}");
    }
    settled(&app).await;
    let invited = initech.owner.get(&initech.user(bob.id)).await.expect(200);
    assert_ne!(
        invited["firstName"], "Robert",
        "the inviter did not type it"
    );
    // The entity tag covers the names: who saw the old ones has to look again.
    let stale = acme.owner.request(Method::PUT, &acme.user(bob.id));
    let stale = stale.header("if-match", before.header("etag")).json(&roles);
    stale.send().await.refused(412, "PRECONDITION_FAILED");
    assert_eq!(
        before.expect(200)["updatedAt"],
        acme.owner.get(&acme.user(bob.id)).await.expect(200)["updatedAt"]
    );
}

#[tokio::test]
async fn names_reach_no_account_before_its_invitation_is_accepted() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.owner_of("Acme").await, app.owner_of("Globex").await);
    let eve = acme.invite("eve@example.com", &["user"]).await;
    globex.invite("Eve@Example.com", &["user"]).await;
    let token = app
        .link_tokens("eve@example.com", "invites you", 1)
        .await
        .remove(0);
    let body = json!({ "token": token, "password": PASSWORD, "firstName": "Evelyn" });
    app.post("/api/invitations/accept", &body).await.expect(200);
    listed(&acme, eve, "Evelyn").await;
    settled(&app).await;
    let invited = globex.owner.get(&globex.user(eve)).await.expect(200);
    assert_ne!(invited["firstName"], "Evelyn");

    let joe = acme.invite("joe@example.com", &["user"]).await;
    let mut body = crate::support::sign_up("Joe@example.com", "Of Joe");
    body["firstName"] = "Joseph".into();
    app.post("/api/accounts/signup", &body).await.expect(201);
    settled(&app).await;
    let invited = acme.owner.get(&acme.user(joe)).await.expect(200);
    assert_ne!(invited["firstName"], "Joseph");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn renames_beside_invitations_and_changes_are_never_lost() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = app.owner_of("Of Bob").await.owner;
    for round in 0..4 {
        let mut accounts = Vec::new();
        for number in 0..5 {
            accounts.push(acme.owner.create(&format!("{round} {number}")).await);
        }
        let mut requests = Vec::new();
        for (number, account) in accounts.iter().enumerate() {
            let invite = acme.owner.request(Method::POST, &account.users());
            requests.push(invite.json(&invitation(&bob.email, &["user"])));
            let rename = bob.request(Method::PATCH, "/api/users/me");
            requests.push(rename.json(&json!({ "firstName": format!("Bob {round} {number}") })));
            let add = acme.owner.request(Method::POST, &account.user(bob.id));
            requests.push(add.json(&json!({ "roles": ["user"] })));
        }
        for answer in at_once(requests).await {
            assert!(answer.status.as_u16() < 500, "{answer:#?}");
        }
    }
    settled(&app).await;
    app.check_invariants().await;
}
