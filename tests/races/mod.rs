//! Sixteen concurrent callers, round after round, once without and once with injected conflicts and throttling. For any winner,
//! the table is consistent afterwards.

mod acceptance;
mod address_change;
mod addresses;
mod copies;
mod deletion;
mod erasure;
mod factors;
mod fields;
mod given;
mod names;
mod owners;
mod ownership;
mod passwords;
mod restoration;
mod sessions;
mod suspension;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use local::Options;
use local::faults::{Fault, Refusal, Rule};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Person, Request, TestApp};

/// How long one race is repeated in each of its worlds, in seconds, unless `RACE_SECONDS` says otherwise.
const LONG: f64 = 0.5;
/// The longest wait before a request leaves, in milliseconds.
const APART: u64 = 100;
const ME: &str = "/api/users/me";
/// Rows that may name an erased person: saved answers, undelivered records, and guesses at an address without a holder.
const KEPT: [&str; 4] = ["IDEMPOTENCY", "ERASED", "MAIL", "FAILURES"];
/// The fewest rounds, also on a slow machine.
const FEW: usize = 2;

/// Rounds of a race.
struct Rounds {
    until: Instant,
    made: usize,
}

impl Rounds {
    fn new() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "a setting of the test run, not of the service"
        )]
        let seconds = std::env::var("RACE_SECONDS").map_or(LONG, |text| text.parse().unwrap());
        Self {
            until: Instant::now() + Duration::from_secs_f64(seconds),
            made: 0,
        }
    }

    /// The number of the next round, while there is time.
    fn another(&mut self) -> Option<usize> {
        if self.made >= FEW && Instant::now() >= self.until {
            return None;
        }
        self.made += 1;
        Some(self.made)
    }
}

/// One app without faults. In the other, one write in three is in conflict and one call in seven is throttled.
async fn worlds() -> [TestApp; 2] {
    // Enough for any number of rounds.
    let options = || Options::memory().parameter("AccountsPerOwner", "1000000");
    let calm = TestApp::with(options()).await;
    let rough = TestApp::with(options().intercepted()).await;
    let interceptor = rough.stack.interceptor().unwrap();
    let conflict = Fault::Refuse(Refusal::conflict());
    interceptor.add(Rule::new(conflict).service("DynamoDB").writes().every(3));
    let throttle = Fault::Refuse(Refusal::throttled());
    let throttle = Rule::new(throttle).service("DynamoDB").first_attempts();
    interceptor.add(throttle.every(7));
    [calm, rough]
}

/// A request by `person`; `null` is no body.
fn ask(person: &Person, method: Method, path: &str, body: &Value) -> Request {
    let request = person.request(method, path);
    if body.is_null() {
        request
    } else {
        request.json(body)
    }
}

/// A request without a token.
fn tell(app: &TestApp, path: &str, body: &Value) -> Request {
    app.request(Method::POST, path).json(body)
}

fn erase(person: &Person) -> Request {
    let body = json!({ "password": PASSWORD });
    ask(person, Method::DELETE, ME, &body)
}

/// The answers to requests that leave at once in about every fourth round, and up to [`APART`] from now in the others, in another
/// order each round.
async fn apart(round: usize, requests: Vec<Request>) -> Vec<Answer> {
    // Fibonacci hashing: neither rounds nor every eighth of them follow a pattern.
    let mixed = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    let longest = if mixed(round as u64) % 4 == 0 {
        0
    } else {
        APART
    };
    let sent = requests.into_iter().enumerate().map(|(place, request)| {
        let wait = mixed((round * 64 + place + 1) as u64) % (longest + 1);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            request.send().await
        })
    });
    let mut answers = Vec::new();
    for answer in sent.collect::<Vec<_>>() {
        answers.push(answer.await.unwrap());
    }
    answers
}

/// How often each status and code was answered, as in `409 CONFLICT`.
#[derive(Debug)]
struct Tally(BTreeMap<String, usize>);

impl Tally {
    fn of<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> Self {
        let mut tally = BTreeMap::new();
        for answer in answers {
            let code = match answer.status.as_u16() {
                status @ ..400 => status.to_string(),
                status => format!("{status} {}", answer.json()["code"].as_str().unwrap()),
            };
            *tally.entry(code).or_default() += 1;
        }
        Self(tally)
    }

    fn count(&self, outcome: &str) -> usize {
        self.0.get(outcome).copied().unwrap_or_default()
    }

    /// Fails unless every answer is one of these.
    #[track_caller]
    fn only(&self, outcomes: &[&str]) -> &Self {
        let known = |outcome: &String| outcomes.contains(&outcome.as_str());
        assert!(self.0.keys().all(known), "{self:?}, not only {outcomes:?}");
        self
    }

    /// Fails unless this is the answer this many times.
    #[track_caller]
    fn exactly(&self, times: usize, outcome: &str) -> &Self {
        assert_eq!(self.count(outcome), times, "{outcome} in {self:?}");
        self
    }
}
