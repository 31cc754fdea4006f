//! `POST /api/accounts/{id}/users`

use expect_test::expect;
use reqwest::Method;
use serde_json::json;

use crate::support::{PASSWORD, TestApp, invitation, together, token_in};

const DAY: i64 = 24 * 60 * 60;

#[tokio::test]
async fn an_invited_member_is_answered_whole() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let invited = acme
        .try_invite("Grace@Example.com", &["user", "viewer"])
        .await;
    invited.check(&expect![[r#"
        201 Created
        {
          "id": "<id>",
          "email": "Grace@Example.com",
          "emailVerified": false,
          "firstName": "Grace",
          "lastName": "Hopper",
          "accountId": "<id>",
          "roles": [
            "user",
            "viewer"
          ],
          "status": "invited",
          "owner": false,
          "createdAt": "<time>",
          "updatedAt": "<time>",
          "invitation": {
            "sentAt": "<time>",
            "expiresAt": "<time>",
            "sentCount": 1,
            "delivery": "queued"
          }
        }
    "#]]);
    let member = invited.json();
    let path = acme.user(member["id"].as_u64().unwrap());
    assert_eq!(
        invited.header("location"),
        format!("{}{path}", app.stack.url())
    );
    let read = acme.owner.get(&path).await;
    assert_eq!(read.expect(200), member);
    assert_eq!(read.header("etag"), invited.header("etag"));
}

#[tokio::test]
async fn every_mistake_of_an_invitation_is_told() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let body = json!({
        "email": "grace", "firstName": " ", "lastName": null, "roles": ["user", "king", "user"], "status": "active",
    });
    let answer = acme.owner.post(&acme.users(), &body).await;
    answer.refused(400, "VALIDATION_FAILED");
    expect![[r#"
        [
            "/email INVALID_EMAIL",
            "/firstName INVALID_NAME",
            "/lastName REQUIRED",
            "/roles/1 INVALID_ROLE",
            "/roles/2 DUPLICATE_ROLE",
            "/status UNKNOWN_MEMBER",
        ]
    "#]]
    .assert_debug_eq(&answer.mistakes());
}

#[tokio::test]
async fn a_member_has_at_least_one_role_and_none_twice() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    for roles in [
        json!([]),
        json!(["user", "user"]),
        json!(["owner"]),
        json!(["User"]),
        json!("user"),
        json!(null),
    ] {
        let mut body = invitation("grace@example.com", &[]);
        body["roles"] = roles.clone();
        let answer = acme.owner.post(&acme.users(), &body).await;
        answer.refused(400, "VALIDATION_FAILED");
        assert!(answer.mistakes()[0].starts_with("/roles"), "{roles}");
    }
}

#[tokio::test]
async fn an_address_is_invited_once_per_account_only() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.invite("ada@example.com", &["user"]).await;
    for spelling in ["ada@example.com", "ADA@EXAMPLE.COM"] {
        let again = acme.try_invite(spelling, &["viewer"]).await;
        again.refused(409, "USER_ALREADY_IN_ACCOUNT");
    }
    let globex = app.owner_of("Globex").await;
    globex.invite("ada@example.com", &["user"]).await;
}

#[tokio::test]
async fn members_are_not_invited_again_suspended_or_not() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    let owner = acme.owner.email.clone();
    for email in [&grace.email, &owner] {
        acme.try_invite(email, &["user"])
            .await
            .refused(409, "USER_ALREADY_IN_ACCOUNT");
    }
    acme.set_member_status(grace.id, "suspended").await;
    acme.try_invite(&grace.email, &["user"])
        .await
        .refused(409, "USER_ALREADY_IN_ACCOUNT");
}

#[tokio::test]
async fn somebody_known_is_shown_under_the_names_that_were_typed_until_they_accept() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let ada = app.proven_owner("Ada@globex.example", "Globex").await.owner;
    let invited = acme
        .try_invite("ada@GLOBEX.example", &["user"])
        .await
        .expect(201);
    assert_eq!(invited["id"], ada.id);
    assert_eq!(invited["email"], "Ada@globex.example");
    let shown = ["emailVerified", "firstName", "lastName"];
    let typed = [json!(false), json!("Grace"), json!("Hopper")];
    assert_eq!(shown.map(|name| invited[name].clone()), typed);
    // A renaming of theirs is not copied into it.
    let renamed = json!({ "firstName": "Augusta" });
    ada.patch("/api/users/me", &renamed).await.expect(200);
    let globex = app.stack.mails_to("Ada@globex.example").len();
    let mail = app.mail("Ada@globex.example", "invites you").await;
    assert!(globex > 0 && mail.text.unwrap().starts_with("Hello Grace,"));
    let read = acme.owner.get(&acme.user(ada.id)).await.expect(200);
    assert_eq!(shown.map(|name| read[name].clone()), typed);
    let accept = format!("/api/users/me/invitations/{}/accept", acme.id);
    ada.post(&accept, &json!({})).await.expect(200);
    let member = acme.owner.get(&acme.user(ada.id)).await.expect(200);
    let own = [json!(true), json!("Augusta"), json!("Lovelace")];
    assert_eq!(shown.map(|name| member[name].clone()), own);
}

