//! The profile.

use expect_test::expect;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn a_profile_says_who_one_is_and_where_one_belongs() {
    let app = TestApp::start().await;
    let acme = app.owner("ada@example.com", "Acme").await;
    acme.owner.create("Globex").await;
    let answer = acme.owner.get("/api/users/me").await;
    let mut profile = answer.json();
    let names: Vec<_> = profile["memberships"]
        .as_array()
        .unwrap()
        .iter()
        .map(|membership| membership["accountName"].clone())
        .collect();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&json!("Acme")) && names.contains(&json!("Globex")));
    profile["memberships"]
        .as_array_mut()
        .unwrap()
        .retain(|one| one["accountName"] == "Acme");
    let answer = crate::support::Answer {
        text: profile.to_string(),
        ..answer
    };
    answer.check(&expect![[r#"
        200 OK
        {
          "id": "<id>",
          "email": "ada@example.com",
          "emailVerified": false,
          "firstName": "Ada",
          "lastName": "Lovelace",
          "country": "GB",
          "createdAt": "<time>",
          "memberships": [
            {
              "accountId": "<id>",
              "accountName": "Acme",
              "roles": [
                "admin"
              ],
              "status": "active",
              "owner": true
            }
          ]
        }
    "#]]);
}

#[tokio::test]
async fn names_and_country_can_be_changed_one_by_one() {
    let app = TestApp::start().await;
    let ada = app.owner("ada@example.com", "Acme").await.owner;
    let changed = ada
        .patch("/api/users/me", &json!({ "firstName": " Augusta  Ada " }))
        .await
        .expect(200);
    assert_eq!(changed["lastName"], "Lovelace");
    assert_eq!(changed["country"], "GB");
    let changed = ada
        .patch(
            "/api/users/me",
            &json!({ "lastName": "King", "country": "fr" }),
        )
        .await
        .expect(200);
    assert_eq!(changed["country"], "FR");
    let changed = ada
        .patch("/api/users/me", &json!({ "country": null }))
        .await
        .expect(200);
    assert_eq!(changed["country"], json!(null));
    assert_eq!(ada.get("/api/users/me").await.expect(200), changed);
}

#[tokio::test]
async fn every_mistake_in_a_change_is_told() {
    let app = TestApp::start().await;
    let ada = app.owner("ada@example.com", "Acme").await.owner;
    let body =
        json!({ "firstName": "", "lastName": null, "country": "XX", "email": "x@example.com" });
    let mistakes = ada.patch("/api/users/me", &body).await.mistakes();
    for pointer in ["/firstName", "/lastName", "/country", "/email"] {
        assert!(
            mistakes
                .iter()
                .any(|mistake| mistake.starts_with(&format!("{pointer} "))),
            "{mistakes:?}"
        );
    }
    assert_eq!(
        ada.patch("/api/users/me", &json!({}))
            .await
            .mistakes()
            .len(),
        1
    );
    assert_eq!(
        ada.get("/api/users/me").await.expect(200)["firstName"],
        "Ada"
    );
}

#[tokio::test]
async fn the_invited_do_not_see_the_account_before_the_address_is_theirs() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    acme.invite("bob@example.com", &["user"]).await;
    let bob = app.owner("bob@example.com", "Globex").await.owner;
    let names = |profile: serde_json::Value| -> Vec<String> {
        let memberships = profile["memberships"].as_array().unwrap().clone();
        let mut names: Vec<_> = memberships
            .iter()
            .map(|one| one["accountName"].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(
        names(bob.get("/api/users/me").await.expect(200)),
        ["Globex"]
    );
    let token = app
        .link_tokens("bob@example.com", "Verify", 1)
        .await
        .remove(0);
    app.post(
        "/api/auth/verify-email",
        &json!({ "token": token, "password": crate::support::PASSWORD }),
    )
    .await
    .expect(204);
    assert_eq!(
        names(bob.get("/api/users/me").await.expect(200)),
        ["Acme", "Globex"]
    );
}
