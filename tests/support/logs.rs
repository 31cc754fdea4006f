//! Everything that is logged while the tests run, looked through for what must not be: passwords, tokens, addresses.
//!
//! One subscriber of the whole test binary sees every line, whichever test and thread it comes from. A password is known by
//! having been sent, a token and an address by their shape. A finding fails the test whose stack it came from or, if that is
//! over, every later one.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, Once, PoisonError, RwLock};

use serde_json::Value;
use shared::observe::Format;
use tracing::Subscriber;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, Layer, registry};

/// More than is ever logged in the cloud of our own, and as much of the rest.
const LOGGED: &str =
    "info,shared=trace,identity=trace,accounts=trace,members=trace,authorizer=trace,mailer=trace";

/// Shorter passwords, or nothing but letters, a log may hold by chance.
const SHORTEST: usize = 8;
/// Letters in a row that no id of ours has, and every token.
const TOKEN: usize = 40;

/// Passwords that requests have held, as they are and as JSON writes them.
static PLANTED: LazyLock<RwLock<BTreeSet<String>>> = LazyLock::new(RwLock::default);
/// What the tests of this binary log.
static LOG: LazyLock<Log> = LazyLock::new(Log::default);

/// A log that keeps only what it should not hold.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Kept>);

#[derive(Default)]
struct Kept {
    lines: AtomicUsize,
    found: Mutex<Vec<String>>,
}

/// Looks the log through when it goes.
pub(crate) struct Watch;

impl Watch {
    /// Sees to it that there is a log, and that nothing was found in it so far.
    #[track_caller]
    pub(crate) fn begin() -> Self {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let subscriber = registry().with(LOG.layer());
            tracing::subscriber::set_global_default(subscriber).unwrap();
        });
        Self::check();
        Self
    }

    #[track_caller]
    fn check() {
        let found = LOG.found();
        assert!(found.is_empty(), "secrets in the log: {found:#?}");
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            Self::check();
        }
    }
}

impl Log {
    /// The log that [`Watch`] watches.
    pub(crate) fn global() -> Self {
        LOG.clone()
    }

    /// What writes to it, as Lambda's log is written.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        tracing_subscriber::fmt::layer()
            .fmt_fields(Format::fields())
            .event_format(Format::default())
            .with_writer(self.clone())
            .with_filter(EnvFilter::new(LOGGED))
    }

    /// How many lines were written.
    pub(crate) fn lines(&self) -> usize {
        self.0.lines.load(Ordering::Relaxed)
    }

    /// The lines that hold a secret, each with what it is.
    pub(crate) fn found(&self) -> Vec<String> {
        let found = self.0.found.lock();
        found.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lines.fetch_add(1, Ordering::Relaxed);
        let line = String::from_utf8_lossy(bytes);
        if let Some(secret) = secret_in(&line) {
            let mut found = self.0.found.lock().unwrap_or_else(PoisonError::into_inner);
            found.push(format!("{secret}: {line}"));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Remembers the passwords in a request's body.
pub(crate) fn plant(body: &Value) {
    for name in ["password", "currentPassword", "newPassword"] {
        let Some(password) = body[name].as_str().filter(|text| is_telling(text)) else {
            continue;
        };
        if !planted(|known| known.contains(password)) {
            let written = Value::from(password).to_string();
            let mut known = PLANTED.write().unwrap_or_else(PoisonError::into_inner);
            known.insert(password.to_owned());
            known.insert(written.trim_matches('"').to_owned());
        }
    }
}

fn is_telling(password: &str) -> bool {
    let letters = password.chars().filter(|c| c.is_alphabetic()).count();
    password.len() >= SHORTEST && letters > 0 && letters < password.chars().count()
}

fn planted<T>(look: impl FnOnce(&BTreeSet<String>) -> T) -> T {
    look(&PLANTED.read().unwrap_or_else(PoisonError::into_inner))
}

/// What a line holds that it should not.
fn secret_in(line: &str) -> Option<&'static str> {
    if planted(|known| known.iter().any(|password| line.contains(password))) {
        return Some("a password");
    }
    let in_token = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let mut runs = line.split(|c| !in_token(c));
    if runs.any(|run| run.len() >= TOKEN) {
        return Some("a token");
    }
    let joins = |c: char| c.is_alphanumeric() || "@.+-_".contains(c);
    let mut words = line.split(|c| !joins(c));
    let is_address = |word: &str| {
        let parts = word.split_once('@');
        parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
    };
    words.any(is_address).then_some("an address")
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tracing::subscriber::set_default;

    use super::*;
    use crate::support::TestApp;

    #[test]
    fn a_secret_is_found_wherever_it_stands_in_a_line() {
        plant(&json!({ "password": "planted in \"quotes\"", "email": "x" }));
        plant(&json!({ "newPassword": "planted-password", "currentPassword": "requests" }));
        let token = "A".repeat(98);
        for (line, secret) in [
            ("cause=planted-password!", "a password"),
            (r#"{"cause":"planted in \"quotes\""}"#, "a password"),
            (&format!("{{\"path\":\"/x?token={token}\"}}"), "a token"),
            (
                "Bearer eyJhbGciOiJFZERTQSIsImtpZCI6ImtQcktfcW14VldhWVZBOXd3QkY2SXVvM3ZWeno3VHhIQ1R3WEJ5Z3JTNGsifQ.e30.x",
                "a token",
            ),
            (r#"{"to":"Ada.L+x@Example.com"}"#, "an address"),
            ("EMAIL#ada@exämple.com | EMAIL", "an address"),
        ] {
            assert_eq!(secret_in(line), Some(secret), "{line}");
        }
    }

    #[test]
    fn what_a_log_holds_on_purpose_is_no_secret() {
        for line in [
            r#"{"level":"INFO","message":"request","request_id":"5d1f1a5e-9a0b-4a52-a2a4-cf13ee3e1a10","route":"POST /api/auth/login","status":401,"code":"INVALID_CREDENTIALS","user_id":9007199254740991}"#,
            r#"{"cause":"DynamoDB is not available: dispatch failure @ 12:00","message":"requests"}"#,
        ] {
            assert_eq!(secret_in(line), None, "{line}");
        }
    }

    #[test]
    fn what_the_functions_log_reaches_the_log_and_what_others_debug_does_not() {
        let log = Log::default();
        let _guard = set_default(registry().with(log.layer()));
        tracing::debug!(target: "aws_sdk_dynamodb", "ada@example.com");
        assert_eq!((log.lines(), log.found().len()), (0, 0));
        tracing::trace!(target: "identity", to = "ada@example.com", "mailed");
        assert_eq!((log.lines(), log.found().len()), (1, 1));
    }

    #[tokio::test]
    async fn every_request_of_every_stack_is_in_the_log() {
        let app = TestApp::start().await;
        let before = Log::global().lines();
        app.get("/.well-known/jwks.json").await.expect(200);
        assert!(Log::global().lines() > before);
    }
}
