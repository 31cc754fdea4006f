//! `ETag` and `If-Match`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, Answer, Person, TestApp};

/// A request with `If-Match`.
async fn matching(person: &Person, method: Method, path: &str, tag: &str, body: Value) -> Answer {
    let request = person.request(method, path).header("if-match", tag);
    request.json(&body).send().await
}

async fn tag(person: &Person, path: &str) -> String {
    let answer = person.get(path).await;
    answer.expect(200);
    answer.header("etag").to_owned()
}

/// An account with a member, and both addresses.
async fn account(app: &TestApp) -> (Account, String, String) {
    let acme = app.owner_of("Acme").await;
    let grace = acme.member("grace@example.com", &["user"]).await;
    let (path, user) = (acme.path(), acme.user(grace.id));
    (acme, path, user)
}

#[tokio::test]
async fn a_tag_changes_with_what_it_names_and_only_then() {
    let app = TestApp::start().await;
    let (acme, path, user) = account(&app).await;
    let owner = &acme.owner;
    let (account, member) = (tag(owner, &path).await, tag(owner, &user).await);
    assert!(
        account.starts_with('"') && account.ends_with('"'),
        "{account}"
    );

    let change = json!({ "roles": ["viewer"] });
    let changed = owner.put(&user, &change).await;
    assert_ne!(changed.header("etag"), member);
    assert_eq!(changed.header("etag"), tag(owner, &user).await);
    assert_eq!(tag(owner, &path).await, account);

    let changed = owner.put(&path, &json!({ "description": "x" })).await;
    assert_ne!(changed.header("etag"), account);
    assert_eq!(changed.header("etag"), tag(owner, &path).await);
    assert_eq!(
        tag(owner, "/api/accounts/Acme").await,
        changed.header("etag")
    );
}

#[tokio::test]
async fn a_change_with_the_right_tag_is_made_and_with_a_stale_one_is_not() {
    let app = TestApp::start().await;
    let (acme, path, user) = account(&app).await;
    for (path, change, other) in [
        (
            &path,
            json!({ "description": "mine" }),
            json!({ "description": "theirs" }),
        ),
        (
            &user,
            json!({ "roles": ["viewer"] }),
            json!({ "roles": ["manage"] }),
        ),
    ] {
        let read = tag(&acme.owner, path).await;
        let made = matching(&acme.owner, Method::PUT, path, &read, change).await;
        made.expect(200);
        let stale = matching(&acme.owner, Method::PUT, path, &read, other).await;
        stale.refused(412, "PRECONDITION_FAILED");
        assert_eq!(tag(&acme.owner, path).await, made.header("etag"));
        let gone = acme
            .owner
            .request(Method::DELETE, path)
            .header("if-match", &read);
        gone.send().await.refused(412, "PRECONDITION_FAILED");
        acme.owner.get(path).await.expect(200);
    }
    for path in [&user, &path] {
        let read = tag(&acme.owner, path).await;
        let gone = acme
            .owner
            .request(Method::DELETE, path)
            .header("if-match", &read);
        gone.send().await.expect(200);
    }
}

#[tokio::test]
async fn a_hand_over_and_a_resent_invitation_honour_it_too() {
    let app = TestApp::start().await;
    let (acme, path, user) = account(&app).await;
    let invited = acme.user(acme.invite("hedy@example.com", &["user"]).await);
    let taker = acme.owner.get(&user).await.expect(200)["id"].clone();
    for (path, action, body) in [
        (&invited, format!("{invited}/invite"), json!({})),
        (&path, format!("{path}/owner"), json!({ "userId": taker })),
    ] {
        let stale = matching(&acme.owner, Method::PUT, &action, "\"999\"", body.clone()).await;
        stale.refused(412, "PRECONDITION_FAILED");
        let read = tag(&acme.owner, path).await;
        let done = matching(&acme.owner, Method::PUT, &action, &read, body).await;
        assert!(done.status.is_success(), "{done:#?}");
    }
    let withdraw = |tag: &str| {
        let request = acme.owner.request(Method::DELETE, &acme.ownership());
        request.header("if-match", tag)
    };
    let stale = withdraw("\"999\"").send().await;
    stale.refused(412, "PRECONDITION_FAILED");
    let read = tag(&acme.owner, &path).await;
    withdraw(&read).send().await.expect(204);
}

