//! `GET /api/accounts/{id}` and `GET /api/accounts/{name}`

use expect_test::expect;

use crate::support::TestApp;

#[tokio::test]
async fn an_account_is_answered_whole() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
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
          "updatedAt": "<time>",
          "pendingOwnerId": null,
          "suspendedBy": null,
          "requireSecondFactor": false
        }
    "#]]);
    assert_eq!(answer.header("etag"), "\"1\"");
}

#[tokio::test]
async fn an_account_is_found_by_its_name_however_it_is_encoded() {
    let app = TestApp::start().await;
    let acme = app.owner("ada@example.com", "Größe & Co 100%25").await;
    for segment in [
        "Gr%C3%B6%C3%9Fe%20%26%20Co%20100%2525",
        "gr%C3%B6sse%20&%20co%20100%2525",
    ] {
        let found = acme.owner.get(&format!("/api/accounts/{segment}")).await;
        assert_eq!(found.expect(200)["id"], acme.id, "{segment}");
    }
}

#[tokio::test]
async fn a_name_in_a_path_is_decoded_exactly_once() {
    let app = TestApp::start().await;
    let space = app.owner("ada@example.com", "A B").await;
    let ada = &space.owner;
    let escape = ada.create("A%20B").await;
    for (segment, expected) in [
        ("A%20B", space.id),
        ("a%20b", space.id),
        ("A%2520B", escape.id),
        ("a%2520b", escape.id),
    ] {
        let found = ada.get(&format!("/api/accounts/{segment}")).await;
        assert_eq!(found.expect(200)["id"], expected, "{segment}");
    }
    let twice = ada.get("/api/accounts/A%252520B").await;
    twice.refused(404, "ACCOUNT_NOT_FOUND");
    let no_text = ada.get("/api/accounts/A%ffB").await;
    no_text.refused(404, "ACCOUNT_NOT_FOUND");
}

#[tokio::test]
async fn an_account_reads_the_same_by_id_and_by_name() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let by_id = acme.owner.get(&acme.path()).await;
    let by_name = acme.owner.get("/api/accounts/aCME").await;
    assert_eq!(by_id.expect(200), by_name.expect(200));
    assert_eq!(by_id.header("etag"), by_name.header("etag"));
}

#[tokio::test]
async fn what_no_account_is_called_is_not_found() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let zero_in_front = format!("0{}", acme.id);
    for segment in [
        "1",
        "0",
        &zero_in_front,
        "99999999999999999999",
        "9007199254740992",
        "nobody",
        "Acme%20Inc",
        "%00",
        "-1",
        "1.5",
        "%25",
        "%F0%9F%92%A9",
    ] {
        let answer = acme.owner.get(&format!("/api/accounts/{segment}")).await;
        answer.refused(404, "ACCOUNT_NOT_FOUND");
    }
}

#[tokio::test]
async fn a_stranger_learns_nothing_of_an_account_but_that_it_exists() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let mallory = app.owner_of("Mallory Inc").await.owner;
    for path in [acme.path(), "/api/accounts/Acme".into()] {
        mallory.get(&path).await.refused(403, "UNAUTHORIZED");
    }
}
