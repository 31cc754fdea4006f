//! Environment variables: what the template sets and what the functions read.

use std::collections::BTreeSet;

use super::{all, assert_same, template, text};

/// Lambda's own variables.
const SET_BY_LAMBDA: [&str; 4] = [
    "AWS_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
];
/// A switch for third-party TLS in front of an emulator; no deployment needs it.
const SET_BY_HAND: &str = "TRUST_NATIVE_ROOTS";
/// Read by the log subscriber itself.
const LOG: &str = "RUST_LOG";
/// Set with the parameter `EndpointUrl` only.
const ENDPOINTS: &str = "AWS_ENDPOINT_URL_";

#[test]
fn what_the_template_sets_is_what_the_functions_read() {
    let mut read = all(
        r#""([A-Z][A-Z_]{4,})""#,
        &text("shared/runtime/src/config.rs"),
    );
    read.extend(all(
        r#"\("([A-Z][A-Z_]{4,})"\)"#,
        &text("shared/runtime/src/aws.rs"),
    ));
    for name in SET_BY_LAMBDA {
        assert!(read.remove(name), "{name}");
    }
    read.remove(SET_BY_HAND);
    read.retain(|name| !name.starts_with(ENDPOINTS));

    let functions = template().functions().unwrap();
    let mut set: BTreeSet<String> = functions
        .into_iter()
        .flat_map(|function| function.environment.into_keys())
        .filter(|name| !name.starts_with(ENDPOINTS))
        .collect();
    assert!(set.remove(LOG), "{LOG}");
    assert_same(("template.yaml", set), ("shared/src", read));
}
