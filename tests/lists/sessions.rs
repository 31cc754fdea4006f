//! The list of one's own sessions takes the same options as every list.

use serde_json::{Value, json};

use super::{ask, target};
use crate::support::{Answer, PASSWORD, Person, TestApp};

const SESSIONS: &str = "/api/users/me/sessions";

/// Ada on her desk, and then on four other devices, a minute apart each.
async fn devices() -> (TestApp, Person) {
    let app = TestApp::start().await;
    let ada = app.owner("ada@example.com", "Acme").await.owner;
    for device in ["phone", "Tablet", "watch", "it's"] {
        app.stack.advance(60);
        let request = app.request(reqwest::Method::POST, "/api/auth/login");
        let body = json!({ "email": ada.email, "password": PASSWORD });
        let request = request.json(&body).header("user-agent", device);
        request.send().await.expect(200);
    }
    (app, ada)
}

fn agents(list: &Value) -> Vec<&str> {
    let sessions = list["value"].as_array().unwrap().iter();
    let agents = sessions.map(|session| session["userAgent"].as_str().unwrap());
    agents.collect()
}

async fn listed(ada: &Person, options: &[(&str, &str)]) -> Value {
    ask(ada, SESSIONS, options).await.expect(200)
}

#[tokio::test]
async fn without_options_all_come_by_creation_with_their_number() {
    let (_world, ada) = devices().await;
    let list = listed(&ada, &[]).await;
    assert_eq!(agents(&list), ["tests", "phone", "Tablet", "watch", "it's"]);
    assert_eq!(
        (&list["count"], &list["nextLink"]),
        (&json!(5), &Value::Null)
    );
}

#[tokio::test]
async fn filters_see_every_property() {
    let (_world, ada) = devices().await;
    let all = listed(&ada, &[]).await;
    let id = all["value"][2]["id"].as_str().unwrap().to_owned();
    let created = all["value"][3]["createdAt"].as_str().unwrap().to_owned();
    for (filter, expected) in [
        ("current", vec!["tests"]),
        (
            "not current and contains(userAgent,'t')",
            vec!["Tablet", "watch", "it's"],
        ),
        ("userAgent eq 'it''s'", vec!["it's"]),
        (&format!("id eq '{id}'"), vec!["Tablet"]),
        (&format!("createdAt ge {created}"), vec!["watch", "it's"]),
        (
            &format!("lastUsedAt lt {created}"),
            vec!["tests", "phone", "Tablet"],
        ),
        (
            "tolower(userAgent) in ('tablet','watch')",
            vec!["Tablet", "watch"],
        ),
        ("userAgent eq null", vec![]),
    ] {
        let list = listed(&ada, &[("$filter", filter)]).await;
        assert_eq!(agents(&list), expected, "{filter}");
        assert_eq!(list["count"], expected.len(), "{filter}");
    }
}

#[tokio::test]
async fn pages_hold_every_session_once_in_the_order_asked_for() {
    let (_world, ada) = devices().await;
    let options = [
        ("$orderby", "userAgent desc"),
        ("$filter", "not current"),
        ("$select", "userAgent"),
        ("$top", "3"),
        ("$count", "true"),
    ];
    let mut page = listed(&ada, &options).await;
    assert_eq!(agents(&page), ["watch", "phone", "it's"]);
    assert_eq!(page["value"][0], json!({ "userAgent": "watch" }));
    page = ada.get(&target(&ada, &page["nextLink"])).await.expect(200);
    assert_eq!(agents(&page), ["Tablet"]);
    assert_eq!(
        (&page["count"], &page["nextLink"]),
        (&json!(4), &Value::Null)
    );
    let past = listed(&ada, &[("$skip", "9")]).await;
    assert_eq!((agents(&past), &past["count"]), (vec![], &json!(5)));
    let none = listed(&ada, &[("$top", "0")]).await;
    assert_eq!((agents(&none), &none["nextLink"]), (vec![], &Value::Null));
}

#[tokio::test]
async fn mistakes_are_told_to_the_signed_in_only() {
    let (_world, ada) = devices().await;
    let told = |answer: &Answer| {
        let errors = answer.refused(400, "INVALID_QUERY")["errors"].clone();
        errors[0]["pointer"].as_str().unwrap().to_owned()
    };
    for (option, text) in [
        ("$filter", "digest eq 'x'"),
        ("$filter", "id eq 1"),
        ("$filter", "1 div 0 eq 1"),
        ("$orderby", "nonce"),
        ("$select", "client"),
        ("$top", "1001"),
        ("$skiptoken", "AAAA"),
        ("$expand", "user"),
    ] {
        let answer = ask(&ada, SESSIONS, &[(option, text)]).await;
        assert_eq!(told(&answer), option, "{text}");
    }
    let body = json!({ "refreshToken": ada.refresh_token });
    ada.post("/api/auth/logout", &body).await.expect(204);
    let answer = ask(&ada, SESSIONS, &[("$top", "x")]).await;
    answer.refused(401, "UNAUTHENTICATED");
}
