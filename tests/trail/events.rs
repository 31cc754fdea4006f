//! What an audit trail says, and to whom.

use expect_test::expect;
use local::Options;
use reqwest::Method;
use serde_json::{Value, json};

use super::{kinds, trail, trail_of};
use crate::support::{Account, Answer, PASSWORD, Person, TestApp};

async fn ask(person: &Person, account: &Account, options: &[(&str, &str)]) -> Answer {
    let path = format!("{}/events", account.path());
    let request = person.request(Method::GET, &path);
    request.query(options).send().await
}

#[tokio::test]
async fn a_trail_tells_who_did_what_to_whom_in_which_request() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@example.com", &["user"]).await;
    let changed = acme
        .owner
        .put(&acme.user(bob.id), &json!({ "roles": ["user", "manage"] }))
        .await;
    let request = changed.header("x-request-id").to_owned();
    let rename = json!({ "name": "Acme Ltd", "primaryContact": "desk@acme.example" });
    acme.owner.put(&acme.path(), &rename).await.expect(200);
    bob.delete(&acme.user(bob.id)).await.expect(200);

    let events = trail_of(&acme, 6).await;
    assert_eq!(
        kinds(&events),
        [
            "AccountCreated",
            "MemberInvited",
            "InvitationAccepted",
            "MemberChanged",
            "AccountChanged",
            "MemberRemoved",
        ]
    );
    let by = |person: &Person| json!({ "type": "user", "id": person.id, "email": person.email });
    let roles = &events[3];
    assert_eq!(roles["summary"], "Changed a member");
    assert_eq!(roles["actor"], by(&acme.owner));
    assert_eq!(roles["target"], json!({ "type": "user", "id": bob.id }));
    assert_eq!(roles["requestId"], request);
    assert_eq!(roles["sourceIp"], "127.0.0.1");
    assert_eq!(roles["accountId"], acme.id);
    let shown: Vec<_> = events
        .iter()
        .map(|event| event["changes"].to_string())
        .collect();
    let shown = shown
        .join("\n")
        .replace(&acme.owner.id.to_string(), "<owner>");
    expect![[r#"
        {"country":{"from":null,"to":"GB"},"name":{"from":null,"to":"Acme"},"ownerId":{"from":null,"to":<owner>},"status":{"from":null,"to":"active"}}
        {"owner":{"from":null,"to":false},"roles":{"from":null,"to":["user"]},"status":{"from":null,"to":"invited"}}
        {"status":{"from":"invited","to":"active"}}
        {"roles":{"from":["user"],"to":["user","manage"]}}
        {"name":{"from":"Acme","to":"Acme Ltd"},"primaryContact":{"from":null,"to":"desk@acme.example"}}
        {"owner":{"from":false,"to":null},"roles":{"from":["user","manage"],"to":null},"status":{"from":"active","to":null}}"#]].assert_eq(&shown);
    assert_eq!(events[2]["actor"], by(&bob));
    assert_eq!(events[5]["actor"], by(&bob));
    // The newest first, unless asked for otherwise.
    let newest = ask(&acme.owner, &acme, &[]).await.expect(200);
    let mut reversed = newest["value"].as_array().unwrap().clone();
    reversed.reverse();
    assert_eq!((reversed, &newest["nextLink"]), (events, &Value::Null));
}

#[tokio::test]
async fn a_trail_is_filtered_and_paged() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@example.com", &["manage"]).await;
    for number in 0..5 {
        let description = json!({ "description": format!("The {number}th") });
        bob.put(&acme.path(), &description).await.expect(200);
    }
    app.stack.advance(3600);
    let acme = acme.again().await;
    let later = acme
        .owner
        .put(&acme.path(), &json!({ "country": "FR" }))
        .await;
    later.expect(200);
    trail_of(&acme, 9).await;
    let count = async |filter: &str| {
        let page = ask(&acme.owner, &acme, &[("$filter", filter)])
            .await
            .expect(200);
        page["value"].as_array().unwrap().len()
    };
    assert_eq!(count("kind eq 'AccountChanged'").await, 6);
    assert_eq!(count(&format!("actor/id eq {}", bob.id)).await, 6);
    assert_eq!(
        count(&format!(
            "kind in ('AccountChanged') and actor/id ne {}",
            bob.id
        ))
        .await,
        1
    );
    assert_eq!(count("target/type eq 'user'").await, 2);
    assert_eq!(count(&format!("target/id eq {}", bob.id)).await, 2);
    assert_eq!(
        count(&format!("requestId eq '{}'", later.header("x-request-id"))).await,
        1
    );
    let at = trail(&acme).await[8]["at"].as_str().unwrap().to_owned();
    assert_eq!(count(&format!("at ge {at}")).await, 1);
    assert_eq!(count(&format!("at gt {at}")).await, 0);
    assert_eq!(count(&format!("at lt {at}")).await, 8);
    assert_eq!(count(&format!("at le {at} and at eq {at}")).await, 1);
    assert_eq!(count(&format!("not (at ge {at})")).await, 8);
    assert_eq!(
        count("at lt 1970-01-02 or actor/id eq null and false").await,
        0
    );

    // Three at a time, with and without a filter.
    for filter in [None, Some("kind eq 'AccountChanged'")] {
        let mut options = vec![("$top", "3")];
        options.extend(filter.map(|filter| ("$filter", filter)));
        let mut seen = Vec::new();
        let mut page = ask(&acme.owner, &acme, &options).await.expect(200);
        loop {
            let events = page["value"].as_array().unwrap();
            assert!(events.len() <= 3);
            seen.extend(events.iter().map(|event| event["id"].clone()));
            let Some(link) = page["nextLink"].as_str() else {
                break;
            };
            let path = link.strip_prefix(acme.owner.base_url()).unwrap();
            // A link is its caller's.
            bob.again()
                .await
                .get(path)
                .await
                .refused(400, "INVALID_QUERY");
            page = acme.owner.get(path).await.expect(200);
        }
        let all = [filter.map_or(("$top", "1000"), |filter| ("$filter", filter))];
        let all = ask(&acme.owner, &acme, &all).await.expect(200);
        let all = all["value"].as_array().unwrap().iter();
        assert_eq!(
            seen,
            all.map(|event| event["id"].clone()).collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn what_a_trail_does_not_offer_is_refused() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    for (option, text) in [
        ("$skip", "1"),
        ("$count", "true"),
        ("$select", "id"),
        ("$orderby", "kind"),
        ("$orderby", "at,kind"),
        ("$filter", "actor eq 1"),
        ("$filter", "actor/email eq 'a'"),
        ("$filter", "actor/id"),
        ("$filter", "actor/"),
        ("$filter", "at/id eq 1"),
        ("$filter", "sourceIp eq 'a'"),
        ("$skiptoken", "AAAA"),
    ] {
        let problem = ask(&acme.owner, &acme, &[(option, text)]).await;
        let problem = problem.refused(400, "INVALID_QUERY");
        assert_eq!(problem["errors"][0]["pointer"], option, "{text}");
    }
    let empty = [("$skip", "0"), ("$top", "0"), ("$orderby", "at desc")];
    let page = ask(&acme.owner, &acme, &empty).await.expect(200);
    assert_eq!(page["value"], json!([]));
}

#[tokio::test]
async fn the_trail_of_a_suspended_account_is_its_managers_to_read() {
    let app =
        TestApp::with(Options::memory().parameter("PlatformAdminEmails", "root@example.com")).await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@example.com", &["user"]).await;
    acme.set_status("suspended").await;
    trail_of(&acme, 4).await;
    let path = format!("{}/events", acme.path());
    bob.get(&path).await.refused(403, "UNAUTHORIZED");
    let root = app.owner("root@example.com", "Root").await.owner;
    root.get(&path).await.refused(403, "UNAUTHORIZED");
    let token = app
        .link_tokens("root@example.com", "Verify", 1)
        .await
        .remove(0);
    let verified = json!({ "token": token, "password": crate::support::PASSWORD });
    app.post("/api/auth/verify-email", &verified)
        .await
        .expect(204);
    root.get(&path).await.expect(200);
}

#[tokio::test]
async fn whoever_is_erased_leaves_an_id() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let bob = acme.member("bob@example.com", &["admin"]).await;
    acme.invite("eve@example.com", &["user"]).await;
    bob.put(&acme.path(), &json!({ "description": "Mine" }))
        .await
        .expect(200);
    bob.post(
        &acme.users(),
        &crate::support::invitation("joe@example.com", &["user"]),
    )
    .await
    .expect(201);
    trail_of(&acme, 6).await;
    let request = bob.request(Method::DELETE, "/api/users/me");
    request
        .json(&json!({ "password": PASSWORD }))
        .send()
        .await
        .expect(204);
    let events = trail_of(&acme, 7).await;
    assert_eq!(kinds(&events)[6], "MemberRemoved");
    for _ in 0..1000 {
        let left = traces(&app, bob.id).await;
        if left.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(traces(&app, bob.id).await, Vec::<Value>::new());
    let mut bobs = 0;
    for event in trail(&acme).await {
        let text = event.to_string();
        assert!(!text.contains("bob@"), "{text}");
        if event["actor"]["id"] == bob.id {
            bobs += 1;
            assert_eq!(
                (&event["actor"]["email"], &event["sourceIp"]),
                (&Value::Null, &Value::Null)
            );
        } else {
            assert_eq!(event["sourceIp"], "127.0.0.1");
        }
    }
    assert_eq!(bobs, 4);
}

/// What the table still says of where `user` did anything.
async fn traces(app: &TestApp, user: u64) -> Vec<Value> {
    let number = user.to_string();
    let items = app.table().items().await.into_iter();
    let by = |part: &Value| part["actor"]["M"]["id"]["N"] == number.as_str();
    let traces = items.filter(|item| {
        let change = &item["change"]["M"];
        by(item) && !item["sourceIp"].is_null()
            || by(change) && !change["sourceIp"].is_null()
            || item["pk"]["S"] == format!("USER#{user}") && item["entity"]["S"] == "trace"
    });
    traces.collect()
}
