//! `PUT /api/accounts/{id}/users/{userId}`

use expect_test::expect;
use serde_json::json;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn roles_and_status_change_each_for_itself() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["viewer"]).await;
    let path = acme.user(grace.id);
    let mut expected = acme.owner.get(&path).await.expect(200);
    for (member, value) in [
        ("roles", json!(["user", "manage"])),
        ("status", json!("suspended")),
        ("roles", json!(["viewer"])),
        ("status", json!("active")),
    ] {
        app.stack.advance(2);
        let changed = acme.owner.put(&path, &json!({ member: value })).await;
        changed.check(&expect![[r#"
            200 OK
            {
              "success": true,
              "message": "User roles updated"
            }
        "#]]);
        let read = acme.owner.get(&path).await;
        assert_eq!(read.header("etag"), changed.header("etag"));
        expected[member] = value;
        let read = read.expect(200);
        assert_ne!(read["updatedAt"], expected["updatedAt"]);
        expected["updatedAt"] = read["updatedAt"].clone();
        assert_eq!(read, expected);
    }
}

#[tokio::test]
async fn a_change_has_to_be_one() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["viewer"]).await;
    for (change, mistake) in [
        (json!({}), " REQUIRED"),
        (json!({ "roles": [] }), "/roles INVALID_ROLES"),
        (json!({ "roles": null }), "/roles WRONG_TYPE"),
        (
            json!({ "roles": ["user", "user"] }),
            "/roles/1 DUPLICATE_ROLE",
        ),
        (json!({ "roles": ["owner"] }), "/roles/0 INVALID_ROLE"),
        (json!({ "status": "invited" }), "/status INVALID_STATUS"),
        (json!({ "status": "removed" }), "/status INVALID_STATUS"),
        (json!({ "status": null }), "/status REQUIRED"),
        (json!({ "owner": true }), "/owner UNKNOWN_MEMBER"),
        (json!({ "email": "x@example.com" }), "/email UNKNOWN_MEMBER"),
    ] {
        let answer = acme.owner.put(&acme.user(grace.id), &change).await;
        answer.refused(400, "VALIDATION_FAILED");
        assert_eq!(answer.mistakes(), [mistake], "{change}");
    }
}

#[tokio::test]
async fn an_invited_member_stays_invited() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let id = acme.invite("grace@example.com", &["viewer"]).await;
    let path = acme.user(id);
    let active = acme
        .owner
        .put(&path, &json!({ "status": "active", "roles": ["admin"] }))
        .await;
    active.refused(409, "MEMBER_NOT_ACTIVE");
    for change in [
        json!({ "roles": ["user"] }),
        json!({ "status": "suspended" }),
    ] {
        acme.owner.put(&path, &change).await.expect(200);
        let member = acme.owner.get(&path).await.expect(200);
        assert_eq!(
            (&member["status"], &member["roles"]),
            (&json!("invited"), &json!(["user"]))
        );
    }
    let token = app.invitation("grace@example.com").await;
    let accepted = json!({ "token": token, "password": PASSWORD });
    let accepted = app
        .post("/api/invitations/accept", &accepted)
        .await
        .expect(200);
    assert_eq!(accepted["roles"], json!(["user"]));
}

#[tokio::test]
async fn the_owner_is_never_suspended_but_may_change_their_own_roles() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let path = acme.user(acme.owner.id);
    let suspended = json!({ "status": "suspended" });
    acme.owner
        .put(&path, &suspended)
        .await
        .refused(409, "OWNER_REQUIRED");
    acme.set_roles(acme.owner.id, &["viewer"]).await;
    // Every right, with any roles.
    let grace = acme.invite("grace@example.com", &["admin"]).await;
    acme.set_roles(grace, &["user"]).await;
    acme.owner
        .put(&acme.path(), &json!({ "description": "x" }))
        .await
        .expect(200);
    acme.owner.delete(&acme.path()).await.expect(200);
}

#[tokio::test]
async fn a_manager_may_give_up_their_own_roles() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    for (email, role) in [
        ("grace@example.com", "manage"),
        ("hedy@example.com", "admin"),
    ] {
        let person = acme.member(email, &[role]).await;
        let path = acme.user(person.id);
        person
            .put(&path, &json!({ "roles": ["viewer"] }))
            .await
            .expect(200);
        let back = person.put(&path, &json!({ "roles": [role] })).await;
        back.refused(403, "UNAUTHORIZED");
    }
}
