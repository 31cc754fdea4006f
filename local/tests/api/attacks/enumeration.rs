//! Nobody learns from an answer, or from the work behind it, who has an account here.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use local::Options;
use serde_json::{Value, json};
use tracing::subscriber::{DefaultGuard, set_default};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::{Layer, registry};

use crate::support::{Log, World};

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

/// What a request gave away: the answer, the calls to AWS, the hash runs.
#[derive(Debug, PartialEq)]
struct Trace {
    status: u16,
    body: Value,
    calls: Vec<String>,
    hash_runs: usize,
}

async fn trace(world: &World, runs: &HashRuns, path: &str, body: &Value) -> Trace {
    world.stack.tap().unwrap().clear();
    runs.take();
    let answer = world.post(path, body).await;
    let mut said = answer.json();
    if let Some(members) = said.as_object_mut() {
        members.remove("requestId");
    }
    let calls = world.stack.tap().unwrap().calls_of("IdentityFunction");
    let shown = |call: &local::tap::Call| format!("{} {}", call.service, call.operation);
    Trace {
        status: answer.status.as_u16(),
        body: said,
        calls: calls.iter().map(shown).collect(),
        hash_runs: runs.take(),
    }
}

/// Somebody known, somebody invited, and a stack that has been used before.
async fn world() -> World {
    let world = World::with(Options::memory().tapped()).await;
    let acme = world.owner(KNOWN, "Acme").await;
    acme.invite(INVITED, &["user"]).await;
    world
}

#[tokio::test]
async fn signing_in_gives_nothing_away() {
    let (runs, _guard) = HashRuns::count();
    let world = world().await;
    for round in 0..12 {
        let mut traces = Vec::new();
        for email in [KNOWN, INVITED, UNKNOWN] {
            let body = json!({ "email": email, "password": "not the password" });
            traces.push(trace(&world, &runs, "/api/auth/login", &body).await);
        }
        assert_eq!(traces[0], traces[1], "round {round}");
        assert_eq!(traces[0], traces[2], "round {round}");
        let (status, hash_runs) = if round < 10 { (401, 1) } else { (429, 0) };
        assert_eq!((traces[0].status, traces[0].hash_runs), (status, hash_runs));
    }
}

#[tokio::test]
async fn a_forgotten_password_gives_nothing_away() {
    let (runs, _guard) = HashRuns::count();
    let world = world().await;
    for _ in 0..3 {
        let mut traces = Vec::new();
        for email in [KNOWN, INVITED, UNKNOWN] {
            let body = json!({ "email": email });
            traces.push(trace(&world, &runs, "/api/auth/password/forgot", &body).await);
        }
        assert_eq!(traces[0], traces[1]);
        assert_eq!(traces[0], traces[2]);
        assert_eq!(traces[0].status, 202);
        assert_eq!(traces[0].calls.len(), 2);
    }
    assert!(world.stack.mails_to(UNKNOWN).is_empty());
}

#[tokio::test]
async fn an_invented_link_costs_no_read() {
    let (runs, _guard) = HashRuns::count();
    let world = world().await;
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
        let seen = trace(&world, &runs, path, &body).await;
        assert_eq!(seen.calls, Vec::<String>::new(), "{path}");
        assert_eq!(seen.hash_runs, 0, "{path}");
    }
}
