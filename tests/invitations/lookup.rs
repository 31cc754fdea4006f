//! What a link tells before it is answered.

use expect_test::expect;
use serde_json::json;

use super::{BOB, DAY, answer, invited, refused_everywhere};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn a_link_tells_what_it_invites_to() {
    let app = TestApp::start().await;
    let (_, token) = invited(&app).await;
    let looked = answer(&app, "lookup", &json!({ "token": token })).await;
    looked.check(&expect![[r#"
        200 OK
        {
          "accountName": "Acme",
          "email": "bob@example.com",
          "roles": [
            "user",
            "viewer"
          ],
          "inviterName": "Ada Lovelace",
          "expiresAt": "<time>",
          "passwordRequired": true,
          "status": "invited"
        }
    "#]]);
    // Looking spends nothing: mail scanners do it too.
    answer(&app, "lookup", &json!({ "token": token }))
        .await
        .expect(200);
}

#[tokio::test]
async fn the_verified_need_no_password() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.member(BOB, &["user"]).await;
    let globex = app.owner_of("Globex").await;
    let token = super::invite_again(&app, &globex, BOB, 1).await;
    let looked = answer(&app, "lookup", &json!({ "token": token }))
        .await
        .expect(200);
    assert_eq!(looked["passwordRequired"], false);
    assert_eq!(looked["accountName"], "Globex");
}

#[tokio::test]
async fn a_link_lives_seven_days_and_a_resent_one_seven_more() {
    let app = TestApp::start().await;
    let (acme, token) = invited(&app).await;
    app.stack.advance(7 * DAY - 60);
    answer(&app, "lookup", &json!({ "token": token }))
        .await
        .expect(200);
    app.stack.advance(61);
    refused_everywhere(&app, &token, 410, "INVITATION_EXPIRED").await;

    let owner = app.sign_in(&acme.owner.email, PASSWORD).await;
    let members = owner.get(&acme.users()).await.expect(200);
    let bob = members["value"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["email"] == BOB)
        .unwrap();
    let path = format!("{}/invite", acme.user(bob["id"].as_u64().unwrap()));
    owner.put(&path, &json!({})).await.expect(200);
    let fresh = app.link_tokens(BOB, "invites you", 2).await.remove(0);
    refused_everywhere(&app, &token, 404, "INVITATION_NOT_FOUND").await;
    app.stack.advance(7 * DAY - 60);
    answer(&app, "lookup", &json!({ "token": fresh }))
        .await
        .expect(200);
    app.stack.advance(61);
    refused_everywhere(&app, &fresh, 410, "INVITATION_EXPIRED").await;
}

#[tokio::test]
async fn forged_links_lead_nowhere() {
    let app = TestApp::start().await;
    let (_, token) = invited(&app).await;
    for forged in [
        "",
        "nonsense",
        &token[..97],
        &format!("{}A", &token[..97]),
        &"A".repeat(98),
    ] {
        if forged != token {
            refused_everywhere(&app, forged, 404, "INVITATION_NOT_FOUND").await;
        }
    }
    let missing = answer(&app, "lookup", &json!({})).await;
    assert_eq!(missing.mistakes(), ["/token REQUIRED"]);
}

#[tokio::test]
async fn the_link_of_a_removed_or_erased_invitation_leads_nowhere() {
    let app = TestApp::start().await;
    let (acme, token) = invited(&app).await;
    let looked = acme.owner.get(&acme.users()).await.expect(200);
    let members = looked["value"].as_array().unwrap();
    let bob = members.iter().find(|one| one["email"] == BOB).unwrap()["id"]
        .as_u64()
        .unwrap();
    acme.owner.delete(&acme.user(bob)).await.expect(200);
    refused_everywhere(&app, &token, 404, "INVITATION_NOT_FOUND").await;

    let token = super::invite_again(&app, &acme, BOB, 1).await;
    acme.owner.delete(&acme.path()).await.expect(200);
    refused_everywhere(&app, &token, 404, "INVITATION_NOT_FOUND").await;
}