/// The name that one inviter typed is not shown to another.
#[tokio::test]
async fn names_that_were_typed_stay_in_their_account() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.owner_of("Acme").await, app.owner_of("Globex").await);
    let mut body = invitation("bob@example.com", &["user"]);
    body["firstName"] = "Bob (layoff list)".into();
    let first = acme.owner.post(&acme.users(), &body).await.expect(201);
    acme.remove(first["id"].as_u64().unwrap()).await;
    body["firstName"] = "Robert".into();
    let second = globex.owner.post(&globex.users(), &body).await.expect(201);
    assert_eq!(
        (&second["id"], &second["firstName"]),
        (&first["id"], &json!("Robert"))
    );
    let mail = app.mail("bob@example.com", "invites you to Globex").await;
    assert!(mail.text.clone().unwrap().starts_with("Hello Robert,"));
    let again = acme.invite("bob@example.com", &["user"]).await;
    let accepted = json!({ "token": token_in(&mail), "password": PASSWORD });
    app.post("/api/invitations/accept", &accepted)
        .await
        .expect(200);
    let bob = app.sign_in("bob@example.com", PASSWORD).await;
    assert_eq!(
        bob.get("/api/users/me").await.expect(200)["firstName"],
        "Robert"
    );
    let member = globex.owner.get(&globex.user(bob.id)).await.expect(200);
    assert_eq!(member["firstName"], "Robert");
    // The invitation that is still pending shows what its inviter typed.
    let pending = acme.owner.get(&acme.user(again)).await.expect(200);
    assert_eq!(pending["firstName"], "Grace");
}

/// A reset proves the address and sets no names.
#[tokio::test]
async fn whoever_proves_the_address_by_a_reset_has_no_names_that_others_typed() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let mut body = invitation("bob@example.com", &["user"]);
    body["firstName"] = "Bob (layoff list)".into();
    acme.owner.post(&acme.users(), &body).await.expect(201);
    let email = json!({ "email": "bob@example.com" });
    app.post("/api/auth/password/forgot", &email)
        .await
        .expect(202);
    let mail = app.mail("bob@example.com", "Set a new password").await;
    let text = mail.text.clone().unwrap();
    assert!(!text.contains("layoff"), "{text}");
    let reset = json!({ "token": token_in(&mail), "password": PASSWORD });
    app.post("/api/auth/password/reset", &reset)
        .await
        .expect(204);
    let bob = app.sign_in("bob@example.com", PASSWORD).await;
    let me = bob.get("/api/users/me").await.expect(200);
    assert!(!me.to_string().contains("layoff"), "{me}");
}

#[tokio::test]
async fn an_invited_person_has_no_rights_yet() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let ada = app.owner_of("Globex").await.owner;
    acme.invite(&ada.email, &["admin"]).await;
    for path in [acme.path(), acme.users(), acme.user(ada.id)] {
        ada.get(&path).await.refused(403, "UNAUTHORIZED");
    }
    assert!(!ada.listed().await.contains(&acme.id));
    let change = json!({ "status": "active" });
    ada.put(&acme.user(ada.id), &change)
        .await
        .refused(403, "UNAUTHORIZED");
}

#[tokio::test]
async fn a_member_may_be_invited_again_once_expired_removed_or_declined() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let first = acme.invite("grace@example.com", &["user"]).await;

    app.stack.advance(7 * DAY - 60);
    let acme = acme.again().await;
    let early = acme.try_invite("grace@example.com", &["viewer"]).await;
    early.refused(409, "USER_ALREADY_IN_ACCOUNT");
    app.stack.advance(60);
    let expired = acme
        .try_invite("grace@example.com", &["viewer"])
        .await
        .expect(201);
    assert_eq!(
        (&expired["id"], &expired["roles"]),
        (&json!(first), &json!(["viewer"]))
    );

    acme.remove(first).await;
    assert_eq!(acme.invite("grace@example.com", &["manage"]).await, first);
    let token = app
        .link_tokens("grace@example.com", "invites you", 3)
        .await
        .remove(0);
    app.post("/api/invitations/decline", &json!({ "token": token }))
        .await
        .expect(204);
    acme.owner
        .get(&acme.user(first))
        .await
        .refused(404, "USER_NOT_FOUND");
    assert_eq!(acme.invite("grace@example.com", &["user"]).await, first);
    let member = acme.owner.get(&acme.user(first)).await.expect(200);
    assert_eq!(
        (&member["status"], &member["roles"]),
        (&json!("invited"), &json!(["user"]))
    );
}

#[tokio::test]
async fn a_link_stops_working_when_the_member_is_invited_again() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let id = acme.invite("grace@example.com", &["user"]).await;
    let old = app.invitation("grace@example.com").await;
    acme.remove(id).await;
    let refused = app
        .post("/api/invitations/lookup", &json!({ "token": old }))
        .await;
    refused.refused(404, "INVITATION_NOT_FOUND");
    acme.invite("grace@example.com", &["viewer"]).await;
    let tokens = app.link_tokens("grace@example.com", "invites you", 2).await;
    assert_ne!(tokens[0], old);
    let body = |token: &str| json!({ "token": token, "password": PASSWORD });
    let refused = app.post("/api/invitations/accept", &body(&old)).await;
    refused.refused(404, "INVITATION_NOT_FOUND");
    let accepted = app
        .post("/api/invitations/accept", &body(&tokens[0]))
        .await
        .expect(200);
    assert_eq!(accepted["roles"], json!(["viewer"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_invitations_of_one_address_at_once_one_is_made() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let answers = together(|caller| {
        let email = if caller % 2 == 0 {
            "grace@example.com"
        } else {
            "Grace@Example.com"
        };
        let request = acme.owner.request(Method::POST, &acme.users());
        request.json(&invitation(email, &["user"]))
    })
    .await;
    let invited = answers.iter().filter(|answer| answer.status == 201);
    assert_eq!(invited.count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.refused(409, "USER_ALREADY_IN_ACCOUNT");
    }
    let members = acme.owner.get(&acme.users()).await.expect(200);
    assert_eq!(members["count"], 2);
}
