//! `POST /api/accounts/{id}/restore`

use std::collections::BTreeMap;

use expect_test::expect;
use local::Options;
use local::sam::Template;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, Answer, PASSWORD, Person, TestApp};

const DAY: i64 = 24 * 60 * 60;

async fn restore(person: &Person, account: &Account) -> Answer {
    let path = format!("{}/restore", account.path());
    person.request(Method::POST, &path).send().await
}

/// Follows the link that proves a person's address.
async fn verify(app: &TestApp, person: &Person) {
    let tokens = app.link_tokens(&person.email, "Verify", 1).await;
    let body = json!({ "token": tokens[0], "password": crate::support::PASSWORD });
    let verified = app.post("/api/auth/verify-email", &body).await;
    verified.expect(204);
}

async fn delete(account: &Account) {
    account.owner.delete(&account.path()).await.expect(200);
}

#[tokio::test]
async fn a_restored_account_is_what_it_was_for_everybody_in_it() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["manage"]).await;
    let bob = acme.member("bob@example.com", &["user"]).await;
    acme.set_member_status(bob.id, "suspended").await;
    let hedy = acme.invite("hedy@example.com", &["viewer"]).await;
    let token = app.invitation("hedy@example.com").await;
    let change = json!({ "description": "Anvils", "country": "FR" });
    let before = acme.owner.put(&acme.path(), &change).await.expect(200);
    app.stack.advance(2);
    delete(&acme).await;
    grace
        .get(&acme.path())
        .await
        .refused(404, "ACCOUNT_NOT_FOUND");

    let answer = restore(&acme.owner, &acme).await;
    let mut after = answer.expect(200);
    assert!(after["updatedAt"].as_str() > before["updatedAt"].as_str());
    after["updatedAt"] = before["updatedAt"].clone();
    assert_eq!(after, before);
    let read = acme.owner.get(&acme.path()).await;
    read.expect(200);
    assert_eq!(read.text, answer.text);
    assert_eq!(read.header("etag"), answer.header("etag"));

    let found = grace.get("/api/accounts/acme").await.expect(200);
    assert_eq!(found["id"], acme.id);
    assert_eq!(grace.listed().await, [acme.id]);
    bob.get(&acme.path()).await.refused(403, "UNAUTHORIZED");
    let members = acme.owner.get(&acme.users()).await.expect(200);
    assert_eq!(members["count"], 4);
    grace.get(&acme.user(hedy)).await.expect(200);
    let accepted = json!({ "token": token, "password": PASSWORD });
    app.post("/api/invitations/accept", &accepted)
        .await
        .expect(200);
    app.try_sign_up("late@example.com", "Acme")
        .await
        .refused(409, "ACCOUNT_ALREADY_EXISTS");
    app.check_invariants().await;
}

#[tokio::test]
async fn the_owner_has_their_present_names_in_it() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    delete(&acme).await;
    app.at_rest().await;
    let name = json!({ "firstName": "Augusta" });
    acme.owner.patch("/api/users/me", &name).await.expect(200);
    app.at_rest().await;
    restore(&acme.owner, &acme).await.expect(200);
    app.at_rest().await;
    let owner = acme.user(acme.owner.id);
    let owner = acme.owner.get(&owner).await.expect(200);
    assert_eq!(owner["firstName"], "Augusta");
}

#[tokio::test]
async fn it_may_be_deleted_and_restored_again_and_again() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    for _ in 0..3 {
        delete(&acme).await;
        let restored = restore(&acme.owner, &acme).await;
        restored.expect(200);
        // A live account is answered as it is.
        let again = restore(&acme.owner, &acme).await;
        assert_eq!(again.expect(200), restored.json());
        assert_eq!(again.header("etag"), restored.header("etag"));
    }
    acme.set_status("suspended").await;
    let suspended = restore(&acme.owner, &acme).await.expect(200);
    assert_eq!(suspended["status"], "suspended");
    app.check_invariants().await;
}

#[tokio::test]
async fn only_its_owner_knows_that_there_is_something_to_restore() {
    let options = Options::memory().parameter("PlatformAdminEmails", "root@example.com");
    let app = TestApp::with(options).await;
    let acme = app.owner_of("Acme").await;
    let admin = acme.member("admin@example.com", &["admin", "manage"]).await;
    let root = app.owner("root@example.com", "Root").await.owner;
    verify(&app, &root).await;
    let stranger = app.owner_of("Globex").await.owner;
    for person in [&admin, &stranger] {
        restore(person, &acme).await.refused(403, "UNAUTHORIZED");
    }
    acme.owner.delete(&acme.path()).await.expect(200);
    for person in [&admin, &root, &stranger] {
        restore(person, &acme)
            .await
            .refused(404, "ACCOUNT_NOT_FOUND");
    }
    let path = format!("{}/restore", acme.path());
    let nobody = app.request(Method::POST, &path).send().await;
    nobody.refused(401, "UNAUTHENTICATED");
    restore(&acme.owner, &acme).await.expect(200);
}

