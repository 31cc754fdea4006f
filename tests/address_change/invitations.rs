//! Whose the pending invitations to a changed address are.

use serde_json::{Value, json};

use super::{ADA, DAY, NEW, ada, change, notice, profile, reset, undo};
use crate::support::{Account, Answer, PASSWORD, Person, TestApp};

async fn pending(person: &Person) -> Vec<Value> {
    let listed = person.get("/api/users/me/invitations").await.expect(200);
    listed["value"].as_array().unwrap().clone()
}

async fn accept(person: &Person, account: &Account) -> Answer {
    let path = format!("/api/users/me/invitations/{}/accept", account.id);
    person.post(&path, &json!({})).await
}

fn invited_to(profile: &Value) -> usize {
    let memberships = profile["memberships"].as_array().unwrap();
    let invited = memberships
        .iter()
        .filter(|membership| membership["status"] == "invited");
    invited.count()
}

#[tokio::test]
async fn for_three_days_an_invitation_to_the_old_address_is_the_persons() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let (globex, initech) = (app.owner_of("Globex").await, app.owner_of("Initech").await);
    assert_eq!(globex.invite(ADA, &["user"]).await, ada.id);
    change(&ada, NEW).await;
    // One that is made now invites them too, and goes to the address that it names.
    assert_eq!(initech.invite(ADA, &["user"]).await, ada.id);
    app.invitation(ADA).await;
    assert_eq!(pending(&ada).await.len(), 2);
    assert_eq!(invited_to(&profile(&ada).await), 2);
    accept(&ada, &globex).await.expect(200);
    let token = app.link_tokens(ADA, "invites you to Initech", 1).await;
    let body = json!({ "token": token[0] });
    let found = app.post("/api/invitations/lookup", &body).await.expect(200);
    assert_eq!(found["email"], ADA);
    app.post("/api/invitations/accept", &body).await.expect(200);
    ada.get(&initech.path()).await.expect(200);
    app.check_invariants().await;
}

#[tokio::test]
async fn afterwards_whoever_proves_the_address_has_them() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let globex = app.owner_of("Globex").await;
    change(&ada, NEW).await;
    globex.invite(ADA, &["user"]).await;
    let by_mail = app.invitation(ADA).await;
    app.stack.advance(3 * DAY + 1);
    let ada = app.sign_in(NEW, PASSWORD).await;
    assert!(pending(&ada).await.is_empty());
    assert_eq!(invited_to(&profile(&ada).await), 0);
    accept(&ada, &globex)
        .await
        .refused(404, "INVITATION_NOT_FOUND");
    let body = json!({ "token": by_mail, "password": PASSWORD });
    app.post("/api/invitations/accept", &body)
        .await
        .refused(404, "INVITATION_NOT_FOUND");
    // Another person, who only says that the address is theirs, has nothing.
    let next = app.owner(ADA, "Next").await.owner;
    app.at_rest().await;
    next.get("/api/users/me/invitations")
        .await
        .refused(403, "EMAIL_NOT_VERIFIED");
    next.prove().await;
    for _ in 0..500 {
        if !pending(&next).await.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    accept(&next, &globex).await.expect(200);
    next.get(&globex.path()).await.expect(200);
    globex
        .owner
        .again()
        .await
        .get(&globex.user(ada.id))
        .await
        .refused(404, "USER_NOT_FOUND");
    app.at_rest().await;
    app.check_invariants().await;
}

/// A stranger signs up with an address that others invite, and changes it to one that they can prove.
#[tokio::test]
async fn nobody_takes_along_what_was_given_to_an_address_that_they_never_proved() {
    let app = TestApp::start().await;
    let globex = app.owner_of("Globex").await;
    let stranger = app.owner(ADA, "Evil").await.owner;
    globex.invite(ADA, &["admin"]).await;
    let by_mail = app.invitation(ADA).await;
    change(&stranger, "eve@example.com").await;
    assert_eq!(profile(&stranger).await["emailVerified"], true);
    assert!(pending(&stranger).await.is_empty());
    assert_eq!(invited_to(&profile(&stranger).await), 0);
    accept(&stranger, &globex)
        .await
        .refused(404, "INVITATION_NOT_FOUND");
    // Neither does the reader of the mail make a member of the stranger.
    let body = json!({ "token": by_mail, "password": PASSWORD });
    for path in ["lookup", "accept", "decline"] {
        let body = if path == "accept" {
            body.clone()
        } else {
            json!({ "token": by_mail })
        };
        app.post(&format!("/api/invitations/{path}"), &body)
            .await
            .refused(404, "INVITATION_NOT_FOUND");
    }
    stranger
        .get(&globex.path())
        .await
        .refused(403, "UNAUTHORIZED");
    // The holder of the address undoes the change, and has the invitation.
    let token = notice(&app, ADA).await;
    undo(&app, &token).await.expect(204);
    reset(&app, ADA, "ada chose this herself").await.expect(204);
    let ada = app.sign_in(ADA, "ada chose this herself").await;
    accept(&ada, &globex).await.expect(200);
    app.check_invariants().await;
}

#[tokio::test]
async fn an_address_is_invited_anew_once_it_is_free() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let globex = app.owner_of("Globex").await;
    change(&ada, NEW).await;
    app.stack.advance(3 * DAY + 1);
    let globex = globex.again().await;
    let next = globex.invite(ADA, &["user"]).await;
    assert_ne!(next, ada.id);
    let token = app.invitation(ADA).await;
    let body = json!({ "token": token, "password": PASSWORD });
    app.post("/api/invitations/accept", &body).await.expect(200);
    let person = app.sign_in(ADA, PASSWORD).await;
    assert_eq!(person.id, next);
    app.at_rest().await;
    app.check_invariants().await;
}
