//! `GET /api/accounts`: whose accounts are listed. The options have tests of their own.

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn a_person_sees_the_accounts_they_are_active_in() {
    let app = TestApp::start().await;
    let [acme, globex, initech] = [
        app.owner_of("Acme").await,
        app.owner_of("Globex").await,
        app.owner_of("Initech").await,
    ];
    let grace = acme.member("grace@example.com", &["viewer"]).await;
    globex.invite("grace@example.com", &["admin"]).await;
    let own = grace.create("Grace and Sons").await;
    assert_eq!(grace.listed().await, [acme.id, own.id]);
    assert_eq!(initech.owner.listed().await, [initech.id]);

    acme.set_member_status(grace.id, "suspended").await;
    assert_eq!(grace.listed().await, [own.id]);
    acme.set_member_status(grace.id, "active").await;
    acme.set_status("suspended").await;
    assert_eq!(grace.listed().await, [acme.id, own.id]);
    acme.set_status("active").await;
    acme.remove(grace.id).await;
    assert_eq!(grace.listed().await, [own.id]);
}

#[tokio::test]
async fn an_account_is_listed_as_it_is_read() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let mut read = acme.owner.get(&acme.path()).await.expect(200);
    // The index of all accounts does not hold these.
    for detail in ["pendingOwnerId", "suspendedBy", "requireSecondFactor"] {
        read.as_object_mut().unwrap().shift_remove(detail).unwrap();
    }
    let listed = acme.owner.get("/api/accounts").await.expect(200);
    assert_eq!(
        listed,
        json!({ "value": [read], "count": 1, "nextLink": null })
    );
}

#[tokio::test]
async fn accounts_come_in_the_order_of_their_creation_page_by_page() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Zeta").await.owner;
    for name in ["Eta", "Alpha", "Mu"] {
        ada.create(name).await;
    }
    let mut names = Vec::new();
    let mut next = Some("/api/accounts?$top=3".to_owned());
    while let Some(path) = next {
        let page = ada.get(&path).await.expect(200);
        assert_eq!(page["count"], 4);
        for account in page["value"].as_array().unwrap() {
            names.push(account["name"].as_str().unwrap().to_owned());
        }
        let link = page["nextLink"].as_str();
        next = link.map(|link| link.strip_prefix(app.stack.url()).unwrap().to_owned());
    }
    assert_eq!(names, ["Zeta", "Eta", "Alpha", "Mu"]);
}

#[tokio::test]
async fn a_mistaken_option_is_told_with_its_place() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    for (path, option) in [
        ("/api/accounts".to_owned(), "$filter"),
        (acme.users(), "$filter"),
        ("/api/accounts".to_owned(), "$top"),
        (acme.users(), "$orderby"),
    ] {
        let value = if option == "$top" {
            "-1"
        } else {
            "nothing%20eq"
        };
        let answer = acme.owner.get(&format!("{path}?{option}={value}")).await;
        let problem = answer.refused(400, "INVALID_QUERY");
        assert_eq!(problem["errors"][0]["pointer"], option, "{problem}");
    }
}