#[tokio::test]
async fn a_former_owner_does_not_restore_what_the_present_one_deleted() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let heir = acme.member("heir@example.com", &["user"]).await;
    acme.hand_over(&heir).await;
    // Deletion requires only the owner.
    heir.delete(&acme.path()).await.expect(200);
    restore(&acme.owner, &acme)
        .await
        .refused(404, "ACCOUNT_NOT_FOUND");
    let restored = restore(&heir, &acme).await.expect(200);
    assert_eq!(restored["ownerId"], heir.id);
}

#[tokio::test]
async fn it_may_come_back_under_another_name() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    delete(&acme).await;
    app.owner("bob@example.com", "ACME").await;
    let path = format!("{}/restore", acme.path());
    let under = async |name: Value| acme.owner.post(&path, &json!({ "name": name })).await;
    for taken in [Value::Null, json!("acme")] {
        under(taken).await.refused(409, "ACCOUNT_ALREADY_EXISTS");
    }
    under(json!("1")).await.refused(400, "VALIDATION_FAILED");
    let restored = under(json!("  Acme   again ")).await.expect(200);
    assert_eq!(restored["name"], "Acme again");
    let found = acme.owner.get("/api/accounts/Acme%20again").await;
    assert_eq!(found.expect(200), restored);
    // It lives, so that this changes nothing.
    let again = under(json!("Acme once more")).await;
    assert_eq!(again.expect(200), restored);
    app.check_invariants().await;
}

#[tokio::test]
async fn the_name_may_have_been_taken_meanwhile() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    delete(&acme).await;
    let taken = app.owner("bob@example.com", "ＡＣＭＥ").await;
    restore(&acme.owner, &acme)
        .await
        .refused(409, "ACCOUNT_ALREADY_EXISTS");
    acme.owner
        .get(&acme.path())
        .await
        .refused(404, "ACCOUNT_NOT_FOUND");
    let rename = json!({ "name": "Globex" });
    taken.owner.put(&taken.path(), &rename).await.expect(200);
    restore(&acme.owner, &acme).await.expect(200);
    app.check_invariants().await;
}

#[tokio::test]
async fn there_is_a_time_for_it() {
    let app = TestApp::with(Options::memory().without_schedules()).await;
    let acme = app.owner_of("Acme").await;
    delete(&acme).await;
    app.stack.advance(30 * DAY - 60);
    let acme = acme.again().await;
    restore(&acme.owner, &acme).await.expect(200);
    delete(&acme).await;
    app.stack.advance(30 * DAY);
    let acme = acme.again().await;
    // Nothing has been cleared yet, but the window is over.
    restore(&acme.owner, &acme)
        .await
        .refused(404, "ACCOUNT_NOT_FOUND");
}

#[tokio::test]
async fn the_operator_sets_the_time() {
    for (days, within, status) in [("0", 0, 404), ("2", 2 * DAY - 60, 200), ("2", 2 * DAY, 404)] {
        let options = Options::memory().without_schedules();
        let app = TestApp::with(options.parameter("RestoreDays", days)).await;
        let acme = app.owner_of("Acme").await;
        delete(&acme).await;
        app.stack.advance(within);
        let acme = acme.again().await;
        restore(&acme.owner, &acme).await.expect(status);
    }
}

#[tokio::test]
async fn an_address_that_has_to_be_verified_is_verified_first() {
    let options = Options::memory().parameter("RequireVerifiedEmail", "true");
    let app = TestApp::with(options).await;
    let acme = app.owner_of("Acme").await;
    for account in app.table().items().await {
        if account["entity"]["S"] == "account" {
            let deleted = json!({ "N": app.stack.clock().now().millis().to_string() });
            app.table().set(&account, "deletedAt", deleted).await;
        }
    }
    restore(&acme.owner, &acme)
        .await
        .refused(403, "EMAIL_NOT_VERIFIED");
    verify(&app, &acme.owner).await;
    // Its name was not freed here, so it is in the way.
    restore(&acme.owner, &acme)
        .await
        .refused(409, "ACCOUNT_ALREADY_EXISTS");
}

