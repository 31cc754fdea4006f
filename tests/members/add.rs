//! `POST /api/accounts/{id}/users/{userId}`

use expect_test::expect;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn an_existing_user_is_an_active_member_at_once() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let ada = app.owner_of("Globex").await.owner;
    let added = acme
        .owner
        .post(&acme.user(ada.id), &json!({ "roles": ["user", "admin"] }))
        .await;
    added.check(&expect![[r#"
        200 OK
        {
          "success": true,
          "message": "User added to account"
        }
    "#]]);
    let member = ada.get(&acme.user(ada.id)).await.expect(200);
    assert_eq!(
        (&member["status"], &member["owner"]),
        (&json!("active"), &json!(false))
    );
    assert_eq!(member["roles"], json!(["user", "admin"]));
    assert!(ada.listed().await.contains(&acme.id));
}

#[tokio::test]
async fn an_added_user_is_told_by_mail() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let ada = app.owner_of("Globex").await.owner;
    acme.owner
        .post(&acme.user(ada.id), &json!({ "roles": ["user"] }))
        .await
        .expect(200);
    let notice = app.mail(&ada.email, "You are a member of Acme now").await;
    let text = notice.text.unwrap();
    assert!(
        text.contains("Ada Lovelace has added you to Acme"),
        "{text}"
    );
    assert!(!text.contains("#token="), "{text}");
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
