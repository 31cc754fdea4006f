//! The line that each request leaves in the log, as `CloudWatch` reads it.

use local::Options;
use local::faults::{Units, units};
use serde_json::{Value, json};
use shared::observe::Format;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::EnvFilter;

use crate::support::{Answer, Kept, PASSWORD, TestApp};

struct Logged {
    app: TestApp,
    kept: Kept,
}

impl Logged {
    /// The line of the request that got `answer`, and what the interceptor says that it took.
    fn line(&self, answer: &Answer) -> (Value, Units) {
        let id = answer.headers["x-request-id"].to_str().unwrap();
        let text = self.kept.text();
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut lines =
            lines.filter(|line| line["message"] == "request" && line["requestId"] == id);
        let line = lines.next().expect("a line");
        assert_eq!(lines.next(), None, "one line a request");
        let interceptor = self.app.stack.interceptor().unwrap();
        let mut calls = interceptor.calls();
        calls.retain(|call| {
            call.service == "DynamoDB"
                && ["AccountsFunction", "IdentityFunction"].contains(&call.function.as_str())
        });
        (line, units(&calls))
    }
}

/// A log as it is deployed, of this test's thread.
fn kept() -> (Kept, DefaultGuard) {
    let kept = Kept::default();
    let subscriber = tracing_subscriber::fmt()
        .fmt_fields(Format::fields())
        .event_format(Format::default())
        .with_env_filter(EnvFilter::new("info"))
        .with_writer(kept.clone())
        .finish();
    (kept, tracing::subscriber::set_default(subscriber))
}

#[tokio::test]
async fn a_request_s_line_tells_what_it_came_to_and_what_it_took() {
    let (kept, _guard) = kept();
    let app = TestApp::with(Options::memory().intercepted()).await;
    let logged = Logged {
        app: app.clone(),
        kept,
    };
    let interceptor = app.stack.interceptor().unwrap();

    interceptor.clear();
    let answer = app.try_sign_up("ada@example.com", "Acme").await;
    let account = answer.expect(201)["accountId"].clone();
    let (line, took) = logged.line(&answer);
    assert_eq!(line["route"], "POST /api/accounts/signup");
    assert_eq!(
        (&line["status"], &line["signUps"]),
        (&201.into(), &1.into())
    );
    assert_eq!(line["writeUnits"], took.write);
    assert!(took.write > 0.0);

    interceptor.clear();
    let answer = app.try_sign_in("ada@example.com", PASSWORD).await;
    answer.expect(200);
    let (line, took) = logged.line(&answer);
    assert_eq!((&line["signIns"], line.get("code")), (&1.into(), None));
    assert_eq!(
        (&line["readUnits"], &line["writeUnits"]),
        (&took.read.into(), &took.write.into())
    );

    let ada = app.sign_in("ada@example.com", PASSWORD).await;
    interceptor.clear();
    let path = format!("/api/accounts/{account}");
    let answer = ada.put(&path, &json!({ "name": "/" })).await;
    answer.refused(400, "VALIDATION_FAILED");
    let (line, took) = logged.line(&answer);
    assert_eq!(line["route"], "PUT /api/accounts/{id}");
    assert_eq!(
        (&line["code"], &line["refused"]),
        (&"VALIDATION_FAILED".into(), &1.into())
    );
    assert_eq!(
        (&line["userId"], &line["accountId"]),
        (&ada.id.into(), &account)
    );
    assert_eq!(line["readUnits"], took.read);
    let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
    assert_eq!(directives.len(), 2);
    for directive in directives {
        assert_eq!(directive["Namespace"], "Accounts");
        let dimensions = directive["Dimensions"][0].as_array().unwrap();
        assert!(
            dimensions
                .iter()
                .all(|name| line[name.as_str().unwrap()].is_string())
        );
        for metric in directive["Metrics"].as_array().unwrap() {
            assert!(
                line[metric["Name"].as_str().unwrap()].is_number(),
                "{metric}"
            );
        }
    }
}

#[tokio::test]
async fn without_metrics_a_line_is_only_a_line() {
    let (kept, _guard) = kept();
    let app = TestApp::with(Options::memory().parameter("EnableMetrics", "false")).await;
    app.try_sign_up("ada@example.com", "Acme").await.expect(201);
    let text = kept.text();
    assert!(text.contains("POST /api/accounts/signup"));
    assert!(!text.contains("_aws"));
}

#[tokio::test]
async fn a_failed_sign_in_leaves_a_line_with_whom_and_from_where() {
    let (kept, _guard) = kept();
    let app = TestApp::start().await;
    let ada = app.owner("ada@example.com", "Acme").await.owner;
    for email in ["ada@example.com", "nobody@example.com"] {
        app.try_sign_in(email, "not the password").await.expect(401);
    }
    let text = kept.text();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let failed: Vec<_> = lines
        .filter(|line| line["message"] == "a sign-in failed")
        .collect();
    let [known, unknown] = failed.as_slice() else {
        panic!("{failed:#?}");
    };
    assert_eq!(known["user_id"], ada.id);
    assert_eq!(unknown["user_id"], Value::Null);
    assert_eq!(known["source"], unknown["source"]);
    assert_eq!(known["source"].as_str().unwrap().len(), 22);
    assert!(!text.contains("127.0.0.1") && !text.contains("ada@example.com"));
}
