//! Accounts that require a second factor.

use serde_json::{Value, json};

use super::{ADA, TOTP};
use crate::support::{Account, Authenticator, Person, TestApp};

async fn given(app: &TestApp) -> (Account, Person, Authenticator) {
    let acme = app.proven_owner(ADA, "Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    let authenticator = acme.owner.enrol_totp().await;
    (acme, grace, authenticator)
}

async fn require(acme: &Account, required: bool) {
    let body = json!({ "requireSecondFactor": required });
    let answer = acme.owner.put(&acme.path(), &body).await.expect(200);
    assert_eq!(answer["requireSecondFactor"], required);
}

#[tokio::test]
async fn a_session_with_one_factor_does_nothing_there_but_leave() {
    let app = TestApp::start().await;
    let (acme, grace, _) = given(&app).await;
    grace.get(&acme.path()).await.expect(200);
    require(&acme, true).await;
    // At the very next request.
    for path in [acme.path(), acme.users(), acme.user(grace.id)] {
        let refused = grace.get(&path).await;
        refused.refused(403, "ACCOUNT_REQUIRES_SECOND_FACTOR");
    }
    acme.owner.get(&acme.path()).await.expect(200);
    assert!(grace.listed().await.contains(&acme.id));
    grace.delete(&acme.user(grace.id)).await.expect(200);
    let outside = grace.get(&acme.path()).await;
    outside.refused(403, "UNAUTHORIZED");
}

#[tokio::test]
async fn a_factor_opens_it_in_the_same_session() {
    let app = TestApp::start().await;
    let (acme, grace, _) = given(&app).await;
    require(&acme, true).await;
    grace.enrol_totp().await;
    grace.get(&acme.path()).await.expect(200);
    grace.delete(TOTP).await.expect(204);
    let refused = grace.get(&acme.path()).await;
    refused.refused(403, "ACCOUNT_REQUIRES_SECOND_FACTOR");
}

#[tokio::test]
async fn it_is_required_and_released_from_a_session_with_two_factors() {
    let app = TestApp::start().await;
    let acme = app.proven_owner(ADA, "Acme").await;
    let before = acme.owner.get(&acme.path()).await.expect(200);
    assert_eq!(before["requireSecondFactor"], false);
    for required in [true, false] {
        let body = json!({ "requireSecondFactor": required });
        let refused = acme.owner.put(&acme.path(), &body).await;
        refused.refused(403, "ACCOUNT_REQUIRES_SECOND_FACTOR");
    }
    for wrong in [json!(null), json!("true"), json!(1)] {
        let body = json!({ "requireSecondFactor": wrong });
        let refused = acme.owner.put(&acme.path(), &body).await;
        refused.refused(400, "VALIDATION_FAILED");
    }
    acme.owner.enrol_totp().await;
    require(&acme, true).await;
    require(&acme, true).await;
    require(&acme, false).await;
}

#[tokio::test]
async fn invitations_are_accepted_before_there_is_a_factor() {
    let app = TestApp::start().await;
    let (acme, _, _) = given(&app).await;
    require(&acme, true).await;
    let hopper = acme.member("hopper@example.com", &["user"]).await;
    let refused = hopper.get(&acme.path()).await;
    refused.refused(403, "ACCOUNT_REQUIRES_SECOND_FACTOR");
}

#[tokio::test]
async fn the_trail_says_who_required_it() {
    let app = TestApp::start().await;
    let (acme, _, _) = given(&app).await;
    require(&acme, true).await;
    crate::trail::settled(&app).await;
    let events = acme.owner.get(&format!("{}/events", acme.path())).await;
    let events = events.expect(200);
    let change: &Value = &events["value"][0]["changes"]["requireSecondFactor"];
    assert_eq!(change, &json!({ "from": null, "to": true }));
}

#[tokio::test]
async fn a_restored_account_still_requires_it() {
    let app = TestApp::start().await;
    let (acme, grace, _) = given(&app).await;
    require(&acme, true).await;
    acme.owner.delete(&acme.path()).await.expect(200);
    let path = format!("{}/restore", acme.path());
    acme.owner.post(&path, &json!({})).await.expect(200);
    let refused = grace.get(&acme.path()).await;
    refused.refused(403, "ACCOUNT_REQUIRES_SECOND_FACTOR");
}
