//! No member grants, changes or removes above their own rank.

use serde_json::json;

use crate::support::{Account, Person, TestApp, invitation};

/// An account with a member of every rank.
struct Ranks {
    app: TestApp,
    acme: Account,
    admin: Person,
    manager: Person,
    user: Person,
}

impl Ranks {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let acme = app.owner_of("Acme").await;
        Self {
            admin: acme.member("admin@example.com", &["admin"]).await,
            manager: acme
                .member("manager@example.com", &["user", "manage"])
                .await,
            user: acme.member("user@example.com", &["user", "viewer"]).await,
            app,
            acme,
        }
    }
}

#[tokio::test]
async fn a_manager_does_not_give_admin() {
    let Ranks {
        app,
        acme,
        manager,
        user,
        ..
    } = Ranks::new().await;
    let stranger = app.owner_of("Globex").await.owner;
    let roles = json!({ "roles": ["user", "admin"] });
    let refusals = [
        manager
            .post(&acme.users(), &invitation("new@example.com", &["admin"]))
            .await,
        manager.post(&acme.user(stranger.id), &roles).await,
        manager.put(&acme.user(user.id), &roles).await,
        manager.put(&acme.user(manager.id), &roles).await,
    ];
    for refusal in refusals {
        refusal.refused(403, "UNAUTHORIZED");
    }
    let manage = json!({ "roles": ["manage"] });
    manager
        .post(&acme.users(), &invitation("new@example.com", &["manage"]))
        .await
        .expect(201);
    manager
        .post(&acme.user(stranger.id), &manage)
        .await
        .expect(200);
    manager.put(&acme.user(user.id), &manage).await.expect(200);
}

#[tokio::test]
async fn a_manager_does_not_touch_an_admin() {
    let Ranks {
        acme,
        admin,
        manager,
        ..
    } = Ranks::new().await;
    let invited = acme.invite("new@example.com", &["admin"]).await;
    for id in [admin.id, invited] {
        let path = acme.user(id);
        let refusals = [
            manager.put(&path, &json!({ "roles": ["viewer"] })).await,
            manager.put(&path, &json!({ "status": "suspended" })).await,
            manager.put(&format!("{path}/invite"), &json!({})).await,
            manager.delete(&path).await,
        ];
        for refusal in refusals {
            refusal.refused(403, "UNAUTHORIZED");
        }
    }
}

#[tokio::test]
async fn a_manager_does_not_take_admin_from_an_invitation_that_expired() {
    let Ranks {
        app, acme, manager, ..
    } = Ranks::new().await;
    let invited = acme.invite("new@example.com", &["admin"]).await;
    app.stack.advance(8 * 24 * 60 * 60);
    let manager = manager.again().await;
    let again = manager
        .post(&acme.users(), &invitation("new@example.com", &["viewer"]))
        .await;
    again.refused(403, "UNAUTHORIZED");
    let added = manager
        .post(&acme.user(invited), &json!({ "roles": ["viewer"] }))
        .await;
    added.refused(403, "UNAUTHORIZED");
    let acme = acme.again().await;
    let kept = acme.owner.get(&acme.user(invited)).await.expect(200);
    assert_eq!(kept["roles"], json!(["admin"]));
    acme.invite("new@example.com", &["viewer"]).await;
}

#[tokio::test]
async fn an_admin_gives_and_takes_every_role() {
    let Ranks {
        acme, admin, user, ..
    } = Ranks::new().await;
    for roles in [
        json!(["admin"]),
        json!(["viewer"]),
        json!(["manage", "admin"]),
    ] {
        admin
            .put(&acme.user(user.id), &json!({ "roles": roles }))
            .await
            .expect(200);
    }
    admin
        .put(&acme.user(user.id), &json!({ "status": "suspended" }))
        .await
        .expect(200);
    admin.delete(&acme.user(user.id)).await.expect(200);
    admin
        .post(&acme.users(), &invitation("new@example.com", &["admin"]))
        .await
        .expect(201);
}

#[tokio::test]
async fn nobody_but_the_owner_touches_the_owner() {
    let Ranks {
        acme,
        admin,
        manager,
        user,
        ..
    } = Ranks::new().await;
    acme.set_roles(acme.owner.id, &["viewer"]).await;
    let path = acme.user(acme.owner.id);
    for person in [&admin, &manager, &user] {
        let refusals = [
            person.put(&path, &json!({ "roles": ["user"] })).await,
            person.put(&path, &json!({ "status": "suspended" })).await,
            person.put(&format!("{path}/invite"), &json!({})).await,
            person.delete(&path).await,
        ];
        for refusal in refusals {
            refusal.refused(403, "UNAUTHORIZED");
        }
    }
    let owner = acme.owner.get(&path).await.expect(200);
    assert_eq!(
        (&owner["owner"], &owner["roles"]),
        (&json!(true), &json!(["viewer"]))
    );
}

#[tokio::test]
async fn users_and_viewers_change_nothing() {
    let Ranks {
        app,
        acme,
        manager,
        user,
        ..
    } = Ranks::new().await;
    let stranger = app.owner_of("Globex").await.owner;
    let invited = acme.invite("new@example.com", &["viewer"]).await;
    let roles = json!({ "roles": ["viewer"] });
    let refusals = [
        user.put(&acme.path(), &json!({ "description": "x" })).await,
        user.post(&acme.users(), &invitation("more@example.com", &["viewer"]))
            .await,
        user.post(&acme.user(stranger.id), &roles).await,
        user.put(&acme.user(manager.id), &roles).await,
        user.put(&acme.user(user.id), &roles).await,
        user.put(&format!("{}/invite", acme.user(invited)), &json!({}))
            .await,
        user.delete(&acme.user(invited)).await,
    ];
    for refusal in refusals {
        refusal.refused(403, "UNAUTHORIZED");
    }
}