#[tokio::test]
async fn any_tag_of_a_list_may_match_a_star_always_does_and_so_does_what_a_proxy_made_of_one() {
    let app = TestApp::start().await;
    let (acme, path, user) = account(&app).await;
    for (path, change) in [
        (&path, json!({ "description": "x" })),
        (&user, json!({ "roles": ["viewer"] })),
    ] {
        let put = async |tag: String| {
            matching(&acme.owner, Method::PUT, path, &tag, change.clone()).await
        };
        let current = tag(&acme.owner, path).await;
        put(format!("\"0\", {current} ,\"x,y\"")).await.expect(200);
        put("*".into()).await.expect(200);
        for change in [
            (|tag: &str| format!("W/\"{tag}\"")) as fn(&str) -> String,
            |tag| format!("\"{tag}-gzip\""),
            |tag| format!("\"0\", W/\"{tag}-br\""),
        ] {
            let current = tag(&acme.owner, path).await;
            put(change(current.trim_matches('"'))).await.expect(200);
        }
        for other in ["W/\"0\"", "\"0-gzip\"", "\"\""] {
            put(other.into()).await.refused(412, "PRECONDITION_FAILED");
        }
    }
}

#[tokio::test]
async fn a_header_that_is_no_list_of_tags_is_refused() {
    let app = TestApp::start().await;
    let (acme, path, user) = account(&app).await;
    for (path, change) in [
        (&path, json!({ "description": "x" })),
        (&user, json!({ "roles": ["viewer"] })),
    ] {
        let before = tag(&acme.owner, path).await;
        for tag in [
            "1",
            "\"1",
            "'1'",
            "\"1\" \"2\"x",
            "",
            ",",
            "*, \"1\"",
            "w/\"1\"",
        ] {
            let put = matching(&acme.owner, Method::PUT, path, tag, change.clone()).await;
            let delete = acme
                .owner
                .request(Method::DELETE, path)
                .header("if-match", tag);
            for answer in [put, delete.send().await] {
                answer.refused(400, "VALIDATION_FAILED");
                assert_eq!(answer.mistakes(), ["If-Match INVALID_HEADER"], "{tag}");
            }
        }
        assert_eq!(tag(&acme.owner, path).await, before);
    }
}

#[tokio::test]
async fn without_a_tag_the_last_writer_wins_and_no_other_field_is_lost() {
    let app = TestApp::start().await;
    let (acme, path, _) = account(&app).await;
    acme.owner
        .put(&path, &json!({ "description": "first", "country": "FR" }))
        .await
        .expect(200);
    acme.owner
        .put(&path, &json!({ "description": "second" }))
        .await
        .expect(200);
    let account = acme.owner.get(&path).await.expect(200);
    assert_eq!(
        (&account["description"], &account["country"]),
        (&json!("second"), &json!("FR"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_writers_with_one_tag_one_writes() {
    let app = TestApp::start().await;
    let (acme, path, _) = account(&app).await;
    let read = tag(&acme.owner, &path).await;
    let answers = crate::support::together(|writer| {
        let change = json!({ "description": format!("by {writer}") });
        let request = acme.owner.request(Method::PUT, &path).json(&change);
        request.header("if-match", &read)
    })
    .await;
    let written: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .collect();
    assert_eq!(written.len(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.refused(412, "PRECONDITION_FAILED");
    }
    let account = acme.owner.get(&path).await.expect(200);
    assert_eq!(account, written[0].json());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_writers_to_different_fields_none_is_lost() {
    let app = TestApp::start().await;
    let (acme, path, _) = account(&app).await;
    let fields = [
        ("description", "d"),
        ("country", "IT"),
        ("primaryContact", "x@example.com"),
        ("name", "Acme 2"),
    ];
    let answers = crate::support::together(|writer| {
        let (field, value) = fields[writer % fields.len()];
        acme.owner
            .request(Method::PUT, &path)
            .json(&json!({ field: value }))
    })
    .await;
    for answer in answers {
        // Contract: still in conflict after the service's own retries.
        assert!(
            answer.status == 200 || answer.json()["code"] == "CONFLICT",
            "{answer:?}"
        );
    }
    let account = acme.owner.get(&path).await.expect(200);
    for (field, value) in fields {
        assert_eq!(account[field], value, "{account}");
    }
}
