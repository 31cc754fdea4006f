//! Accounts over HTTP.

use expect_test::expect;
use reqwest::Method;
use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn an_account_is_answered_whole() {
    let world = World::start().await;
    let acme = world.owner_of("Acme").await;
    let answer = acme.owner.get(&acme.path()).await;
    answer.check(&expect![[r#"
        200 OK
        {
          "id": "<id>",
          "name": "Acme",
          "description": null,
          "primaryContact": null,
          "status": "active",
          "ownerId": "<id>",
          "country": "GB",
          "createdAt": "<time>",
          "updatedAt": "<time>"
        }
    "#]]);
    assert_eq!(answer.header("etag"), "\"1\"");
}

#[tokio::test]
async fn a_name_is_taken_in_any_spelling_of_it() {
    let world = World::start().await;
    let acme = world.owner("ada@example.com", "Acme Straße").await;
    for name in [
        "acme straße",
        "ACME STRASSE",
        "Acme  Straße",
        "Ａcme straße",
    ] {
        let answer = acme
            .owner
            .post("/api/accounts", &json!({ "name": name }))
            .await;
        answer.refused(409, "ACCOUNT_ALREADY_EXISTS");
    }
}

#[tokio::test]
async fn an_account_is_found_by_its_name_however_it_is_encoded() {
    let world = World::start().await;
    let acme = world.owner("ada@example.com", "Größe & Co 100%25").await;
    for segment in [
        "Gr%C3%B6%C3%9Fe%20%26%20Co%20100%2525",
        "gr%C3%B6sse%20&%20co%20100%2525",
    ] {
        let path = format!("/api/accounts/{segment}");
        let found = acme
            .owner
            .request(Method::GET, &path)
            .send()
            .await
            .expect(200);
        assert_eq!(found["id"], acme.id, "{segment}");
    }
}
