//! `POST /api/accounts/{id}/users/{userId}`

use expect_test::expect;
use serde_json::json;

use crate::support::{Answer, TestApp, token_in};

#[tokio::test]
async fn a_proven_user_is_an_active_member_at_once() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let ada = app.proven_owner_of("Globex").await.owner;
    let added = acme
        .owner
        .post(&acme.user(ada.id), &json!({ "roles": ["user", "admin"] }))
        .await;
    added.check(&expect![[r#"
        200 OK
        {
          "success": true,
          "message": "User added to account",
          "status": "active"
        }
    "#]]);
    let member = ada.get(&acme.user(ada.id)).await.expect(200);
    let shown = [
        "status",
        "owner",
        "emailVerified",
        "firstName",
        "invitation",
    ];
    let expected = [
        json!("active"),
        json!(false),
        json!(true),
        json!("Ada"),
        json!(null),
    ];
    assert_eq!(shown.map(|name| member[name].clone()), expected);
    assert_eq!(member["roles"], json!(["user", "admin"]));
    assert!(ada.listed().await.contains(&acme.id));
}

#[tokio::test]
async fn an_unproven_user_is_invited_under_no_name_until_they_accept() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let ada = app.owner_of("Globex").await.owner;
    let added = acme
        .owner
        .post(&acme.user(ada.id), &json!({ "roles": ["admin"] }))
        .await;
    added.check(&expect![[r#"
        200 OK
        {
          "success": true,
          "message": "User added to account",
          "status": "invited"
        }
    "#]]);
    acme.owner.get(&acme.user(ada.id)).await.check(&expect![[r#"
            200 OK
            {
              "id": "<id>",
              "email": "owner@globex.example",
              "emailVerified": false,
              "firstName": null,
              "lastName": null,
              "accountId": "<id>",
              "roles": [
                "admin"
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
    let mail = app.mail(&ada.email, "invites you").await;
    let text = mail.text.clone().unwrap();
    assert!(text.starts_with("Hello,\n"), "{text}");
    let accepted = json!({ "token": token_in(&mail), "password": "another good password" });
    app.post("/api/invitations/accept", &accepted)
        .await
        .expect(200);
    let member = acme.owner.get(&acme.user(ada.id)).await.expect(200);
    let shown = ["status", "emailVerified", "firstName", "lastName"];
    let expected = [
        json!("active"),
        json!(true),
        json!("Ada"),
        json!("Lovelace"),
    ];
    assert_eq!(shown.map(|name| member[name].clone()), expected);
}

/// What a link of a notice is answered at `verb`.
async fn answer(app: &TestApp, verb: &str, token: &str) -> Answer {
    let mut body = json!({ "token": token });
    if verb == "accept" {
        body["password"] = "another good password".into();
    }
    app.post(&format!("/api/invitations/{verb}"), &body).await
}

#[tokio::test]
async fn the_notice_of_adding_has_a_link_that_leaves_again() {
    let app = TestApp::start().await;
    let acme = app.proven_owner_of("Acme").await;
    let ada = app.proven_owner_of("Globex").await.owner;
    let roles = json!({ "roles": ["user"] });
    acme.owner
        .post(&acme.user(ada.id), &roles)
        .await
        .expect(200);
    let notice = app.mail(&ada.email, "You are a member of Acme now").await;
    let text = notice.text.clone().unwrap();
    assert!(
        text.contains("Ada Lovelace has added you to Acme"),
        "{text}"
    );
    let token = token_in(&notice);
    answer(&app, "lookup", &token).await.check(&expect![[r#"
        200 OK
        {
          "accountName": "Acme",
          "email": "owner@globex.example",
          "roles": [
            "user"
          ],
          "inviterName": "Ada Lovelace",
          "expiresAt": "<time>",
          "passwordRequired": false,
          "status": "active"
        }
    "#]]);
    answer(&app, "accept", &token)
        .await
        .refused(409, "INVITATION_NOT_PENDING");
    acme.set_member_status(ada.id, "suspended").await;
    answer(&app, "decline", &token).await.expect(204);
    ada.get(&acme.path()).await.refused(403, "UNAUTHORIZED");
    for verb in ["lookup", "accept", "decline"] {
        let spent = answer(&app, verb, &token).await;
        spent.refused(404, "INVITATION_NOT_FOUND");
    }
    // Added again, the old link does not leave.
    acme.owner
        .post(&acme.user(ada.id), &roles)
        .await
        .expect(200);
    answer(&app, "decline", &token)
        .await
        .refused(404, "INVITATION_NOT_FOUND");
    let links = app.link_tokens(&ada.email, "You are a member", 2).await;
    app.stack.advance(7 * 24 * 60 * 60);
    answer(&app, "decline", &links[0])
        .await
        .refused(410, "INVITATION_EXPIRED");
}

#[tokio::test]
async fn the_link_of_an_accepted_invitation_does_not_leave() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    let token = app.invitation(&grace.email).await;
    for verb in ["lookup", "decline"] {
        let refused = answer(&app, verb, &token).await;
        refused.refused(409, "INVITATION_NOT_PENDING");
    }
    grace.get(&acme.path()).await.expect(200);
}

#[tokio::test]
async fn whoever_is_in_the_account_is_not_added_again() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    let invited = acme.invite("hedy@example.com", &["user"]).await;
    let roles = json!({ "roles": ["viewer"] });
    for id in [grace.id, invited, acme.owner.id] {
        let again = acme.owner.post(&acme.user(id), &roles).await;
        again.refused(409, "USER_ALREADY_IN_ACCOUNT");
    }
    acme.set_member_status(grace.id, "suspended").await;
    acme.owner
        .post(&acme.user(grace.id), &roles)
        .await
        .refused(409, "USER_ALREADY_IN_ACCOUNT");
}

#[tokio::test]
async fn a_removed_member_is_added_again_with_the_new_roles_only() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["admin"]).await;
    acme.remove(grace.id).await;
    acme.owner
        .post(&acme.user(grace.id), &json!({ "roles": ["viewer"] }))
        .await
        .expect(200);
    let member = grace.get(&acme.user(grace.id)).await.expect(200);
    assert_eq!(member["roles"], json!(["viewer"]));
}

#[tokio::test]
async fn nobody_is_added_who_does_not_exist() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let roles = json!({ "roles": ["user"] });
    for id in ["1", "0", "01", "9007199254740992", "99999999999999999999"] {
        let path = format!("{}/{id}", acme.users());
        acme.owner
            .post(&path, &roles)
            .await
            .refused(404, "USER_NOT_FOUND");
    }
    for id in ["ada", "-1", "1.0", "ada@example.com"] {
        let path = format!("{}/{id}", acme.users());
        let answer = acme.owner.post(&path, &roles).await;
        answer.refused(400, "VALIDATION_FAILED");
        assert_eq!(answer.mistakes(), ["userId INVALID_ID"]);
    }
}
