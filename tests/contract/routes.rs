//! Routes: in the template, in the functions, in `openapi.yaml` and among the recorded events.

use std::collections::BTreeSet;

use regex_lite::Regex;
use reqwest::Method;
use serde_json::Value;

use super::{all, assert_same, files, root, template, text};
use crate::support::{OpenApi, TestApp};

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
        let (routes, _) = routes.split_once(".with_state").unwrap();
        for rest in routes.split(".route(").skip(1) {
            assert!(!route.is_match(rest), "{rest}");
            let path = &path.captures(rest).unwrap()[1];
            for method in all(r"\b(get|post|put|patch|delete)\(", rest) {
                found.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    found
}

#[test]
fn every_route_of_the_template_is_documented_and_no_other() {
    assert_same(
        ("template.yaml", declared()),
        ("openapi.yaml", OpenApi::get().operations()),
    );
}

#[test]
fn every_route_of_the_template_is_in_a_router_and_no_other() {
    assert_same(
        ("template.yaml", declared()),
        ("functions/*/src/lib.rs", written()),
    );
}

#[test]
fn the_same_routes_are_public_in_the_template_and_in_the_document() {
    let routes = template().api().unwrap().routes;
    let public = routes.iter().filter(|route| route.authorizer.is_none());
    let public = public.map(|route| format!("{} {}", route.method, route.path));
    assert_same(
        ("template.yaml", public.collect()),
        ("openapi.yaml", OpenApi::get().public_operations()),
    );
}

#[tokio::test]
async fn every_route_of_the_template_is_served() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    for route in declared() {
        let (method, path) = route.split_once(' ').unwrap();
        let id = if path.contains("/sessions/") {
            "unknown".into()
        } else {
            acme.id.to_string()
        };
        let path = path
            .replace("{id}", &id)
            .replace("{userId}", &acme.owner.id.to_string());
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let answer = acme.owner.request(method, &path).send_unchecked().await;
        // The words of the routers' own 404 and of the gateway's.
        for nothing in ["nothing at this address", "no such route"] {
            assert!(!answer.text.contains(nothing), "{route}: {answer:#?}");
        }
    }
}

#[test]
fn every_route_has_an_event_that_succeeds() {
    let story: Vec<Value> = serde_json::from_str(&text("events/replay.json")).unwrap();
    let mut recorded = BTreeSet::new();
    for case in story {
        let happy = case["status"].as_u64().is_some_and(|status| status < 300);
        let name = case["case"].as_str().unwrap();
        if !happy {
            continue;
        }
        let event: Value = serde_json::from_str(&text(format!("events/{name}.json"))).unwrap();
        let member = |name: &str| event[name].as_str().unwrap().to_owned();
        let method = member("httpMethod");
        recorded.insert(format!("{method} {}", member("resource")));
    }
    assert_same(
        ("template.yaml", declared()),
        ("events/replay.json", recorded),
    );
}

#[test]
fn every_event_has_its_place_in_the_story() {
    let story: Vec<Value> = serde_json::from_str(&text("events/replay.json")).unwrap();
    let told = story
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
        ("events/replay.json", told.map(str::to_owned).collect()),
        ("events/", recorded),
    );
}
