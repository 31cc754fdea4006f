//! Answering one's invitations signed in, once the address is verified.

use expect_test::expect;
use reqwest::Method;
use serde_json::json;

use super::{BOB, DAY, answer, refused_everywhere};
use crate::support::{Account, PASSWORD, Person, TestApp};

const LIST: &str = "/api/users/me/invitations";

/// Bob, who has signed up and verified the address, and Acme, which has invited him before that.
async fn verified(app: &TestApp) -> (Person, Account) {
    let acme = app.proven_owner_of("Acme").await;
    acme.invite(BOB, &["user", "viewer"]).await;
    let bob = app.owner(BOB, "Globex").await.owner;
    let token = app.link_tokens(BOB, "Verify", 1).await.remove(0);
    app.post(
        "/api/auth/verify-email",
        &json!({ "token": token, "password": crate::support::PASSWORD }),
    )
    .await
    .expect(204);
    (bob, acme)
}

/// The list without an invitation.
fn none() -> serde_json::Value {
    json!({ "value": [], "count": 0, "nextLink": null })
}

fn at(account: &Account, verb: &str) -> String {
    format!("{LIST}/{}/{verb}", account.id)
}

#[tokio::test]
async fn pending_invitations_are_listed() {
    let app = TestApp::start().await;
    let (bob, acme) = verified(&app).await;
    let initech = app.proven_owner_of("Initech").await;
    app.stack.advance(60);
    initech.invite(BOB, &["manage"]).await;
    bob.get(LIST).await.check(&expect![[r#"
        200 OK
        {
          "value": [
            {
              "accountId": "<id>",
              "accountName": "Acme",
              "roles": [
                "user",
                "viewer"
              ],
              "inviterName": "Ada Lovelace",
              "expiresAt": "<time>"
            },
            {
              "accountId": "<id>",
              "accountName": "Initech",
              "roles": [
                "manage"
              ],
              "inviterName": "Ada Lovelace",
              "expiresAt": "<time>"
            }
          ],
          "count": 2,
          "nextLink": null
        }
    "#]]);
    // What is withdrawn, or lapses with its account, is not there any more.
    acme.owner.delete(&acme.user(bob.id)).await.expect(200);
    initech.owner.delete(&initech.path()).await.expect(200);
    assert_eq!(bob.get(LIST).await.expect(200), none());
}

#[tokio::test]
async fn the_list_takes_the_options_of_every_list() {
    let app = TestApp::start().await;
    let (bob, acme) = verified(&app).await;
    for (name, role) in [("Initech", "manage"), ("Hooli", "user")] {
        app.stack.advance(60);
        app.owner_of(name).await.invite(BOB, &[role]).await;
    }
    let names = async |options: &str| {
        let page = bob.get(&format!("{LIST}?{options}")).await.expect(200);
        let rows = page["value"].as_array().unwrap().iter();
        let names = rows.map(|row| row["accountName"].as_str().unwrap().to_owned());
        (names.collect::<Vec<_>>(), page)
    };
    let acme_only = format!("$filter=accountId%20eq%20{}", acme.id);
    for (options, expected, count) in [
        ("", &["Acme", "Initech", "Hooli"][..], 3),
        ("$orderby=accountName", &["Acme", "Hooli", "Initech"], 3),
        ("$orderby=expiresAt%20desc&$top=1", &["Hooli"], 3),
        ("$filter='user'%20in%20roles", &["Acme", "Hooli"], 2),
        ("$filter=inviterName%20eq%20'x'", &[], 0),
        (&acme_only, &["Acme"], 1),
    ] {
        let (found, page) = names(options).await;
        assert_eq!(
            (found, &page["count"]),
            (
                expected.iter().map(|&name| name.to_owned()).collect(),
                &json!(count)
            ),
            "{options}"
        );
    }
    let (_, page) = names("$top=2&$select=accountName").await;
    assert_eq!(page["value"][0], json!({ "accountName": "Acme" }));
    let link = page["nextLink"].as_str().unwrap();
    let rest = bob
        .get(link.strip_prefix(bob.base_url()).unwrap())
        .await
        .expect(200);
    assert_eq!(rest["value"], json!([{ "accountName": "Hooli" }]));
    assert_eq!(rest["nextLink"], serde_json::Value::Null);
    for options in [
        "$top=x",
        "$orderby=id",
        "$filter=1%20div%200%20eq%201",
        "$skiptoken=AAAA",
    ] {
        let answer = bob.get(&format!("{LIST}?{options}")).await;
        answer.refused(400, "INVALID_QUERY");
    }
    let body = json!({ "refreshToken": bob.refresh_token });
    bob.post("/api/auth/logout", &body).await.expect(204);
    let answer = bob.get(&format!("{LIST}?$top=x")).await;
    answer.refused(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn before_the_address_is_verified_there_is_nothing_to_see_or_to_answer() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.invite(BOB, &["user"]).await;
    let bob = app.owner(BOB, "Globex").await.owner;
    bob.get(LIST).await.refused(403, "EMAIL_NOT_VERIFIED");
    let globex = bob.create("Initech").await;
    for account in [&acme, &globex] {
        for verb in ["accept", "decline"] {
            let answer = bob.post(&at(account, verb), &json!({})).await;
            answer.refused(403, "EMAIL_NOT_VERIFIED");
        }
    }
    let profile = bob.get("/api/users/me").await.expect(200);
    let shown = profile["memberships"].as_array().unwrap();
    assert!(shown.iter().all(|membership| membership["owner"] == true));
}

#[tokio::test]
async fn an_accepted_one_makes_an_active_member() {
    let app = TestApp::start().await;
    let (bob, acme) = verified(&app).await;
    let accepted = bob.post(&at(&acme, "accept"), &json!({})).await.expect(200);
    let expected = json!({
        "accountId": acme.id, "accountName": "Acme", "userId": bob.id, "roles": ["user", "viewer"],
    });
    assert_eq!(accepted, expected);
    let member = bob.get(&acme.user(bob.id)).await.expect(200);
    assert_eq!(member["status"], "active");
    assert_eq!(bob.get(LIST).await.expect(200), none());
    for verb in ["accept", "decline"] {
        let answer = bob.post(&at(&acme, verb), &json!({})).await;
        answer.refused(409, "INVITATION_NOT_PENDING");
    }
    let token = app.invitation(BOB).await;
    refused_everywhere(&app, &token, 409, "INVITATION_NOT_PENDING").await;
    app.sign_in(BOB, PASSWORD).await;
}

#[tokio::test]
async fn a_declined_one_is_gone() {
    let app = TestApp::start().await;
    let (bob, acme) = verified(&app).await;
    bob.post(&at(&acme, "decline"), &json!({}))
        .await
        .expect(204);
    for verb in ["accept", "decline"] {
        let answer = bob.post(&at(&acme, verb), &json!({})).await;
        answer.refused(404, "INVITATION_NOT_FOUND");
    }
    let token = app.invitation(BOB).await;
    answer(&app, "lookup", &json!({ "token": token }))
        .await
        .refused(404, "INVITATION_NOT_FOUND");
    acme.invite(BOB, &["user"]).await;
}

#[tokio::test]
async fn an_expired_one_waits_to_be_resent() {
    let app = TestApp::start().await;
    let (bob, acme) = verified(&app).await;
    app.stack.advance(7 * DAY + 1);
    let bob = app.sign_in(&bob.email, PASSWORD).await;
    assert_eq!(bob.get(LIST).await.expect(200), none());
    bob.post(&at(&acme, "accept"), &json!({}))
        .await
        .refused(410, "INVITATION_EXPIRED");
    bob.post(&at(&acme, "decline"), &json!({}))
        .await
        .refused(410, "INVITATION_EXPIRED");
    let owner = app.sign_in(&acme.owner.email, PASSWORD).await;
    owner
        .put(&format!("{}/invite", acme.user(bob.id)), &json!({}))
        .await
        .expect(200);
    bob.post(&at(&acme, "accept"), &json!({})).await.expect(200);
}

#[tokio::test]
async fn nobody_answers_anothers() {
    let app = TestApp::start().await;
    let (_, acme) = verified(&app).await;
    let eve = app
        .owner_of("Eve")
        .await
        .member("eve@example.com", &["user"])
        .await;
    eve.post(&at(&acme, "accept"), &json!({}))
        .await
        .refused(404, "INVITATION_NOT_FOUND");
    for (id, status, code) in [
        ("1", 404, "INVITATION_NOT_FOUND"),
        ("007", 404, "INVITATION_NOT_FOUND"),
        ("x", 400, "VALIDATION_FAILED"),
    ] {
        let path = format!("{LIST}/{id}/decline");
        eve.post(&path, &json!({})).await.refused(status, code);
    }
}

#[tokio::test]
async fn nobody_joins_a_suspended_account() {
    let app = TestApp::start().await;
    let (bob, acme) = verified(&app).await;
    acme.owner
        .put(&acme.path(), &json!({ "status": "suspended" }))
        .await
        .expect(200);
    bob.post(&at(&acme, "accept"), &json!({}))
        .await
        .refused(403, "ACCOUNT_SUSPENDED");
    bob.post(&at(&acme, "decline"), &json!({}))
        .await
        .expect(204);
}

#[tokio::test]
async fn of_16_parallel_acceptances_one_takes_place_and_a_named_one_is_repeated() {
    let app = TestApp::start().await;
    let (bob, acme) = verified(&app).await;
    let attempts = (0..16).map(|n| {
        let request = bob.request(Method::POST, &at(&acme, "accept"));
        let key = if n < 8 {
            "one".to_owned()
        } else {
            format!("other {n}")
        };
        tokio::spawn(request.header("idempotency-key", &key).send())
    });
    let mut accepted = Vec::new();
    for attempt in attempts.collect::<Vec<_>>() {
        let answer = attempt.await.unwrap();
        if answer.status == 200 {
            accepted.push(answer);
        } else {
            answer.refused(409, "INVITATION_NOT_PENDING");
        }
    }
    let replayed =
        |answer: &&crate::support::Answer| answer.header("idempotent-replayed") == "true";
    assert_eq!(accepted.iter().filter(replayed).count(), accepted.len() - 1);
    assert!(accepted.windows(2).all(|pair| pair[0].text == pair[1].text));
}
