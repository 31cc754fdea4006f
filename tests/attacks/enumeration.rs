//! Neither an answer nor the work behind it reveals who has an account here.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use local::Options;
use reqwest::Method;
use serde_json::{Value, json};
use tracing::subscriber::{DefaultGuard, set_default};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::{Layer, registry};

use crate::support::{CALLERS, Log, TestApp, at_once};

const KNOWN: &str = "ada@example.com";
const INVITED: &str = "invited@example.com";
const UNKNOWN: &str = "nobody@example.com";

/// Counts hash runs.
#[derive(Clone, Default)]
struct HashRuns(Arc<AtomicUsize>);

impl HashRuns {
    fn count() -> (Self, DefaultGuard) {
        let runs = Self::default();
        let subscriber = registry().with(Log::global().layer()).with(runs.clone());
        (runs, set_default(subscriber))
    }

    fn take(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

impl<S: Subscriber> Layer<S> for HashRuns {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "identity::passwords" {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// What a request reveals: the answer, the calls to AWS, the hash runs.
#[derive(Debug, PartialEq)]
struct Trace {
    status: u16,
    body: Value,
    calls: Vec<String>,
    hash_runs: usize,
}

async fn trace(app: &TestApp, runs: &HashRuns, path: &str, body: &Value) -> Trace {
    app.stack.interceptor().unwrap().clear();
    runs.take();
    let answer = app.post(path, body).await;
    let mut said = answer.json();
    if let Some(members) = said.as_object_mut() {
        members.remove("requestId");
    }
    let calls = app
        .stack
        .interceptor()
        .unwrap()
        .calls_of("IdentityFunction");
    let shown = |call: &local::faults::Call| format!("{} {}", call.service, call.operation);
    Trace {
        status: answer.status.as_u16(),
        body: said,
        calls: calls.iter().map(shown).collect(),
        hash_runs: runs.take(),
    }
}

/// A known and an invited address, in a stack that has been used before.
async fn app(options: Options) -> TestApp {
    let app = TestApp::with(options).await;
    let acme = app.owner(KNOWN, "Acme").await;
    acme.invite(INVITED, &["user"]).await;
    app
}

/// What a request about each of the three addresses reveals, which is the same.
async fn alike(app: &TestApp, runs: &HashRuns, path: &str, body: impl Fn(&str) -> Value) -> Trace {
    let known = trace(app, runs, path, &body(KNOWN)).await;
    for email in [INVITED, UNKNOWN] {
        assert_eq!(trace(app, runs, path, &body(email)).await, known);
    }
    known
}

/// The same of a wrong password.
async fn sign_in(app: &TestApp, runs: &HashRuns) -> Trace {
    let body = |email: &str| json!({ "email": email, "password": "not the password" });
    alike(app, runs, "/api/auth/login", body).await
}

#[tokio::test]
async fn signing_in_gives_nothing_away() {
    let (runs, _guard) = HashRuns::count();
    let app = app(Options::memory().intercepted()).await;
    for round in 0..12 {
        let given_away = sign_in(&app, &runs).await;
        let (status, hash_runs) = if round < 10 { (401, 1) } else { (429, 0) };
        let told = (given_away.status, given_away.hash_runs);
        assert_eq!(told, (status, hash_runs), "round {round}");
    }
}

#[tokio::test]
async fn a_forgotten_password_gives_nothing_away() {
    let (runs, _guard) = HashRuns::count();
    let app = app(Options::memory().intercepted()).await;
    // Beyond the limit of mails too.
    for _ in 0..7 {
        let path = "/api/auth/password/forgot";
        let given_away = alike(&app, &runs, path, |email| json!({ "email": email })).await;
        assert_eq!((given_away.status, given_away.calls.len()), (202, 3));
    }
    assert!(app.stack.mails_to(UNKNOWN).is_empty());
}

#[tokio::test]
async fn a_refused_network_is_told_nothing() {
    let (runs, _guard) = HashRuns::count();
    let options = Options::memory().intercepted();
    let app = app(options.parameter("SignInFailuresPerSource", "3")).await;
    for round in 0..3 {
        let given_away = sign_in(&app, &runs).await;
        let (status, hash_runs) = if round < 1 { (401, 1) } else { (429, 0) };
        let told = (given_away.status, given_away.hash_runs);
        assert_eq!(told, (status, hash_runs), "round {round}");
    }
}

#[tokio::test]
async fn guesses_at_once_give_nothing_away() {
    let (runs, _guard) = HashRuns::count();
    let app = app(Options::memory().intercepted()).await;
    let mut seen = Vec::new();
    for email in [KNOWN, INVITED, UNKNOWN] {
        let body = json!({ "email": email, "password": "not the password" });
        runs.take();
        let requests =
            (0..CALLERS).map(|_| app.request(Method::POST, "/api/auth/login").json(&body));
        let mut told = BTreeMap::new();
        for answer in at_once(requests.collect()).await {
            *told.entry(answer.status.as_u16()).or_insert(0) += 1;
        }
        seen.push((told, runs.take()));
    }
    let expected = (BTreeMap::from([(401, 10), (429, CALLERS - 10)]), 10);
    assert_eq!(seen, [expected.clone(), expected.clone(), expected]);
}

#[tokio::test]
async fn an_invented_link_costs_no_read() {
    let (runs, _guard) = HashRuns::count();
    let app = app(Options::memory().intercepted()).await;
    for (path, body) in [
        (
            "/api/invitations/lookup",
            json!({ "token": "A".repeat(98) }),
        ),
        ("/api/auth/verify-email", json!({ "token": "A".repeat(98) })),
        (
            "/api/auth/password/reset",
            json!({ "token": "A".repeat(98), "password": "good enough it is" }),
        ),
    ] {
        let seen = trace(&app, &runs, path, &body).await;
        assert_eq!(seen.calls, Vec::<String>::new(), "{path}");
        assert_eq!(seen.hash_runs, 0, "{path}");
    }
}