#[tokio::test]
async fn an_account_deleted_by_an_earlier_version_comes_back_too() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let before = acme.owner.get(&acme.path()).await.expect(200);
    app.stack.advance(5);
    delete(&acme).await;
    // Such a row had the order of creation, and no separate creation time.
    let rows = app.rows().await;
    let row = rows.item(&format!("ACCOUNT#{}", acme.id), "ACCOUNT");
    let millis: i64 = row["createdAt"]["N"].as_str().unwrap().parse().unwrap();
    let sort = format!("{millis:013}#{:016}", acme.id);
    app.table().set(row, "gsi2sk", json!({ "S": sort })).await;
    app.table().remove(row, "createdAt").await;
    let after = restore(&acme.owner, &acme).await.expect(200);
    assert_eq!(after["createdAt"], before["createdAt"]);
}

#[tokio::test]
async fn the_record_of_it_stands_in_the_same_row() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    delete(&acme).await;
    restore(&acme.owner, &acme).await.expect(200);
    let rows = app.rows().await;
    let row = rows.item(&format!("ACCOUNT#{}", acme.id), "ACCOUNT");
    let change = &row["change"]["M"];
    assert_eq!(change["kind"]["S"], "AccountRestored");
    assert_eq!(change["actor"]["M"]["id"]["N"], acme.owner.id.to_string());
    let mut names: Vec<_> = row.as_object().unwrap().keys().cloned().collect();
    names.sort_unstable();
    // No attribute of the deletion is left.
    expect![
        "change country creatorId entity gsi2pk gsi2sk name ownerId pk sk status updatedAt version"
    ]
    .assert_eq(&names.join(" "));
}

/// Every route about a deleted account, for every caller: it does not exist, and nothing in its partition changes.
#[tokio::test]
async fn no_route_shows_or_changes_a_deleted_account() {
    let options = Options::memory().parameter("PlatformAdminEmails", "root@example.com");
    let app = TestApp::with(options).await;
    let acme = app.owner_of("Acme").await;
    let admin = acme.member("admin@example.com", &["admin"]).await;
    let newcomer = app.owner_of("Globex").await.owner;
    let hedy = app.owner("hedy@example.com", "Hedy").await.owner;
    acme.invite(&hedy.email, &["user"]).await;
    let root = app.owner("root@example.com", "Root").await.owner;
    for person in [&acme.owner, &hedy, &root] {
        verify(&app, person).await;
    }
    let pending = hedy.get("/api/users/me/invitations").await.expect(200);
    assert_eq!(pending["value"].as_array().unwrap().len(), 1);
    delete(&acme).await;
    let partition = format!("ACCOUNT#{}", acme.id);
    let before = app.at_rest().await;

    let pending = hedy.get("/api/users/me/invitations").await.expect(200);
    assert_eq!(pending["value"], json!([]));
    let template = Template::embedded(&BTreeMap::new()).unwrap();
    let mut asked = 0;
    for route in template.api().unwrap().routes {
        // An id in another place is a session's or a person's.
        let of_account = ["/api/accounts/{id}", "/api/users/me/invitations/{id}"];
        if !of_account.iter().any(|of| route.path.starts_with(of)) {
            continue;
        }
        for person in [&acme.owner, &admin, &hedy, &root] {
            let own = person.id == acme.owner.id;
            if own && route.path.ends_with("/restore") {
                continue;
            }
            for user in [admin.id, newcomer.id] {
                let path = route.path.replace("{id}", &acme.id.to_string());
                let path = path.replace("{userId}", &user.to_string());
                let method: Method = route.method.parse().unwrap();
                let mut request = person.request(method.clone(), &path);
                if method != Method::GET {
                    request = request.json(&body(&route.method, &route.path, user));
                }
                let answer = request.send().await;
                let code = answer.json()["code"].clone();
                let gone = code == "ACCOUNT_NOT_FOUND" || code == "INVITATION_NOT_FOUND";
                assert!(gone, "{} {}: {answer:#?}", route.method, route.path);
                asked += 1;
            }
        }
    }
    assert!(asked > 80, "{asked}");
    let after = app.at_rest().await;
    for row in after.partition(&partition) {
        let row_before = before.item(&partition, row["sk"]["S"].as_str().unwrap());
        assert_eq!(row, row_before);
    }
    assert_eq!(
        after.partition(&partition).len(),
        before.partition(&partition).len()
    );
}

fn body(method: &str, path: &str, user: u64) -> Value {
    match (method, path) {
        ("PUT", "/api/accounts/{id}") => json!({ "description": "x" }),
        ("PUT", "/api/accounts/{id}/owner") => json!({ "userId": user }),
        ("POST", "/api/accounts/{id}/users") => {
            crate::support::invitation("late@example.com", &["user"])
        }
        (_, "/api/accounts/{id}/users/{userId}") => json!({ "roles": ["viewer"] }),
        _ => json!({}),
    }
}
