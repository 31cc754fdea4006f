//! `DELETE /api/accounts/{accountId}`

use expect_test::expect;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn a_deleted_account_is_gone_for_every_reader_at_once() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["manage"]).await;
    let hedy = acme.invite("hedy@example.com", &["user"]).await;
    let token = app.invitation("hedy@example.com").await;
    let stranger = app.owner_of("Globex").await.owner;
    acme.owner.delete(&acme.path()).await.check(&expect![[r#"
        200 OK
        {
          "success": true,
          "message": "Account deleted"
        }
    "#]]);

    let (path, name) = (acme.path(), "/api/accounts/Acme".to_owned());
    for person in [&acme.owner, &grace, &stranger] {
        for path in [&path, &name, &acme.users(), &acme.user(hedy)] {
            person.get(path).await.refused(404, "ACCOUNT_NOT_FOUND");
        }
        assert!(!person.listed().await.contains(&acme.id));
        let change = json!({ "roles": ["user"] });
        let resend = format!("{}/invite", acme.user(hedy));
        let refusals = [
            person.put(&path, &json!({ "description": "x" })).await,
            person
                .put(&acme.ownership(), &json!({ "userId": grace.id }))
                .await,
            person.delete(&acme.ownership()).await,
            person
                .post(&format!("{}/accept", acme.ownership()), &json!({}))
                .await,
            person
                .post(&format!("{}/decline", acme.ownership()), &json!({}))
                .await,
            person.delete(&path).await,
            person.post(&acme.user(stranger.id), &change).await,
            person.put(&acme.user(hedy), &change).await,
            person.put(&resend, &json!({})).await,
            person.delete(&acme.user(hedy)).await,
        ];
        for refusal in refusals {
            refusal.refused(404, "ACCOUNT_NOT_FOUND");
        }
    }
    let me = grace.get("/api/users/me").await.expect(200);
    assert_eq!(me["memberships"], json!([]));
    for answer in ["lookup", "accept", "decline"] {
        let path = format!("/api/invitations/{answer}");
        let mut body = json!({ "token": token });
        if answer == "accept" {
            body["password"] = crate::support::PASSWORD.into();
        }
        app.post(&path, &body)
            .await
            .refused(404, "INVITATION_NOT_FOUND");
    }
}

#[tokio::test]
async fn the_name_of_a_deleted_account_is_free_at_once() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.owner.delete(&acme.path()).await.expect(200);
    let again = acme.owner.create("Acme").await;
    assert_ne!(again.id, acme.id);
    let found = acme.owner.get("/api/accounts/acme").await.expect(200);
    assert_eq!(found["id"], again.id);
    app.try_sign_up("bob@example.com", "Acme")
        .await
        .refused(409, "ACCOUNT_ALREADY_EXISTS");
}

#[tokio::test]
async fn only_the_owner_deletes_an_account() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let admin = acme.member("admin@example.com", &["admin", "manage"]).await;
    admin
        .delete(&acme.path())
        .await
        .refused(403, "UNAUTHORIZED");
    acme.owner.get(&acme.path()).await.expect(200);
}
