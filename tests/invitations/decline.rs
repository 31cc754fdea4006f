//! Declining by the mailed link.

use serde_json::json;

use super::{BOB, answer, invite_again, invited, refused_everywhere};
use crate::support::TestApp;

#[tokio::test]
async fn the_declined_are_gone_and_may_be_invited_again() {
    let app = TestApp::start().await;
    let (acme, token) = invited(&app).await;
    answer(&app, "decline", &json!({ "token": token }))
        .await
        .expect(204);
    refused_everywhere(&app, &token, 404, "INVITATION_NOT_FOUND").await;
    let members = acme.owner.get(&acme.users()).await.expect(200);
    assert_eq!(members["count"], 1);
    let again = invite_again(&app, &acme, BOB, 1).await;
    refused_everywhere(&app, &token, 404, "INVITATION_NOT_FOUND").await;
    let looked = answer(&app, "lookup", &json!({ "token": again }))
        .await
        .expect(200);
    assert_eq!(looked["roles"], json!(["user"]));
}

#[tokio::test]
async fn of_16_parallel_answers_one_counts() {
    let app = TestApp::start().await;
    let (acme, token) = invited(&app).await;
    let attempts = (0..16).map(|n| {
        let (app, token) = (app.clone(), token.clone());
        tokio::spawn(async move {
            if n % 2 == 0 {
                answer(&app, "decline", &json!({ "token": token })).await
            } else {
                super::accept(&app, &token, "a good enough password").await
            }
        })
    });
    let mut counted = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        let answer = attempt.await.unwrap();
        match answer.status.as_u16() {
            200 | 204 => counted += 1,
            404 => drop(answer.refused(404, "INVITATION_NOT_FOUND")),
            _ => drop(answer.refused(409, "INVITATION_NOT_PENDING")),
        }
    }
    assert_eq!(counted, 1);
    acme.owner.get(&acme.users()).await.expect(200);
}
