//! `DELETE /api/accounts/{id}/users/{userId}`: leaving.

use crate::support::TestApp;

#[tokio::test]
async fn anybody_but_the_owner_may_leave() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    for role in ["viewer", "user", "manage", "admin"] {
        let person = acme.member(&format!("{role}@example.com"), &[role]).await;
        person.delete(&acme.user(person.id)).await.expect(200);
        person.get(&acme.path()).await.refused(403, "UNAUTHORIZED");
        // Once is enough.
        person
            .delete(&acme.user(person.id))
            .await
            .refused(403, "UNAUTHORIZED");
    }
    let owner = acme.user(acme.owner.id);
    acme.owner
        .delete(&owner)
        .await
        .refused(409, "OWNER_REQUIRED");
}

#[tokio::test]
async fn a_suspended_member_may_leave() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    acme.set_member_status(grace.id, "suspended").await;
    grace.delete(&acme.user(grace.id)).await.expect(200);
}

#[tokio::test]
async fn whoever_is_invited_with_an_account_of_their_own_may_leave_before_arriving() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let ada = app.proven_owner_of("Globex").await.owner;
    acme.invite(&ada.email, &["user"]).await;
    ada.delete(&acme.user(ada.id)).await.expect(200);
    acme.owner
        .get(&acme.user(ada.id))
        .await
        .refused(404, "USER_NOT_FOUND");
}
