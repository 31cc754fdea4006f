//! An export of an import is the same file.

use local::Options;
use serde_json::json;

use crate::generated::lines;
use crate::support::{Site, text};

/// Lines of a round trip: `ROUND_TRIP_LINES`, which CI sets to 3,000.
#[expect(
    clippy::disallowed_methods,
    reason = "a setting of this test, not of the service"
)]
fn count() -> u64 {
    let set = std::env::var("ROUND_TRIP_LINES");
    set.ok().map_or(1000, |count| count.parse().unwrap())
}

#[tokio::test]
async fn an_export_is_what_was_imported_to_the_byte() {
    let lines = lines(count(), 16);
    let parameters = |options: Options| options.parameter("AccountsPerOwner", "10000");
    let first = Site::with(parameters(Options::memory().without_streams())).await;
    first.import(&lines).await.done();
    let exported = first.export().await;
    assert!(exported == lines, "the first export differs");
    let second = Site::with(parameters(Options::memory().without_streams())).await;
    second.import(&exported).await.done();
    assert!(second.export().await == lines, "the second export differs");
}

#[tokio::test]
async fn an_export_without_secrets_has_none_and_makes_the_same_again() {
    let site = Site::with(Options::memory().parameter("AccountsPerOwner", "10000")).await;
    site.import(&lines(200, 17)).await.done();
    let exported = site.run(&["export"]).await.done();
    assert!(!exported.contains("passwordHash") && exported.contains("passwordReset"));
    let other = Site::with(Options::memory().parameter("AccountsPerOwner", "10000")).await;
    other.import(&exported).await.done();
    assert_eq!(other.run(&["export"]).await.done(), exported);
}

#[tokio::test]
async fn an_account_is_exported_with_its_people_only() {
    let site = Site::with(Options::memory().parameter("AccountsPerOwner", "10000")).await;
    let lines = lines(200, 18);
    site.import(&lines).await.done();
    let account = lines
        .lines()
        .find(|line| line.contains(r#""type":"account""#))
        .unwrap();
    let id = serde_json::from_str::<serde_json::Value>(account).unwrap()["id"].to_string();
    let path = site.path("account.ndjson");
    let arguments = [
        "export",
        "--account",
        &id,
        "--with-secrets",
        "--output",
        &text(&path),
    ];
    site.run(&arguments).await.done();
    let exported = std::fs::read_to_string(&path).unwrap();
    let of_account = format!(r#""account":{id},"#);
    let memberships = lines
        .lines()
        .filter(|line| line.contains(&of_account))
        .count();
    assert_eq!(
        exported
            .lines()
            .filter(|line| line.contains(&of_account))
            .count(),
        memberships
    );
    assert_eq!(exported.lines().filter(|line| *line == account).count(), 1);
    // The owner and the members.
    let people = exported
        .lines()
        .filter(|line| line.contains(r#""type":"user""#));
    assert_eq!(people.clone().count(), memberships + 1);
    assert!(people.into_iter().all(|person| lines.contains(person)));
    let again = site.run(&arguments).await;
    assert_eq!(again.exit, admin::Exit::Usage, "a file is never replaced");
}

#[tokio::test]
async fn a_person_gets_all_that_is_known_of_them_and_no_secret() {
    let site = Site::start().await;
    let hash = "$argon2i$v=19$m=4096,t=3,p=1$xLOZWPdnrKHQNVd0T7EDNQ$gD6LoGVbAa+9JRhVdr6VrCFpzLHejsyuuYahz7OZrL4";
    let lines = [
        json!({ "type": "user", "id": 1, "email": "ada@example.com", "firstName": "Ada", "verified": true,
            "passwordHash": hash, "totp": { "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" } }),
        json!({ "type": "user", "id": 2, "email": "grace@example.com", "verified": true, "passwordHash": hash }),
        json!({ "type": "account", "id": 7, "name": "Acme", "owner": { "user": 2 } }),
        json!({ "type": "membership", "account": 7, "user": 1, "roles": ["user"] }),
    ]
    .map(|line| line.to_string())
    .join("\n");
    site.import(&lines).await.done();
    let (_, token) = site
        .sign_in("grace@example.com", "correct horse battery staple")
        .await;
    site.delete("/api/accounts/7/users/1", &token).await;
    site.stack.streams_read().await;
    let grace = site
        .run(&["export", "--person", "grace@example.com"])
        .await
        .done();
    let grace: serde_json::Value = serde_json::from_str(&grace).unwrap();
    assert_eq!(grace["person"]["email"], "grace@example.com");
    assert_eq!(grace["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(grace["memberships"][0]["accountName"], "Acme");
    assert_eq!(grace["events"][0]["kind"], "MemberRemoved");
    assert_eq!(grace["events"][0]["sourceIp"], "127.0.0.1");
    let ada = site.run(&["export", "--person", "1"]).await.done();
    assert!(
        ada.contains("authenticatorAppSince") && !ada.contains("argon2") && !ada.contains("JBSWY")
    );
    let none = site
        .run(&["export", "--person", "nobody@example.com"])
        .await;
    assert_eq!(none.exit, admin::Exit::NotFound);
}
