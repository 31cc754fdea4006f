//! Random JSON to random routes.

use std::time::Duration;

use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::support::{OpenApi, TestApp};

/// Any JSON, with names of members that some body has.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        select(vec!["user", "active", "GB", "a@b.example", "12345678"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            hash_map(name(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    let mut known: Vec<String> = OpenApi::get()
        .bodies()
        .into_iter()
        .flat_map(|(_, _, members)| members.into_iter().map(|(name, _)| name))
        .collect();
    known.sort();
    known.dedup();
    prop_oneof![9 => select(known), 1 => any::<String>()]
}

/// The value of a path's variable: the real one, or any text.
fn variable() -> impl Strategy<Value = Option<String>> {
    prop_oneof![3 => Just(None), 1 => "[^/?#\\\\]{1,20}".prop_map(Some)]
}

#[test]
fn random_json_to_random_routes_is_never_a_mistake_of_ours() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let (app, acme) = runtime.block_on(async {
        let app = TestApp::start().await;
        let acme = app.owner_of("Acme").await;
        (app, acme)
    });
    let operations: Vec<String> = OpenApi::get().operations().into_iter().collect();
    let members = hash_map(name(), json(), 0..6);
    let body = prop_oneof![
        4 => members.prop_map(|members| Value::Object(members.into_iter().collect())),
        1 => json(),
    ];
    let mut runner = TestRunner::new(Config {
        cases: 60,
        failure_persistence: None,
        max_shrink_iters: 50,
        ..Config::default()
    });
    let cases = vec((select(operations), variable(), body.boxed()), 3);
    runner
        .run(&cases, |requests| {
            for (operation, variable, body) in requests {
                let (method, path) = operation.split_once(' ').unwrap();
                let id = variable.unwrap_or_else(|| acme.id.to_string());
                let encoded =
                    percent_encoding::utf8_percent_encode(&id, percent_encoding::NON_ALPHANUMERIC);
                let user = acme.owner.id.to_string();
                let path = path
                    .replace("{id}", &encoded.to_string())
                    .replace("{userId}", &user);
                let headers = [
                    format!("Authorization: Bearer {}", acme.owner.token).into_bytes(),
                    b"Content-Type: application/json".to_vec(),
                    format!("Content-Length: {}", body.to_string().len()).into_bytes(),
                ];
                let headers: Vec<&[u8]> = headers.iter().map(Vec::as_slice).collect();
                let text = body.to_string();
                let answer = runtime.block_on(async {
                    let sent = app.raw(method, &path, &headers, text.as_bytes());
                    tokio::time::timeout(Duration::from_secs(30), sent).await
                });
                prop_assert!(answer.unwrap().status.as_u16() < 500);
            }
            Ok(())
        })
        .unwrap();
}
