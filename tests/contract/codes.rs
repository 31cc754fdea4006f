//! Problem codes: in the contract's table, in `shared::error`, in `openapi.yaml` and in the gateway's own refusals.

use std::collections::BTreeSet;

use regex_lite::Regex;
use serde_json::Value;

use super::{assert_same, template, text};
use crate::support::OpenApi;

/// The contract's table (*Errors*), row by row.
const TABLE: [&str; 40] = [
    "400 VALIDATION_FAILED",
    "400 INVALID_TOKEN",
    "400 INVALID_QUERY",
    "401 UNAUTHENTICATED",
    "401 INVALID_CREDENTIALS",
    "401 SECOND_FACTOR_REQUIRED",
    "401 INVALID_FACTOR",
    "401 REAUTHENTICATION_REQUIRED",
    "403 UNAUTHORIZED",
    "403 ACCOUNT_SUSPENDED",
    "403 EMAIL_NOT_VERIFIED",
    "403 ACCOUNT_REQUIRES_SECOND_FACTOR",
    "403 USER_SUSPENDED",
    "404 ACCOUNT_NOT_FOUND",
    "404 USER_NOT_FOUND",
    "404 INVITATION_NOT_FOUND",
    "404 TRANSFER_NOT_FOUND",
    "404 NOT_FOUND",
    "409 ACCOUNT_ALREADY_EXISTS",
    "409 USER_ALREADY_EXISTS",
    "409 USER_ALREADY_IN_ACCOUNT",
    "409 OWNER_REQUIRED",
    "409 ACCOUNT_LIMIT",
    "409 MEMBER_NOT_ACTIVE",
    "409 INVITATION_NOT_PENDING",
    "409 FACTOR_ALREADY_EXISTS",
    "409 FACTOR_LIMIT",
    "409 PASSKEY_ALREADY_REGISTERED",
    "409 CONFLICT",
    "410 INVITATION_EXPIRED",
    "410 TRANSFER_EXPIRED",
    "410 TOKEN_EXPIRED",
    "412 PRECONDITION_FAILED",
    "413 PAYLOAD_TOO_LARGE",
    "415 UNSUPPORTED_MEDIA_TYPE",
    "422 IDEMPOTENCY_KEY_REUSED",
    "422 ADDRESS_SUPPRESSED",
    "429 TOO_MANY_REQUESTS",
    "500 INTERNAL",
    "503 UNAVAILABLE",
];

fn table() -> BTreeSet<String> {
    TABLE.into_iter().map(str::to_owned).collect()
}

#[test]
fn errors_have_the_contract_s_codes() {
    let source = text("shared/src/status.rs");
    let pair = Regex::new(r#"\(\s*StatusCode::([A-Z_]+),\s*"([A-Z_]+)"\s*\)"#).unwrap();
    let status = |name: &str| match name {
        "BAD_REQUEST" => 400,
        "UNAUTHORIZED" => 401,
        "FORBIDDEN" => 403,
        "NOT_FOUND" => 404,
        "GONE" => 410,
        "PRECONDITION_FAILED" => 412,
        "PAYLOAD_TOO_LARGE" => 413,
        "UNSUPPORTED_MEDIA_TYPE" => 415,
        "UNPROCESSABLE_ENTITY" => 422,
        "TOO_MANY_REQUESTS" => 429,
        "INTERNAL_SERVER_ERROR" => 500,
        "SERVICE_UNAVAILABLE" => 503,
        _ => panic!("{name}"),
    };
    let pairs = pair.captures_iter(&source);
    let mut used: BTreeSet<_> = pairs
        .map(|found| format!("{} {}", status(&found[1]), &found[2]))
        .collect();
    let conflict = Regex::new(r#"Conflict::\w+ => "([A-Z_]+)""#).unwrap();
    used.extend(
        conflict
            .captures_iter(&source)
            .map(|found| format!("409 {}", &found[1])),
    );
    assert_same(("the contract", table()), ("shared/src/status.rs", used));
}

#[test]
fn the_document_has_the_contract_s_codes() {
    assert_same(
        ("the contract", table()),
        ("the responses of openapi.yaml", OpenApi::get().refusals()),
    );
    let codes = table();
    let codes = codes
        .iter()
        .map(|row| row.split_once(' ').unwrap().1.to_owned());
    assert_same(
        ("the contract", codes.collect()),
        ("the schemas of openapi.yaml", OpenApi::get().codes()),
    );
}

#[test]
fn the_gateway_refuses_in_the_contract_s_words() {
    let refusals = template().api().unwrap().refusals;
    assert!(refusals.len() > 10);
    for (kind, refusal) in refusals {
        let body = refusal.bodies["application/json"].replace("$context.requestId", "id");
        let problem: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(problem["status"], refusal.status.unwrap(), "{kind}");
        let row = format!(
            "{} {}",
            problem["status"],
            problem["code"].as_str().unwrap()
        );
        assert!(table().contains(&row), "{kind}: {row}");
        OpenApi::get().check_problem(&problem);
    }
}
