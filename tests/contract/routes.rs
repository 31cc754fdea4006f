//! Routes: in the template, in the functions, in `openapi.yaml` and among the recorded events.

use std::collections::BTreeSet;

use regex_lite::Regex;
use serde_json::Value;

use super::{all, assert_same, files, recording, root, template, text};
use crate::support::{Example, OpenApi, ROUTES, Route, TestApp};

/// The routes of the template, as `METHOD /path`.
fn declared() -> BTreeSet<String> {
    let routes = template().api().unwrap().routes;
    let shown = routes
        .iter()
        .map(|route| format!("{} {}", route.method, route.path));
    shown.collect()
}

/// The routes in the source of the functions' routers.
fn written() -> BTreeSet<String> {
    let route = Regex::new(r"(?s)^\s*\(").unwrap();
    let path = Regex::new(r#"^\s*"([^"]+)""#).unwrap();
    let mut found = BTreeSet::new();
    for folder in ["accounts", "members", "identity"] {
        let source = text(format!("functions/{folder}/src/lib.rs"));
        let (_, routes) = source.split_once("Router::new()").unwrap();
        for rest in routes.split(".route(").skip(1) {
            assert!(!route.is_match(rest), "{rest}");
            let path = &path.captures(rest).unwrap()[1];
            // Of axum's form of a greedy variable, API Gateway's.
            let path = path.replace("{*page}", "{page+}");
            for method in all(r"\b(get|post|put|patch|delete)\(", rest) {
                found.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    found
}

#[test]
fn every_route_of_the_template_is_documented_and_no_other() {
    // A document has no greedy variables.
    let routes = declared().into_iter();
    let routes = routes.map(|route| route.replace("{page+}", "{page}"));
    assert_same(
        ("template.yaml", routes.collect()),
        ("openapi.yaml", OpenApi::get().operations()),
    );
}

#[test]
fn every_route_of_the_template_is_in_a_router_and_no_other() {
    // A router answers `HEAD` wherever it answers `GET`.
    let mut routes = declared();
    let gets: BTreeSet<_> = routes
        .iter()
        .map(|route| route.replace("GET ", "HEAD "))
        .collect();
    routes.retain(|route| !route.starts_with("HEAD ") || !gets.contains(route));
    assert_same(
        ("template.yaml", routes),
        ("functions/*/src/lib.rs", written()),
    );
}

#[test]
fn the_same_routes_are_public_in_the_template_and_in_the_document() {
    let routes = template().api().unwrap().routes;
    let public = routes.iter().filter(|route| route.authorizer.is_none());
    let public = public.map(|route| format!("{} {}", route.method, route.path));
    let public = public.map(|route| route.replace("{page+}", "{page}"));
    assert_same(
        ("template.yaml", public.collect()),
        ("openapi.yaml", OpenApi::get().public_operations()),
    );
}

#[test]
fn every_route_of_the_template_is_in_the_table_of_the_tests_and_no_other() {
    let rows = ROUTES.iter().map(|route| route.name.to_owned());
    assert_same(
        ("template.yaml", declared()),
        ("tests/support/routes.rs", rows.collect()),
    );
    for route in template().api().unwrap().routes {
        let name = format!("{} {}", route.method, route.path);
        let row = ROUTES.iter().find(|row| row.name == name).unwrap();
        assert_eq!(row.is_guarded(), route.authorizer.is_some(), "{name}");
    }
}

#[tokio::test]
async fn every_route_of_the_template_is_served() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let example = Example {
        account: acme.id,
        member: acme.owner.id,
        ..Example::default()
    };
    for route in &ROUTES {
        let answer = route.request_by(&acme.owner, &example).send_unchecked();
        let answer = answer.await;
        // The words of the routers' own 404 and of the gateway's.
        for nothing in ["nothing at this address", "no such route"] {
            assert!(
                route.is_missing() || !answer.text.contains(nothing),
                "{}: {answer:#?}",
                route.name
            );
        }
    }
}

fn story() -> Vec<Value> {
    serde_json::from_str(&text("events/replay.json")).unwrap()
}

/// The routes with an event whose request succeeds.
fn recorded(story: &[Value]) -> BTreeSet<String> {
    let mut recorded = BTreeSet::new();
    for case in story {
        let Some(status) = case["status"].as_u64() else {
            continue;
        };
        let name = case["case"].as_str().unwrap();
        let event: Value = serde_json::from_str(&text(format!("events/{name}.json"))).unwrap();
        let member = |name: &str| event[name].as_str().unwrap().to_owned();
        let name = format!("{} {}", member("httpMethod"), member("resource"));
        let route = ROUTES.iter().find(|route| route.name == name);
        // The story has no platform administrator.
        let refused = |route: &Route| route.is_missing() || route.is_of_platform();
        if status < 400 || route.is_some_and(refused) {
            recorded.insert(name);
        }
    }
    recorded
}

/// The folder of events of the function that serves a route.
fn folder(name: &str) -> String {
    let routes = template().api().unwrap().routes;
    let served = |route: &&local::sam::Route| format!("{} {}", route.method, route.path) == name;
    let function = &routes.iter().find(served).unwrap().function;
    function.trim_end_matches("Function").to_lowercase()
}

/// With `UPDATE_EVENTS=1`, records what is missing: a similar route's event with the example of the table of routes.
#[test]
fn every_route_has_an_event_that_succeeds() {
    let update = std::env::var_os("UPDATE_EVENTS").is_some_and(|value| value == "1");
    if update {
        for route in &ROUTES {
            if !recorded(&story()).contains(route.name) {
                recording::record(route, &folder(route.name), &story()).write();
            }
        }
    }
    assert_same(
        ("template.yaml (record it with UPDATE_EVENTS=1)", declared()),
        ("events/replay.json", recorded(&story())),
    );
}

/// The recorded events of routes are forgotten, one at a time, and recorded anew.
#[test]
fn an_event_is_recorded_from_a_similar_one_and_the_example() {
    for (name, forgotten, after, path, body) in [
        (
            "GET /api/accounts/{id}/events",
            "accounts/events",
            "accounts/get",
            "/api/accounts/${accountId}/events",
            Value::Null,
        ),
        (
            "PUT /api/accounts/{id}/owner",
            "accounts/transfer",
            "accounts/decline",
            "/api/accounts/${secondId}/owner",
            r#"{"userId":${bobId}}"#.into(),
        ),
        (
            "PUT /api/accounts/{id}/users/{userId}",
            "members/update",
            "members/resend",
            "/api/accounts/${accountId}/users/${bobId}",
            r#"{"roles":["viewer"]}"#.into(),
        ),
    ] {
        let route = ROUTES.iter().find(|route| route.name == name).unwrap();
        let mut before = story();
        before.retain(|case| case["case"] != forgotten);
        let recording = recording::record(route, &folder(name), &before);
        let event = &recording.event;
        assert_eq!(event["path"], path);
        assert_eq!(event["requestContext"]["path"], format!("/prod{path}"));
        assert_eq!(event["resource"], route.template());
        assert_eq!(event["httpMethod"], route.method().as_str());
        assert_eq!(event["body"], body);
        let kind = &event["headers"]["Content-Type"];
        assert_eq!(kind.is_null(), body.is_null(), "{event:#}");
        assert_eq!(event["headers"]["If-Match"], Value::Null);

        let story = serde_json::to_string_pretty(&before).unwrap();
        let after_it: Vec<Value> = serde_json::from_str(&recording.told_in(&story)).unwrap();
        assert_eq!(after_it.len(), before.len() + 1);
        let place = after_it
            .iter()
            .position(|case| case["case"] == recording.case);
        assert_eq!(after_it[place.unwrap() - 1]["case"], after);
    }
}

#[test]
fn every_event_has_its_place_in_the_story() {
    let story = story();
    let named = story
        .iter()
        .filter_map(|case| case["case"].as_str())
        .filter(|case| {
            !["mailer/", "trail/", "purge/"]
                .iter()
                .any(|group| case.starts_with(group))
        });
    let mut recorded = BTreeSet::new();
    for folder in ["accounts", "members", "identity", "authorizer"] {
        for path in files(&format!("events/{folder}"), "json") {
            let path = path
                .strip_prefix(root().join("events"))
                .unwrap()
                .with_extension("");
            recorded.insert(path.to_str().unwrap().to_owned());
        }
    }
    assert_same(
        ("events/replay.json", named.map(str::to_owned).collect()),
        ("events/", recorded),
    );
}
